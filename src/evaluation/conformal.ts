import { InputError } from "../errors.js";

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

/** Share of rows whose true value lies within `halfWidth` of the prediction. */
export function coverage(truth: ArrayLike<number>, prediction: ArrayLike<number>, halfWidth: number): number {
  let inside = 0;
  for (let i = 0; i < truth.length; i++) inside += Number(Math.abs(truth[i] - prediction[i]) <= halfWidth);
  return inside / truth.length;
}
