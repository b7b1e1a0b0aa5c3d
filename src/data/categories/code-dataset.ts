import { InputError } from "../../errors.js";
import type { Dataset, Modality } from "../dataset.js";
import { applyDates, type DateCoding, datedColumns, fitDates } from "../dates/date-coding.js";
import { applyCoding, type CategoryCoding, codedColumns, fitCoding } from "./coding.js";

/** How categories and dates of a data set become numbers: of each modality by its name, and of columns beside the features. */
export interface Codings {
  readonly modalities: Readonly<Record<string, readonly CategoryCoding[]>>;
  readonly dates: Readonly<Record<string, readonly DateCoding[]>>;
  readonly covariates: readonly CategoryCoding[];
}

/** Fits the coding of every category and date on the training rows. @throws InputError for a column of too many values */
export function fitCodings(dataset: Dataset, trainRows: ArrayLike<number>): Codings {
  const coded = dataset.modalities.filter(({ categories = [] }) => categories.length > 0);
  const modalities = coded.map((modality): [string, CategoryCoding[]] => [
    modality.name,
    (modality.categories ?? []).map((levels) =>
      fitCoding(levels, pick(codesOf(modality, levels.column), trainRows), `data.modalities.${modality.name}`),
    ),
  ]);
  const covariates = (dataset.categories ?? []).map((levels) => {
    const codes = dataset.covariates.get(levels.column) as Float64Array;
    return fitCoding(levels, pick(codes, trainRows), "data.harmonise");
  });
  const dated = dataset.modalities.filter(({ dates = [] }) => dates.length > 0);
  const dates = dated.map((modality): [string, DateCoding[]] => [
    modality.name,
    (modality.dates ?? []).map((each) => fitDates(each, pick(codesOf(modality, each.column), trainRows))),
  ]);
  return { modalities: Object.fromEntries(modalities), dates: Object.fromEntries(dates), covariates };
}

/** A data set with numbers in the place of codes and times, and sentences about values that no training row has. */
export function codeDataset(
  dataset: Dataset,
  codings: Codings,
): { readonly dataset: Dataset; readonly messages: readonly string[] } {
  const unseen = new Map<string, ReadonlyMap<string, number>>();
  const modalities = dataset.modalities.map((modality) => {
    const own = {
      categories: ownOf(codings.modalities, modality.name),
      dates: ownOf(codings.dates, modality.name),
    };
    return own.categories.length + own.dates.length === 0
      ? modality
      : codeModality(modality, own, dataset.rows, unseen);
  });
  const covariates = new Map(dataset.covariates);
  for (const coding of codings.covariates) codeCovariate(dataset, coding, covariates, unseen);
  const messages = [...unseen].flatMap(([column, values]) => unseenMessages(column, values));
  return { dataset: { ...dataset, modalities, covariates }, messages };
}

function ownOf<T>(codings: Readonly<Record<string, readonly T[]>>, name: string): readonly T[] {
  return Object.hasOwn(codings, name) ? codings[name] : [];
}

function codeModality(
  modality: Modality,
  {
    categories: codings,
    dates,
  }: { readonly categories: readonly CategoryCoding[]; readonly dates: readonly DateCoding[] },
  rows: number,
  unseen: Map<string, ReadonlyMap<string, number>>,
): Modality {
  const own = new Set([...(modality.categories ?? []), ...(modality.dates ?? [])].map(({ column }) => column));
  const plain = modality.columns.filter((column) => !own.has(column));
  const coded = codings.map((coding) => {
    const levels = modality.categories?.find(({ column }) => column === coding.column)?.levels ?? [];
    const applied = applyCoding(coding, levels, codesOf(modality, coding.column));
    unseen.set(coding.column, applied.unseen);
    return { names: codedColumns(coding), ...applied };
  });
  const dated = dates.map((coding) => ({
    names: datedColumns(coding),
    columns: applyDates(coding, codesOf(modality, coding.column)),
  }));
  const made = [...coded, ...dated];
  const columns = [...plain, ...made.flatMap(({ names }) => names)];
  const twice = columns.find((column, j) => columns.indexOf(column) < j);
  if (twice !== undefined) {
    throw new InputError(
      `data.modalities.${modality.name}: what is made of a category or a date would be called "${twice}", which another column is; rename that column.`,
    );
  }
  const parts = [...plain.map((column) => codesOf(modality, column)), ...made.flatMap((each) => each.columns)];
  const values = new Float64Array(rows * columns.length);
  parts.forEach((part, j) => {
    for (let i = 0; i < rows; i++) values[i * columns.length + j] = part[i];
  });
  return {
    ...{ name: modality.name, columns, values },
    ...(codings.length === 0 ? {} : { coded: codings }),
    ...(dates.length === 0 ? {} : { dated: dates }),
  };
}

function codeCovariate(
  { categories = [], covariates }: Dataset,
  coding: CategoryCoding,
  into: Map<string, Float64Array>,
  unseen: Map<string, ReadonlyMap<string, number>>,
): void {
  const levels = categories.find(({ column }) => column === coding.column)?.levels ?? [];
  const applied = applyCoding(coding, levels, covariates.get(coding.column) as Float64Array);
  unseen.set(coding.column, applied.unseen);
  into.delete(coding.column);
  codedColumns(coding).forEach((name, k) => void into.set(name, applied.columns[k]));
}

/** Values that a sentence names. */
const mostNamed = 5;

/** A sentence about values of a category that no training row has; none where there are none. */
export function unseenMessages(column: string, values: ReadonlyMap<string, number>): string[] {
  if (values.size === 0) return [];
  const named = [...values].slice(0, mostNamed).map(([value, rows]) => `"${value}" (${rows})`);
  const more = values.size > mostNamed ? ` and ${values.size - mostNamed} more` : "";
  const rows = [...values.values()].reduce((sum, count) => sum + count, 0);
  return [
    `column "${column}": ${rows} ${rows === 1 ? "row has a category" : "rows have categories"} that no training row has: ` +
      `${named.join(", ")}${more}; ${rows === 1 ? "it reads" : "they read"} as unknown, like the mean of the training rows`,
  ];
}

/** Values of a column of a modality, [rows]. */
function codesOf({ columns, values }: Modality, column: string): Float64Array {
  const width = columns.length;
  const at = columns.indexOf(column);
  return Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + at]);
}

function pick(values: Float64Array, rows: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: rows.length }, (_, i) => values[rows[i]]);
}
