import { InputError } from "../../errors.js";
import type { MissingPolicy, StreamAccount } from "../covariance/streaming-covariance.js";

/** Columns without gaps, and where their rows came from. */
export interface CompleteRows {
  readonly columns: readonly Float64Array[];
  /** row of the table behind each row */
  readonly rows: Int32Array;
  readonly account: StreamAccount;
}

/** How a column is told that a table names otherwise: its name there, and what of it was read as missing. */
export interface GapWords {
  readonly column: string;
  readonly marked: string;
}

/**
 * Applies the policy for missing values to columns held in memory, as `StreamingCovariance` does to streamed ones.
 * @param columns targets first, NaN = missing
 * @param names   of the columns
 * @param chosen  rows to look at
 * @param gapOf   what is said of a column without a value in place of `column "name"`
 * @throws InputError on an infinite value, and on a missing one when the policy is "error"
 */
export function completeRows(
  columns: readonly Float64Array[],
  names: readonly string[],
  targets: number,
  chosen: Int32Array,
  missing: MissingPolicy,
  gapOf: (name: string) => GapWords | undefined = () => undefined,
): CompleteRows {
  const withTarget = chosen.filter((r) => columns.slice(0, targets).every((column) => !Number.isNaN(column[r])));
  columns.forEach((column, j) => void refuseValues(column, names[j], withTarget, missing, gapOf));
  const drop = missing === "drop";
  const rows = drop ? withTarget.filter((r) => columns.every((column) => !Number.isNaN(column[r]))) : withTarget;
  const imputed: Record<string, number> = {};
  const filled = columns.map((column, j) => {
    const values = Float64Array.from(rows, (r) => column[r]);
    const count = fillWithMean(values);
    if (count > 0) imputed[names[j]] = count;
    return values;
  });
  return {
    columns: filled,
    rows,
    account: {
      rowsRead: chosen.length,
      rowsUsed: rows.length,
      rowsWithoutTarget: chosen.length - withTarget.length,
      rowsDropped: withTarget.length - rows.length,
      imputed,
    },
  };
}

function refuseValues(
  column: Float64Array,
  name: string,
  rows: Int32Array,
  missing: MissingPolicy,
  gapOf: (name: string) => GapWords | undefined,
): void {
  for (const r of rows) {
    if (column[r] - column[r] === 0) continue;
    if (!Number.isNaN(column[r])) {
      throw new InputError(`column "${name}", data row ${r + 1} is ${column[r]}; a covariance needs finite values.`);
    }
    if (missing === "error") {
      const gap = gapOf(name);
      throw new InputError(
        `column "${gap?.column ?? name}", data row ${r + 1} has no value${gap?.marked ?? ""}. Choose what to do: --missing drop leaves such rows out, ` +
          "--missing mean puts the column's mean in.",
      );
    }
  }
}

/** Replaces NaN by the mean of the other values, in place; returns how many. */
function fillWithMean(values: Float64Array): number {
  let sum = 0;
  let present = 0;
  for (const v of values) {
    if (Number.isNaN(v)) continue;
    sum += v;
    present++;
  }
  const mean = present === 0 ? 0 : sum / present;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = mean;
  return values.length - present;
}
