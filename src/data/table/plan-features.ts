import { datesOf, type TableModalityConfig } from "../../config/modalities/table.js";
import { InputError } from "../../errors.js";
import type { DatedColumn } from "../dates/date-coding.js";
import { resolveColumns } from "./columns.js";
import type { TableSource } from "./table-source.js";

/** The columns of a modality that is a table. */
export interface PlannedFeatures {
  readonly name: string;
  readonly source: number;
  readonly columns: readonly string[];
  /** Those among the columns that hold categories. */
  readonly categories?: readonly string[];
  /** Those that hold dates. */
  readonly dates?: readonly DatedColumn[];
}

/** Finds the columns of a modality that is a table. @throws InputError for what names no column, or one twice */
export function planFeatures(
  name: string,
  { columns: patterns, exclude, categories: named = [], dates: dated }: TableModalityConfig,
  source: number,
  sources: readonly TableSource[],
): PlannedFeatures {
  const where = `data.modalities.${name} (${sources[source].label})`;
  const columns = resolveColumns(patterns, sources[source].columns, where);
  const excluded = new Set(resolveColumns(exclude, sources[source].columns, `${where}, exclude`));
  const found = resolveColumns(named, sources[source].columns, `${where}, categories`);
  const categories = found.filter((column) => !excluded.has(column));
  const dates = planDates(dated, sources[source].columns, `${where}, dates`).filter(
    ({ column }) => !excluded.has(column),
  );
  const twice = dates.find(({ column }) => categories.includes(column));
  if (twice !== undefined) {
    throw new InputError(
      `${where}: column "${twice.column}" is named in \`categories\` and in \`dates\`; name it once.`,
    );
  }
  const other = new Set([...categories, ...dates.map(({ column }) => column)]);
  const kept = columns.filter((column) => !excluded.has(column) && !other.has(column));
  if (kept.length + other.size === 0) {
    throw new InputError(`${where}: \`exclude\` leaves no column of the modality.`);
  }
  return {
    ...{ name, source, columns: [...kept, ...other] },
    ...(categories.length === 0 ? {} : { categories }),
    ...(dates.length === 0 ? {} : { dates }),
  };
}

/** Columns of dates with what is made of each; a list may hold globs. @throws InputError for one that is named twice */
function planDates(
  dates: TableModalityConfig["dates"],
  available: readonly string[],
  where: string,
): readonly DatedColumn[] {
  const planned = datesOf({ dates }).flatMap(({ column, parts }) =>
    resolveColumns([column], available, where).map((name) => ({ column: name, parts })),
  );
  if (Array.isArray(dates)) {
    return [...new Map(planned.map((each) => [each.column, each])).values()];
  }
  const twice = planned.find(({ column }, i) => planned.findIndex((other) => other.column === column) < i);
  if (twice === undefined) return planned;
  throw new InputError(`${where}: column "${twice.column}" is named twice; say once what is made of it.`);
}
