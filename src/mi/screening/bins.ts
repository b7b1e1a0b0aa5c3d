import { normalQuantile } from "../../math/special.js";

/** A column in bins. */
export interface BinnedColumn {
  /** [rows] bin of each row; -1 where it has no value. */
  readonly codes: Int16Array;
  readonly bins: number;
  /** [rows] Blom's normal scores of ranks, NaN where there is no value; null for classes, which have no order. */
  readonly scores: Float64Array | null;
}

/**
 * A column of numbers in bins of equal frequency by its ranks; equal values share a rank and a bin, so that bins of a column with
 * ties differ in size and some may be empty.
 * @param values [rows]; NaN = missing
 */
export function equalFrequencyBins(values: Float64Array, bins: number): BinnedColumn {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const n = sorted.length;
  const { distinct, ranks } = distinctRanks(sorted);
  const binOf = ranks.map((rank) => Math.min(bins - 1, Math.floor(((rank - 0.5) / n) * bins)));
  const scoreOf = normalScores(ranks, n);
  const codes = new Int16Array(values.length).fill(-1);
  const scores = new Float64Array(values.length).fill(Number.NaN);
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) continue;
    const place = placeOf(distinct, values[row]);
    codes[row] = binOf[place];
    scores[row] = scoreOf[place];
  }
  return { codes, bins, scores };
}

/** Scores of the last number of rows, by twice the rank; columns of a table mostly have as many. */
let known = { rows: 0, scores: new Float64Array() };

/** Blom's scores of average ranks, which are halves. */
function normalScores(ranks: Float64Array, rows: number): Float64Array {
  if (known.rows !== rows) known = { rows, scores: new Float64Array(2 * rows + 1).fill(Number.NaN) };
  const { scores } = known;
  return ranks.map((rank) => {
    const place = 2 * rank;
    if (Number.isNaN(scores[place])) scores[place] = normalQuantile((rank - 0.375) / (rows + 0.25));
    return scores[place];
  });
}

/** A column of classes, each a bin of its own. @param codes [rows] number of the class, -1 = missing */
export function classBins(codes: ArrayLike<number>, classes: number): BinnedColumn {
  return { codes: Int16Array.from(codes), bins: classes, scores: null };
}

/** Different values in their order, and the average rank of each. */
function distinctRanks(sorted: Float64Array): { readonly distinct: Float64Array; readonly ranks: Float64Array } {
  const distinct = new Float64Array(sorted.length);
  const ranks = new Float64Array(sorted.length);
  let found = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    distinct[found] = sorted[start];
    ranks[found++] = (start + 1 + end) / 2;
    start = end;
  }
  return { distinct: distinct.subarray(0, found), ranks: ranks.subarray(0, found) };
}

function placeOf(distinct: Float64Array, value: number): number {
  let low = 0;
  for (let high = distinct.length - 1; low < high; ) {
    const middle = (low + high) >> 1;
    if (distinct[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
