import { Matrix } from "ml-matrix";
import {
  choleskyFactor,
  combine,
  forwardSolve,
  identity,
  invertSpd,
  multiply,
  unwhiten,
  whiten,
} from "../../math/dense.js";
import { symmetricEigen } from "../../math/linalg.js";
import { informationBits } from "./two-source.js";

/** What knowing two sources leaves of the target if they are independent given it. */
export interface ConditionallyIndependent {
  /** E7, flat [n * n] */
  readonly posterior: Float64Array;
  /** The posterior of each source as it went in: nowhere above the target's own covariance. */
  readonly sources: readonly [OrderedPosterior, OrderedPosterior];
}

/** A posterior covariance brought below the target's covariance. */
export interface OrderedPosterior {
  readonly matrix: Float64Array;
  /** Projection on the directions of the target that were left as they are; null where all were. */
  readonly kept: Float64Array | null;
}

/** Directions in which a posterior exceeds the target by no more than this share are rounding. */
const rounding = 1e-9;

/**
 * Posterior covariance of the target if two sources were independent given it:
 *   E7^-1 = E1^-1 + E2^-1 - S_Y^-1
 * (The maximum entropy distribution with the given (Y, X1) and (Y, X2) marginals; derivation in docs/gaussian-pid.md.)
 * A held-out prediction can be worse than the mean: in such directions its source is taken to know nothing.
 */
export function conditionallyIndependent(
  n: number,
  target: Float64Array,
  e1: Float64Array,
  e2: Float64Array,
): ConditionallyIndependent {
  const first = ordered(n, target, e1);
  const second = ordered(n, target, e2);
  const precisions = [first.matrix, second.matrix, target].map((e) => invertSpd(e, n, "posterior covariance"));
  const posterior = invertSpd(combine(precisions, [1, 1, -1]), n, "precision under conditional independence");
  return { posterior, sources: [first, second] };
}

/** Information the two sources would have if they were independent given the target, bits: 1/2 log2(det S_Y / det E7). */
export function conditionallyIndependentInformation(
  n: number,
  target: Float64Array,
  e1: Float64Array,
  e2: Float64Array,
): number {
  const { posterior } = conditionallyIndependent(n, target, e1, e2);
  return informationBits(choleskyFactor(target, n, "target covariance"), choleskyFactor(posterior, n, "E7"), n);
}

/** Eigenvalues of L^-1 E L^-T, S_Y = L L', cut at 1. */
function ordered(n: number, target: Float64Array, e: Float64Array): OrderedPosterior {
  const l = choleskyFactor(target, n, "target covariance");
  const white = Matrix.from1DArray(n, n, whiten(l, e, n));
  const { values, vectors } = symmetricEigen(white, "whitened posterior covariance");
  const above = Array.from(values, (value) => value > 1 + rounding);
  if (!above.some(Boolean)) return { matrix: e, kept: null };
  const spectral = (weights: readonly number[]) => {
    const out = new Float64Array(n * n);
    weights.forEach((weight, k) => {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) out[i * n + j] += weight * vectors.get(i, k) * vectors.get(j, k);
      }
    });
    return out;
  };
  const cut = spectral(Array.from(values, (value, k) => (above[k] ? 1 : value)));
  const inside = spectral(above.map((outside) => (outside ? 0 : 1)));
  const kept = multiply(multiply(l, inside, n), forwardSolve(l, n, identity(n)), n);
  return { matrix: unwhiten(l, cut, n), kept };
}
/**
 * Dependency-constraint decomposition of two sources (James, Emenheiser & Crutchfield 2018; Kay & Ince 2018), bits:
 *   union = min(I7, I12), u1 = union - I2, u2 = union - I1, r = I1 + I2 - union, s = I12 - union, all >= 0.
 * @param i1,i2,i12 information of the first, the second and both sources
 * @param i7        `conditionallyIndependentInformation`
 */
export function dependencyAtoms(i1: number, i2: number, i12: number, i7: number) {
  const union = Math.min(i7, i12);
  return { u1: union - i2, u2: union - i1, r: i1 + i2 - union, s: i12 - union, union };
}
