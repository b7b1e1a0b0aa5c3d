import { InputError } from "../errors.js";
import { logGamma } from "../math/chi-square.js";

/**
 * Absolute residuals of one target on rows that the weights were not fitted to, ascending: all that a split-conformal
 * interval needs, at any level.
 */
export function sortedAbsoluteResiduals(truth: ArrayLike<number>, prediction: ArrayLike<number>): number[] {
  return Array.from(truth, (y, i) => Math.abs(y - prediction[i])).sort((a, b) => a - b);
}

/**
 * Half width of the split-conformal prediction interval: the ceil((n + 1) level)-th smallest residual.
 * Rows exchangeable with the calibration rows fall inside with probability at least `level`, on average over rows
 * (marginal coverage), whatever the model. Source: Vovk et al. 2005; Lei et al. 2018.
 * @param residuals ascending absolute residuals, in the unit of the target
 * @param level     in (0, 1)
 * @returns Infinity when there are too few residuals for the level
 * @throws InputError for a level outside (0, 1)
 */
export function conformalHalfWidth(residuals: readonly number[], level: number): number {
  if (!(level > 0 && level < 1))
    throw new InputError(`interval level: expected a number between 0 and 1, got ${level}`);
  const rank = Math.ceil((residuals.length + 1) * level);
  return rank > residuals.length ? Number.POSITIVE_INFINITY : residuals[rank - 1];
}

/**
 * Between which shares the intervals of `level` hold of new rows in 95 % of calibration parts of `n` rows. The share that a
 * part leads to, over all rows that could come, is Beta(k, n + 1 - k) distributed, k = ceil((n + 1) level): how the
 * rows happened to fall moves it, and with it the share held of every kind of row. Source: Vovk 2012, Proposition 2a.
 * @returns null when there are too few rows for the level
 */
export function coverageRange(n: number, level: number): { low: number; high: number } | null {
  const rank = Math.ceil((n + 1) * level);
  if (rank > n || rank < 1) return null;
  const at = (probability: number) => {
    let [low, high] = [0, 1];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (atLeastOf(rank, n, middle) < probability) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return { low: at(0.025), high: at(0.975) };
}

/** P(Binomial(n, share) >= rank), which is P(Beta(rank, n + 1 - rank) <= share). */
function atLeastOf(rank: number, n: number, share: number): number {
  const choose = (k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  const odds = Math.log(share) - Math.log1p(-share);
  let sum = 0;
  for (let k = rank; k <= n; k++) sum += Math.exp(choose(k) + k * odds + n * Math.log1p(-share));
  return Math.min(1, sum);
}

/** Share of rows whose true value lies within `halfWidth` of the prediction. */
export function coverage(truth: ArrayLike<number>, prediction: ArrayLike<number>, halfWidth: number): number {
  let inside = 0;
  for (let i = 0; i < truth.length; i++) inside += Number(Math.abs(truth[i] - prediction[i]) <= halfWidth);
  return inside / truth.length;
}
