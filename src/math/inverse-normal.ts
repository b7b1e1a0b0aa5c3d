import { InputError } from "../errors.js";
import { averageRanks, mean, variance } from "./descriptive.js";
import { normalExpectation } from "./gauss-hermite.js";
import { normalQuantile } from "./special.js";

/** Options of `fitInverseNormal`. */
export interface InverseNormalOptions {
  /** Shift and scale z to mean 0 and variance 1 over the fitted values. Default true. */
  readonly standardize?: boolean;
  /** Beyond the fitted range return the end value instead of extending the end slope. Default false. */
  readonly clip?: boolean;
}

/** The stored form of an inverse normal transform: plain numbers, JSON-safe. */
export interface InverseNormalState {
  readonly kind: "inverse-normal";
  readonly y: readonly number[];
  readonly z: readonly number[];
  readonly clip: boolean;
  readonly scale: number;
  readonly maxTieShare: number;
  readonly varianceBefore: number;
}

const TAIL_FRACTION = 0.05;

/**
 * Monotone map of a variable to a standard normal one and back, piecewise linear on the distinct fitted values.
 * Below the first and above the last knot it continues with the mean slope of the outer 5 % of knots, so it is invertible
 * everywhere: inverse(forward(y)) = y up to rounding. One distinct value: forward is 0, inverse that value.
 */
export class InverseNormalTransform {
  /** Distinct fitted values, ascending. */
  readonly y: Float64Array;
  /** Their normal scores (after standardisation), strictly ascending. */
  readonly z: Float64Array;
  readonly clip: boolean;
  /** Standard deviation of the scores by which they were divided; 1 when not standardised. */
  readonly scale: number;
  /** Share of the most frequent value among the fitted ones; above 0.2 pointwise atoms and intervals are unreliable. */
  readonly maxTieShare: number;
  /** Variance of the scores before standardisation; well below 1 means many ties. */
  readonly varianceBefore: number;
  private readonly lowSlope: number;
  private readonly highSlope: number;

  constructor(state: Omit<InverseNormalState, "kind">) {
    this.y = Float64Array.from(state.y);
    this.z = Float64Array.from(state.z);
    this.clip = state.clip;
    this.scale = state.scale;
    this.maxTieShare = state.maxTieShare;
    this.varianceBefore = state.varianceBefore;
    const last = this.y.length - 1;
    const step = Math.min(last, Math.ceil(TAIL_FRACTION * this.y.length));
    this.lowSlope = (this.z[step] - this.z[0]) / (this.y[step] - this.y[0]);
    this.highSlope = (this.z[last] - this.z[last - step]) / (this.y[last] - this.y[last - step]);
  }

  /** Number of distinct fitted values; at 10 or fewer a discrete method suits the variable better. */
  get distinct(): number {
    return this.y.length;
  }

  /** Value -> normal score. NaN stays NaN. */
  forward(value: number): number {
    if (this.distinct === 1) return Number.isNaN(value) ? value : 0;
    return interpolate(this.y, this.z, value, this.lowSlope, this.highSlope, this.clip);
  }

  /** Normal score -> value, the exact inverse of `forward`. */
  inverse(score: number): number {
    if (this.distinct === 1) return Number.isNaN(score) ? score : this.y[0];
    return interpolate(this.z, this.y, score, 1 / this.lowSlope, 1 / this.highSlope, this.clip);
  }

  /** Mean of the value whose score is N(mu, sigma^2), by 20 Gauss-Hermite nodes; `inverse(mu)` alone is the median. */
  inverseMean(mu: number, sigma: number): number {
    return normalExpectation((score) => this.inverse(score), mu, sigma, 20);
  }

  toJSON(): InverseNormalState {
    const { clip, scale, maxTieShare, varianceBefore } = this;
    return { kind: "inverse-normal", y: [...this.y], z: [...this.z], clip, scale, maxTieShare, varianceBefore };
  }

  /** @throws InputError when the stored knots are not two equally long, strictly ascending lists */
  static fromJSON(state: InverseNormalState): InverseNormalTransform {
    const ascending = (list: readonly number[]) =>
      list.every((v, i) => Number.isFinite(v) && (i === 0 || v > list[i - 1]));
    if (state.y.length === 0 || state.y.length !== state.z.length || !ascending(state.y) || !ascending(state.z)) {
      throw new InputError(
        `inverse normal transform: stored knots must be two equally long, strictly ascending lists, ` +
          `got ${state.y.length} values and ${state.z.length} scores; the stored model is damaged, fit it again`,
      );
    }
    return new InverseNormalTransform(state);
  }
}

/**
 * Fits the rank-based inverse normal transform: score_i = Phi^-1((r_i - 3/8) / (n + 1/4)) (Blom), r_i average ranks
 * (ties share a rank: random tie-breaking would throw information away).
 * @param values [n] finite numbers
 * @throws InputError when there is no value or one is not finite
 */
export function fitInverseNormal(
  values: ArrayLike<number>,
  options: InverseNormalOptions = {},
): InverseNormalTransform {
  const { standardize = true, clip = false } = options;
  const n = values.length;
  if (n === 0) throw new InputError("inverse normal transform: at least one value is needed, got none");
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(values[i])) {
      throw new InputError(`inverse normal transform: value ${i} is ${values[i]}; every value must be a finite number`);
    }
  }
  const ranks = averageRanks(values);
  const scores = ranks.map((r) => normalQuantile((r - 0.375) / (n + 0.25)));
  const varianceBefore = variance(scores, 0);
  const rescale = standardize && varianceBefore > 0;
  const centre = rescale ? mean(scores) : 0;
  const scale = rescale ? Math.sqrt(varianceBefore) : 1;
  const knots = new Map<number, number>();
  const counts = new Map<number, number>();
  for (let i = 0; i < n; i++) {
    knots.set(values[i], (scores[i] - centre) / scale);
    counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  }
  const y = [...knots.keys()].sort((a, b) => a - b);
  const z = y.map((value) => knots.get(value) as number);
  let mostFrequent = 0;
  for (const count of counts.values()) mostFrequent = Math.max(mostFrequent, count);
  return new InverseNormalTransform({ y, z, clip, scale, maxTieShare: mostFrequent / n, varianceBefore });
}

/** Piecewise linear map x -> y on ascending knots, end slopes beyond them. */
function interpolate(xs: Float64Array, ys: Float64Array, x: number, low: number, high: number, clip: boolean): number {
  const last = xs.length - 1;
  if (x <= xs[0]) return clip ? ys[0] : ys[0] + (x - xs[0]) * low;
  if (x >= xs[last]) return clip ? ys[last] : ys[last] + (x - xs[last]) * high;
  let below = 0;
  let above = last;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (xs[middle] <= x) below = middle;
    else above = middle;
  }
  const t = (x - xs[below]) / (xs[above] - xs[below]);
  return ys[below] + t * (ys[above] - ys[below]);
}
