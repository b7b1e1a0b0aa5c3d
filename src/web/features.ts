import { dialectNames } from "../config/dialect.js";
import type { CategoryCoding } from "../data/categories/coding.js";
import { codedColumns } from "../data/categories/coding.js";
import { type DateCoding, datedColumns } from "../data/dates/date-coding.js";
import type { ColumnRange } from "../data/prepare/column-range.js";
import type { PreparedColumn } from "../data/prepare/preprocessor.js";
import { tablesAmong } from "../modalities/prepare.js";
import type { StoredModel } from "../record/stored-model.js";
import { extraColumns } from "../run/extra-columns.js";

/** A column that a row may be given by, with what the model knows of its training values. */
export interface Feature {
  /** Name of the modality; null for a column beside the features: a site, a confound. */
  readonly modality: string | null;
  readonly column: string;
  readonly kind: "number" | "category" | "date" | "text";
  /** Where the training values lie; null where the model does not know. Of dates in milliseconds since 1970. */
  readonly range: ColumnRange | null;
  /** Values of the training part; of a category or a site. */
  readonly levels: readonly string[];
  /** What stands in a row of medians: the median, or the most frequent value. */
  readonly start: number | string | null;
  /** Whether sites or confounds are taken out of the column, so that its range is of what is left. */
  readonly cleaned: boolean;
}

/** Digits of a median that stand in a form: more would be a value of one training row. */
const startDigits = 4;

/** Milliseconds of a day. */
const day = 86_400_000;

/** All columns that the members of a model read, in the order of its modalities. */
export function featuresOf(models: readonly StoredModel[]): Feature[] {
  const found = new Map<string, Feature>();
  for (const model of models) {
    for (const feature of [...modalityFeatures(model), ...besideFeatures(model)]) {
      if (!found.has(feature.column)) found.set(feature.column, feature);
    }
  }
  return [...found.values()];
}

function modalityFeatures({ preprocessor, confounds, harmonisation }: StoredModel): Feature[] {
  const freed = new Set(
    [...(confounds?.modalities ?? []), ...(harmonisation?.modalities ?? [])].map(({ name }) => name),
  );
  return tablesAmong(preprocessor).modalities.flatMap(({ name, columns, categories = [], dates = [] }) => {
    const made = new Set([...categories.flatMap((coding) => codedColumns(coding)), ...dates.flatMap(datedColumns)]);
    const used = (names: readonly string[]) => names.some((own) => columns.some((column) => column.name === own));
    const cleaned = freed.has(name);
    return [
      ...columns
        .filter((column) => !made.has(column.name))
        .map((column): Feature => {
          const range = column.range ?? null;
          const start = range === null ? null : Number(range.median.toPrecision(startDigits));
          return { modality: name, column: column.name, kind: "number", range, levels: [], start, cleaned };
        }),
      ...categories.filter((coding) => used(codedColumns(coding))).map((coding) => categoryFeature(name, coding)),
      ...dates.filter((coding) => used(datedColumns(coding))).map((coding) => dateFeature(name, coding, columns)),
    ];
  });
}

function categoryFeature(modality: string | null, coding: CategoryCoding): Feature {
  const { column, levels } = coding;
  return { modality, column, kind: "category", range: null, levels, start: mostFrequent(coding), cleaned: false };
}

/** The most frequent value; of two, `shares` holds the share of the second alone. */
function mostFrequent({ levels, shares }: CategoryCoding): string | null {
  const all = levels.length === 2 ? [1 - shares[0], shares[0]] : shares;
  return levels[all.indexOf(Math.max(...all))] ?? null;
}

function dateFeature(modality: string, coding: DateCoding, columns: readonly PreparedColumn[]): Feature {
  const { column, reference } = coding;
  const trend = columns.find(({ name }) => name === `${column} (days)`)?.range;
  const at = (days: number) => reference + days * day;
  const range =
    trend === undefined
      ? null
      : {
          ...trend,
          ...{ min: at(trend.min), low: at(trend.low), q1: at(trend.q1), median: at(trend.median) },
          ...{ q3: at(trend.q3), high: at(trend.high), max: at(trend.max) },
        };
  const start = range === null ? reference : Math.round(range.median / day) * day;
  return { modality, column, kind: "date", range, levels: [], start, cleaned: false };
}

/** Columns beside the features: confounds, the site and what is preserved there, groups of the intervals. */
function besideFeatures({ config, confounds, harmonisation, calibration }: StoredModel): Feature[] {
  const beside = { modality: null, range: null, levels: [], cleaned: false } as const;
  const number = (column: string, start: number | null): Feature => ({ ...beside, column, kind: "number", start });
  const mean = (column: string) =>
    [...(confounds?.terms ?? []), ...(harmonisation?.covariates ?? [])].find(({ name }) => name === column)?.mean ??
    null;
  const sites = [...(harmonisation?.sites ?? [])].sort((a, b) => b.rows - a.rows).map(({ name }) => name);
  const groups = [...(calibration.intervals?.groups?.scores.keys() ?? [])];
  const categories = [...(confounds?.categories ?? []), ...(harmonisation?.categories ?? [])];
  const extras = extraColumns(config, true).map(({ column, kind }): Feature => {
    const coding = categories.find((category) => category.column === column);
    if (coding !== undefined) return categoryFeature(null, coding);
    if (kind === "number") return number(column, mean(column));
    const levels = column === harmonisation?.site ? sites : groups;
    return { ...beside, column, kind: "text", levels, start: levels[0] ?? null };
  });
  return [
    ...(confounds?.numbers ?? []).map((column) => number(column, mean(column))),
    ...(confounds?.categories ?? []).map((coding) => categoryFeature(null, coding)),
    ...extras,
  ];
}

/** A row as a table of one line, in the plainest dialect. @param cells by column; what is left out is empty */
export function rowText(
  features: readonly Pick<Feature, "column">[],
  cells: ReadonlyMap<string, string>,
  id?: readonly [string, string],
): string {
  const entries = [
    ...(id === undefined ? [] : [id]),
    ...features.map(({ column }) => [column, cells.get(column) ?? ""] as const),
  ];
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const line = (texts: readonly string[]) => texts.map(quoted).join(",");
  return `${line(entries.map(([name]) => name))}\n${line(entries.map(([, cell]) => cell))}\n`;
}

/** A value of a feature as a cell has it. */
export function cellText({ kind }: Pick<Feature, "kind">, value: number | string | null): string {
  if (value === null) return "";
  if (kind !== "date" || typeof value === "string") return String(value);
  return new Date(value).toISOString().replace(/T00:00:00.000Z$/, "");
}

/** A data section that says nothing of how its tables are written. */
export function withoutDialect<T extends object>(data: T): T {
  const said = new Set<string>([...dialectNames]);
  return Object.fromEntries(Object.entries(data).filter(([key]) => !said.has(key))) as T;
}

/** Share of the training values below a value, read between the percentiles that the model knows. */
export function standingOf(value: number, range: ColumnRange): number {
  const knots = [
    [range.min, 0],
    [range.low, 0.05],
    [range.q1, 0.25],
    [range.median, 0.5],
    [range.q3, 0.75],
    [range.high, 0.95],
    [range.max, 1],
  ] as const;
  if (value <= range.min) return 0;
  if (value >= range.max) return 1;
  const after = knots.findIndex(([at]) => value < at);
  const [[from, low], [to, high]] = [knots[after - 1], knots[after]];
  return low + ((value - from) / (to - from)) * (high - low);
}
