import { choleskyFactor, combine, invertSpd } from "../math/dense.js";
import { informationBits } from "./two-source.js";

/**
 * Information the two sources would have if they were independent given the target, bits:
 *   E7^-1 = E1^-1 + E2^-1 - S_Y^-1,  I7 = 1/2 log2(det S_Y / det E7).
 * (The maximum entropy distribution with the given (Y, X1) and (Y, X2) marginals; derivation in docs/gaussian-pid.md.)
 */
export function conditionallyIndependentInformation(
  n: number,
  target: Float64Array,
  e1: Float64Array,
  e2: Float64Array,
): number {
  const precisions = [e1, e2, target].map((e) => invertSpd(e, n, "posterior covariance"));
  const e7 = invertSpd(combine(precisions, [1, 1, -1]), n, "precision under conditional independence");
  return informationBits(choleskyFactor(target, n, "target covariance"), choleskyFactor(e7, n, "E7"), n);
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
