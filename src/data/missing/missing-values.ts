import type { DataConfig } from "../../config/data.js";
import type { Dataset, MissingInModality, MissingValues } from "../dataset.js";
import type { Selection } from "../join/gather.js";
import type { ModalityPreparation, PreparedModality, Preprocessor } from "../prepare/preprocessor.js";
import type { ReadColumns } from "../table/read-columns.js";
import type { TablePlan } from "../table/table-plan.js";

/** data.json.missing: what is missing, and what was done about it. */
export interface MissingAccount extends MissingValues {
  readonly policy: DataConfig["missing"];
  /** What else than the usual marks was read as missing; left out where nothing was. */
  readonly marks?: readonly (number | string)[];
  /** Rows that were left out because of their gaps. */
  readonly rowsDropped: number;
  /** Cells of the rows used that the network reads as the mean of the prepared training values. */
  readonly filled: number;
  /** Rows used that lack whole modalities and that the network reads without them. */
  readonly rowsWithoutModality: number;
}

/** Columns that are named per modality. */
const mostNamed = 5;

/** Counts the missing feature values of the selected rows. */
export function countMissing(plan: TablePlan, tables: readonly ReadColumns[], selection: Selection): MissingValues {
  const withGaps = new Uint8Array(selection.ids.length);
  const modalities = plan.modalities.map((modality) => {
    const columns = modality.columns.map((name) => tables[modality.source].numbers.get(name) as Float64Array);
    const { perRow, perColumn } = countGaps(columns, selection.rows[modality.source]);
    perRow.forEach((count, i) => {
      if (count > 0) withGaps[i] = 1;
    });
    return [modality.name, summary(modality.columns, perRow, perColumn)] as const;
  });
  return {
    rows: selection.ids.length,
    rowsWithGaps: sum(withGaps),
    modalities: Object.fromEntries(modalities),
  };
}

function countGaps(columns: readonly Float64Array[], rows: Int32Array) {
  const perRow = new Uint32Array(rows.length);
  const perColumn = columns.map((values) => {
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      if (!Number.isNaN(values[rows[i]])) continue;
      count++;
      perRow[i]++;
    }
    return count;
  });
  return { perRow, perColumn };
}

function summary(names: readonly string[], perRow: Uint32Array, perColumn: readonly number[]): MissingInModality {
  const gaps = names.map((column, j) => ({ column, values: perColumn[j] })).filter(({ values }) => values > 0);
  return {
    columns: names.length,
    values: sum(perColumn),
    rows: perRow.filter((count) => count > 0).length,
    absentRows: perRow.filter((count) => count === names.length).length,
    columnsWithGaps: gaps.length,
    most: gaps.toSorted((a, b) => b.values - a.values).slice(0, mostNamed),
  };
}

/**
 * The count of a table together with what was done about it.
 * @param policy what the config says of missing values
 * @param dataset the rows that are used, gaps still there
 * @param inputs what the network reads of all rows; where it knows of absent modalities, `present` says of which rows
 */
export function accountForMissing(
  { missing: policy, missingValues }: Pick<DataConfig, "missing" | "missingValues">,
  dataset: Pick<Dataset, "rows" | "modalities" | "missing">,
  preprocessor: Pick<Preprocessor, "modalities">,
  inputs: readonly PreparedModality[],
): MissingAccount {
  return {
    policy,
    ...(missingValues === undefined ? {} : { marks: missingValues }),
    ...dataset.missing,
    rowsDropped: dataset.missing.rows - dataset.rows,
    filled: sum(preprocessor.modalities.map((fitted) => filledValues(dataset, fitted, inputs))),
    rowsWithoutModality: rowsWithoutModality(inputs),
  };
}

/** Gaps of the columns that are used, rows that the network knows to lack the modality aside. */
function filledValues(
  { rows, modalities }: Pick<Dataset, "rows" | "modalities">,
  { name, columns }: ModalityPreparation,
  inputs: readonly PreparedModality[],
): number {
  const modality = modalities.find((candidate) => candidate.name === name);
  if (modality === undefined) throw new RangeError(`no modality "${name}" in the table`);
  const present = inputs.find((input) => input.name === name)?.present;
  const places = columns.map((column) => modality.columns.indexOf(column.name));
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (present?.[row] === 0) continue;
    const start = row * modality.columns.length;
    for (const place of places) if (Number.isNaN(modality.values[start + place])) count++;
  }
  return count;
}

function rowsWithoutModality(inputs: readonly PreparedModality[]): number {
  const without = new Set<number>();
  for (const { present } of inputs) {
    present?.forEach((there, row) => {
      if (there === 0) without.add(row);
    });
  }
  return without.size;
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
