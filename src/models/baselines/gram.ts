import { addCrossProducts, paddedColumns, symmetric } from "../../math/cross-products.js";

/** Means and population deviations of every column; a deviation of 0 marks a constant column. */
export interface ColumnScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Rows of one block: long enough to amortise the transposition, short enough to stay in the cache at 400 columns. */
const blockRows = 128;

/** Two passes over `values` [rows, width] row-major, float64 throughout. */
export function columnScale(values: ArrayLike<number>, rows: number, width: number): ColumnScale {
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++) mean[j] += values[at++] / rows;
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++) deviation[j] += (values[at++] - mean[j]) ** 2;
  for (let j = 0; j < width; j++) {
    deviation[j] = Math.sqrt(deviation[j] / rows);
    // A constant column differs from its computed mean by rounding only.
    if (deviation[j] <= 1e-12 * Math.abs(mean[j])) deviation[j] = 0;
  }
  return { mean, deviation };
}

/** Row `row` of `values`, standardised into `out` [width]; constant columns become 0. */
export function standardiseRow(
  values: ArrayLike<number>,
  row: number,
  { mean, deviation }: ColumnScale,
  out: Float64Array,
): void {
  const width = mean.length;
  for (let j = 0, at = row * width; j < width; j++, at++) {
    out[j] = deviation[j] === 0 ? 0 : (values[at] - mean[j]) / deviation[j];
  }
}

/**
 * X'X [width, width] and X'Y [width, targets] of the standardised inputs, blockwise: no standardised copy of the table.
 * @param targets centred targets [rows, t] row-major
 */
export function crossProducts(
  inputs: ArrayLike<number>,
  targets: Float64Array,
  rows: number,
  scale: ColumnScale,
): { gram: Float64Array; withTargets: Float64Array } {
  const width = scale.mean.length;
  const t = targets.length / rows;
  const padded = paddedColumns(width);
  const product = new Float64Array(padded * padded);
  const withTargets = new Float64Array(width * t);
  const block = new Float64Array(padded * blockRows);
  const row = new Float64Array(width);
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    for (let i = start; i < end; i++) {
      standardiseRow(inputs, i, scale, row);
      for (let j = 0; j < width; j++) {
        block[j * blockRows + i - start] = row[j];
        for (let k = 0; k < t; k++) withTargets[j * t + k] += row[j] * targets[i * t + k];
      }
    }
    addCrossProducts(block, block, end - start, blockRows, padded, product, true);
  }
  return { gram: symmetric(product, padded, width), withTargets };
}

/** X X' [rows, rows] of the standardised inputs, for more columns than rows. */
export function rowProducts(inputs: ArrayLike<number>, rows: number, scale: ColumnScale): Float64Array {
  const width = scale.mean.length;
  const padded = paddedColumns(rows);
  const standardised = new Float64Array(padded * width);
  for (let i = 0; i < rows; i++) {
    standardiseRow(inputs, i, scale, standardised.subarray(i * width, (i + 1) * width));
  }
  const product = new Float64Array(padded * padded);
  addCrossProducts(standardised, standardised, width, width, padded, product, true);
  return symmetric(product, padded, rows);
}
