import { normalCdf } from "../../math/special.js";

/** A number with its standard error. */
export interface Measured {
  readonly value: number;
  readonly error: number;
}

/** An interval, bits. */
export type Range = readonly [low: number, high: number];

/** What an estimate tells of an effect, in standard errors, given that it is far enough from 0 to be looked at. */
export interface SelectedEffect {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** Estimates further from 0 than this many standard errors tell the same whether they were selected or not. */
export const beyondSelection = 6.5;

/** Halvings of a bisection over less than 30 standard errors, to 1e-12. */
const halvings = 45;

/**
 * Interval and median of an effect whose estimate, normal with error 1, was selected because it is more than `cut` from 0:
 * the effects δ at which P(X >= estimate | |X| > cut) = Φ(δ - x) / (Φ(δ - cut) + Φ(-δ - cut)), x = |estimate|, is the
 * tail, one half, and one less the tail. Without the condition a selected estimate is too large by the selection.
 * Both sides of the condition are open, so that the interval stays finite. Source: Zhong & Prentice 2008
 * (doi:10.1093/biostatistics/kxn001); Lee et al. 2016 (doi:10.1214/15-AOS1371), Theorem 5.2.
 * @param tail probability outside at each end
 */
export function effectGivenSelection(estimate: number, cut: number, tail: number): SelectedEffect {
  const x = Math.max(Math.abs(estimate), cut + 1e-9);
  const at = (probability: number) => {
    let [low, high] = [-12, x + 12];
    for (let i = 0; i < halvings; i++) {
      const middle = (low + high) / 2;
      const exceeds = normalCdf(middle - x) / (normalCdf(middle - cut) + normalCdf(-middle - cut));
      if (exceeds > probability) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  };
  const [low, middle, high] = [tail, 0.5, 1 - tail].map(at);
  return estimate < 0 ? { low: -high, middle: -middle, high: -low } : { low, middle, high };
}

/**
 * Interval of a number given that an estimate that it moves with was selected. The number is split into its part along the
 * estimate and a rest that is independent of it; their intervals are combined by the recovery of variances (MOVER; Zou &
 * Donner 2008, doi:10.1002/sim.3095):
 *   v - share (t - middle) - sqrt((share (middle - low))² + z² (error² - share²))   below, and above likewise,
 * and joined with v ± z error, which it is far from the selection.
 * @param share    covariance of the number and the estimate over the standard error of the latter
 * @param estimate the selected estimate t, in its standard errors
 */
export function rangeGivenSelection(
  { value, error }: Measured,
  share: number,
  estimate: number,
  effect: SelectedEffect,
  z: number,
): Range {
  const centre = value - share * (estimate - effect.middle);
  const rest = z * Math.sqrt(Math.max(0, error * error - share * share));
  const ends = [share * (effect.low - effect.middle), share * (effect.high - effect.middle)];
  return [
    Math.min(value - z * error, centre - Math.hypot(Math.min(...ends), rest)),
    Math.max(value + z * error, centre + Math.hypot(Math.max(...ends), rest)),
  ];
}
