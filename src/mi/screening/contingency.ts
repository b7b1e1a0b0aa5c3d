import { chiSquareTail } from "../../math/chi-square.js";
import type { BinnedColumn } from "./bins.js";

/** What two binned columns tell about one another. */
export interface Association {
  /** Rows that have both. */
  readonly n: number;
  /** Bits; the plug-in value without its bias. Below 0 by chance where there is nothing. */
  readonly bits: number;
  readonly standardError: number;
  /** Of the G-test of independence; 1 where one side is constant. */
  readonly pValue: number;
  readonly degreesOfFreedom: number;
}

/**
 * Mutual information of two binned columns and its G-test. With counts o, expected e under independence, I = sum o ln(o/e) / n:
 *   G = 2 n I, divided by Williams' q = 1 + (n sum 1/r - 1)(n sum 1/c - 1) / (6 n dof), ~ chi-square(dof), dof = (R - 1)(C - 1)
 *   over the bins that hold rows; the value is I less dof / 2n, its bias; its error that of the mean of ln(o/e) over the rows.
 * (Williams 1976, "Improved likelihood ratio tests for complete contingency tables", Biometrika 63; Miller 1955.)
 * Rows count as independent.
 */
export function association(first: BinnedColumn, second: BinnedColumn): Association {
  const { counts, n } = contingency(first, second);
  const [rows, columns] = margins(counts, first.bins, second.bins);
  const used = [rows, columns].map((margin) => margin.filter((count) => count > 0));
  const degreesOfFreedom = (used[0].length - 1) * (used[1].length - 1);
  if (n < 2 || degreesOfFreedom < 1) return { n, bits: 0, standardError: 0, pValue: 1, degreesOfFreedom: 0 };
  let sum = 0;
  let squares = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell];
    if (count === 0) continue;
    const ratio = Math.log((count * n) / (rows[Math.floor(cell / second.bins)] * columns[cell % second.bins]));
    sum += count * ratio;
    squares += count * ratio * ratio;
  }
  const nats = sum / n;
  const [inRows, inColumns] = used.map((margin) => n * margin.reduce((all, count) => all + 1 / count, 0) - 1);
  const williams = 1 + (inRows * inColumns) / (6 * n * degreesOfFreedom);
  return {
    n,
    bits: (nats - degreesOfFreedom / (2 * n)) / Math.LN2,
    standardError: Math.sqrt(Math.max(0, squares / n - nats * nats) / n) / Math.LN2,
    pValue: chiSquareTail(Math.max(0, (2 * sum) / williams), degreesOfFreedom),
    degreesOfFreedom,
  };
}

function contingency(first: BinnedColumn, second: BinnedColumn): { counts: Float64Array; n: number } {
  const counts = new Float64Array(first.bins * second.bins);
  let n = 0;
  const { codes, bins } = second;
  for (let row = 0; row < first.codes.length; row++) {
    const a = first.codes[row];
    const b = codes[row];
    if (a < 0 || b < 0) continue;
    counts[a * bins + b]++;
    n++;
  }
  return { counts, n };
}

function margins(counts: Float64Array, rows: number, columns: number): [Float64Array, Float64Array] {
  const inRows = new Float64Array(rows);
  const inColumns = new Float64Array(columns);
  counts.forEach((count, cell) => {
    inRows[Math.floor(cell / columns)] += count;
    inColumns[cell % columns] += count;
  });
  return [inRows, inColumns];
}
