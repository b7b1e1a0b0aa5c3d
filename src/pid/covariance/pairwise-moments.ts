import { addCrossProducts, paddedColumns } from "../../math/cross-products.js";
import { blockRows, type Moments } from "./moments.js";

/**
 * Moments of every pair of columns over the rows that have both: what mean imputation needs in one pass, because the
 * mean that replaces a missing value is known only at the end. All arrays are row-major [columns, columns].
 */
export interface PairwiseMoments {
  /** rows that have both j and k */
  readonly count: Float64Array;
  /** mean of column j over the rows that have both j and k (not symmetric) */
  readonly mean: Float64Array;
  /** centred co-moment over the rows that have both */
  readonly comoment: Float64Array;
}

/** Pairwise moments of rows with no missing value. */
export function pairwiseOfComplete(moments: Moments): PairwiseMoments {
  const columns = moments.mean.length;
  const mean = new Float64Array(columns * columns);
  for (let j = 0; j < columns; j++) mean.fill(moments.mean[j], j * columns, (j + 1) * columns);
  return { count: new Float64Array(columns * columns).fill(moments.n), mean, comoment: moments.comoment };
}

/** Merges pairwise moments of disjoint sets of rows: Chan's update, pair by pair. */
export function mergePairwise(a: PairwiseMoments, b: PairwiseMoments): PairwiseMoments {
  const columns = Math.sqrt(a.count.length);
  const count = new Float64Array(a.count.length);
  const mean = new Float64Array(a.count.length);
  const comoment = new Float64Array(a.count.length);
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < columns; k++) {
      const at = j * columns + k;
      const mirror = k * columns + j;
      const n = a.count[at] + b.count[at];
      const share = n === 0 ? 0 : b.count[at] / n;
      const delta = b.mean[at] - a.mean[at];
      count[at] = n;
      mean[at] = a.count[at] === 0 ? b.mean[at] : a.mean[at] + delta * share;
      comoment[at] = a.comoment[at] + b.comoment[at] + delta * (b.mean[mirror] - a.mean[mirror]) * a.count[at] * share;
    }
  }
  return { count, mean, comoment };
}

/**
 * Pairwise moments of one block of rows with gaps.
 * With d = x - c where present and 0 where missing (c: the column's mean in the block), o = 1 where present:
 *   count = O'O,   mean_jk = c_j + (D'O)_jk / count,   comoment = D'D - (D'O)_jk (D'O)_kj / count
 * @param block column-major [columns, stride], NaN = missing
 */
export function pairwiseOfBlock(block: Float64Array, columns: number, rows: number, stride: number): PairwiseMoments {
  const padded = paddedColumns(columns);
  const { deviation, present, centre } = splitMissing(block, columns, padded, rows, stride);
  const product = (a: Float64Array, b: Float64Array) => {
    const out = new Float64Array(padded * padded);
    addCrossProducts(a, b, rows, blockRows, padded, out, false);
    return out;
  };
  const both = product(present, present);
  const sums = product(deviation, present);
  const squares = product(deviation, deviation);
  const size = columns * columns;
  const result = { count: new Float64Array(size), mean: new Float64Array(size), comoment: new Float64Array(size) };
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < columns; k++) {
      const from = j * padded + k;
      const at = j * columns + k;
      const n = both[from];
      result.count[at] = n;
      if (n === 0) continue;
      result.mean[at] = centre[j] + sums[from] / n;
      result.comoment[at] = squares[from] - (sums[from] * sums[k * padded + j]) / n;
    }
  }
  return result;
}

function splitMissing(block: Float64Array, columns: number, padded: number, rows: number, stride: number) {
  const deviation = new Float64Array(padded * blockRows);
  const present = new Float64Array(padded * blockRows);
  const centre = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    let n = 0;
    for (let r = 0; r < rows; r++) {
      const x = block[j * stride + r];
      if (Number.isNaN(x)) continue;
      sum += x;
      n++;
      present[j * blockRows + r] = 1;
    }
    centre[j] = n === 0 ? 0 : sum / n;
    for (let r = 0; r < rows; r++) {
      if (present[j * blockRows + r] === 1) deviation[j * blockRows + r] = block[j * stride + r] - centre[j];
    }
  }
  return { deviation, present, centre };
}

/**
 * Moments of the rows after every missing value is replaced by its column's mean: an imputed deviation is 0, so
 *   C_jk = comoment_jk + count_jk (mean_jk - mean_jj)(mean_kj - mean_kk)
 * @param rows all rows, with and without gaps
 */
export function imputedMoments(pairwise: PairwiseMoments, rows: number): Moments {
  const columns = Math.sqrt(pairwise.count.length);
  const mean = Float64Array.from({ length: columns }, (_, j) => pairwise.mean[j * columns + j]);
  const comoment = new Float64Array(columns * columns);
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < columns; k++) {
      const at = j * columns + k;
      const shift = (pairwise.mean[at] - mean[j]) * (pairwise.mean[k * columns + j] - mean[k]);
      comoment[at] = pairwise.count[at] === 0 ? 0 : pairwise.comoment[at] + pairwise.count[at] * shift;
    }
  }
  return { n: rows, mean, comoment };
}
