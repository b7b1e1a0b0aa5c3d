import type { Selection } from "../join/gather.js";
import type { ReadColumns } from "../table/read-columns.js";
import type { TablePlan } from "../table/table-plan.js";
import { ColumnEnds } from "./column-ends.js";
import {
  findBeyondTraining,
  findSentinels,
  type NamedEnds,
  sentinelMessages,
  type ValueRange,
} from "./sentinel-values.js";

/**
 * Sentences about numbers of a table that may mean "missing", in features, targets and covariates.
 * @param external the table is read by a trained model, whose config cannot be changed any more
 * @param ranges where the values of its columns lay in training
 */
export function tableSentinels(
  plan: TablePlan,
  tables: readonly ReadColumns[],
  { rows }: Selection,
  { external = false, ranges }: { readonly external?: boolean; readonly ranges?: ReadonlyMap<string, ValueRange> },
): string[] {
  const places = [
    ...plan.modalities.flatMap(({ source, columns, categories, dates = [] }) =>
      numbersOf(columns, [...(categories ?? []), ...dates.map(({ column }) => column)]).map((column) => ({
        source,
        column,
      })),
    ),
    ...plan.targets
      .flatMap((place) => place ?? [])
      .filter(({ source, column }) => tables[source].levels?.has(column) !== true),
    ...plan.extras.filter(({ kind }) => kind === "number"),
  ];
  const different = new Map(places.map(({ source, column }) => [`${source}:${column}`, { source, column }]));
  const confounds = (plan.confounds ?? []).flatMap(({ source, column }): NamedEnds[] => {
    const known = tables[source].confounds?.get(column);
    if (known === undefined || known.levels !== undefined) return [];
    const ends = new ColumnEnds();
    ends.add(Float64Array.from(rows[source], (row) => known.values[row]));
    return [{ name: column, ends }];
  });
  const columns = [...different.values()].map(({ source, column }): NamedEnds => {
    const values = tables[source].numbers.get(column) as Float64Array;
    const ends = new ColumnEnds();
    ends.add(Float64Array.from(rows[source], (row) => values[row]));
    return { name: column, ends };
  });
  columns.push(...confounds);
  const remedy = (value: number) =>
    external
      ? `leave such cells empty, or train the model again with data.missingValues: [${value}]`
      : `set data.missingValues: [${value}]`;
  const found = findSentinels(columns);
  const told = new Set(found.map(({ column, value }) => `${value} ${column}`));
  const beyond = ranges === undefined ? [] : findBeyondTraining(columns, ranges);
  return sentinelMessages([...found, ...beyond.filter(({ column, value }) => !told.has(`${value} ${column}`))], remedy);
}

/** A code is no number, and a date none either. */
function numbersOf(columns: readonly string[], other: readonly string[]): readonly string[] {
  return columns.filter((column) => !other.includes(column));
}
