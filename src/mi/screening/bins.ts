import { ascendingOrder } from "../../math/ascending-order.js";
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
  const order = ascendingOrder(values);
  const n = order.length;
  const scoreOf = normalScores(n);
  const codes = new Int16Array(values.length).fill(-1);
  const scores = new Float64Array(values.length).fill(Number.NaN);
  for (let start = 0; start < n; ) {
    const value = values[order[start]];
    let end = start + 1;
    while (end < n && values[order[end]] === value) end++;
    // Average rank of equal values.
    const rank = (start + 1 + end) / 2;
    const bin = Math.min(bins - 1, Math.floor(((rank - 0.5) / n) * bins));
    const score = scoreOf(rank);
    for (; start < end; start++) {
      codes[order[start]] = bin;
      scores[order[start]] = score;
    }
  }
  return { codes, bins, scores };
}

/** Scores of the last number of rows, by twice the rank; columns of a table mostly have as many. */
let known = { rows: 0, scores: new Float64Array() };

/** Blom's scores of average ranks, which are halves. */
function normalScores(rows: number): (rank: number) => number {
  if (known.rows !== rows) known = { rows, scores: new Float64Array(2 * rows + 1).fill(Number.NaN) };
  const { scores } = known;
  return (rank) => {
    const place = 2 * rank;
    if (Number.isNaN(scores[place])) scores[place] = normalQuantile((rank - 0.375) / (rows + 0.25));
    return scores[place];
  };
}

/** A column of classes, each a bin of its own. @param codes [rows] number of the class, -1 = missing */
export function classBins(codes: ArrayLike<number>, classes: number): BinnedColumn {
  return { codes: Int16Array.from(codes), bins: classes, scores: null };
}
