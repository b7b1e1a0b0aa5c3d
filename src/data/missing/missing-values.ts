import type { DataConfig } from "../../config/data.js";
import { codedColumns } from "../categories/coding.js";
import type { Dataset, MissingInModality, MissingValues } from "../dataset.js";
import { datedColumns } from "../dates/date-coding.js";
import type { ModalityGaps } from "../modality-gaps.js";
import type { ModalityPreparation } from "../prepare/preprocessor.js";
import type { PreparedRows } from "../rows.js";

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
export function countMissing(modalities: readonly ModalityGaps[], rows: number): MissingValues {
  const withGaps = new Uint8Array(rows);
  for (const { counts } of modalities) {
    counts.forEach((count, i) => {
      if (count > 0) withGaps[i] = 1;
    });
  }
  return {
    rows,
    rowsWithGaps: sum(withGaps),
    modalities: Object.fromEntries(modalities.map((modality) => [modality.name, summary(modality)])),
  };
}

function summary({ size, rows, counts, parts, columns }: ModalityGaps): MissingInModality {
  const perColumn = parts.map(({ label, values }) => ({
    column: label,
    values: rows.reduce((count, row) => count + Number(Number.isNaN(values[row])), 0),
  }));
  const gaps = columns ? perColumn.filter(({ values }) => values > 0) : [];
  return {
    columns: size,
    values: sum(counts),
    rows: counts.filter((count) => count > 0).length,
    absentRows: counts.filter((count) => count === size).length,
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
  dataset: Pick<Dataset, "rows" | "modalities" | "stores" | "missing">,
  preprocessor: { readonly modalities: readonly Fitted[] },
  inputs: readonly PreparedRows[],
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

/** What was fitted on a modality; the columns that are used where it is a table. */
type Fitted = { readonly name: string } | Pick<ModalityPreparation, "name" | "columns">;

/** Gaps of the values that are used, rows that the network knows to lack the modality aside. */
function filledValues(
  { rows, modalities, stores = [] }: Pick<Dataset, "rows" | "modalities" | "stores">,
  fitted: Fitted,
  inputs: readonly PreparedRows[],
): number {
  const { name } = fitted;
  if (!("columns" in fitted)) {
    const known = inputs.find((input) => input.name === name)?.present;
    const gaps = stores.find((store) => store.name === name)?.gaps ?? [];
    return sum(Array.from(gaps, (count, row) => (known?.[row] === 0 ? 0 : count)));
  }
  const { columns } = fitted;
  const modality = modalities.find((candidate) => candidate.name === name);
  if (modality === undefined) throw new RangeError(`no modality "${name}" in the table`);
  const present = inputs.find((input) => input.name === name)?.present;
  // A missing category or date is one value, whatever columns are made of it.
  const made = new Map<string, object>([
    ...(modality.coded ?? []).flatMap((coding) => codedColumns(coding).map((name) => [name, coding] as const)),
    ...(modality.dated ?? []).flatMap((coding) => datedColumns(coding).map((name) => [name, coding] as const)),
  ]);
  const once = columns.filter(({ name }, i) => {
    const coding = made.get(name);
    return coding === undefined || columns.findIndex((other) => made.get(other.name) === coding) === i;
  });
  const places = once.map((column) => modality.columns.indexOf(column.name));
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (present?.[row] === 0) continue;
    const start = row * modality.columns.length;
    for (const place of places) if (Number.isNaN(modality.values[start + place])) count++;
  }
  return count;
}

function rowsWithoutModality(inputs: readonly PreparedRows[]): number {
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
