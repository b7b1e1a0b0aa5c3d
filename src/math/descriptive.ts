/** Arithmetic mean; NaN for an empty list. Two passes, so that a large common offset costs no digits. */
export function mean(values: ArrayLike<number>): number {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const first = sum / n;
  let rest = 0;
  for (let i = 0; i < n; i++) rest += values[i] - first;
  return first + rest / n;
}

/** Half width of the 95 % interval of a normal estimate, in standard errors. */
export const z95 = 1.96;

/** Variance with divisor n - `degreesUsed` (1: unbiased, 0: maximum likelihood); NaN when nothing is left to divide by. */
export function variance(values: ArrayLike<number>, degreesUsed = 1): number {
  const divisor = values.length - degreesUsed;
  if (divisor <= 0) return Number.NaN;
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2;
  return sum / divisor;
}

/** Square root of `variance`. */
export function standardDeviation(values: ArrayLike<number>, degreesUsed = 1): number {
  return Math.sqrt(variance(values, degreesUsed));
}

/** A sorted copy, ascending. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * Quantile by linear interpolation between order statistics (R type 7, numpy's default).
 * @param values any order; use `quantileOfSorted` when already ascending
 * @param p      in [0, 1]
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  return quantileOfSorted(sorted(values), p);
}

/** `quantile` of values that are already ascending; NaN for an empty list. */
export function quantileOfSorted(ascending: ArrayLike<number>, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile: p must lie in [0, 1], got ${p}`);
  if (ascending.length === 0) return Number.NaN;
  const position = p * (ascending.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
}

/** Median; NaN for an empty list. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Pearson correlation; NaN when either list is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`correlation: lengths differ, ${a.length} and ${b.length}`);
  const meanA = mean(a);
  const meanB = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] - meanA;
    const y = b[i] - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  if (aa === 0 || bb === 0) return Number.NaN;
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}

/** Ranks 1..n; ties get the average of the ranks they share. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const order = Float64Array.from({ length: n }, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const ranks = new Float64Array(n);
  for (let start = 0; start < n; ) {
    let end = start;
    while (end < n && values[order[end]] === values[order[start]]) end++;
    for (let k = start; k < end; k++) ranks[order[k]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
