import { choleskyFactor } from "../../math/dense.js";
import { type Pencil, solvePencil } from "../covariance/pencil.js";

/** The two-source decomposition, bits, before any clipping. */
export interface TwoSource {
  readonly i1: number;
  readonly i2: number;
  readonly i12: number;
  readonly u1: number;
  readonly u2: number;
  readonly r: number;
  readonly s: number;
  readonly union: number;
  /** (i1 - u1) - (i2 - u2), which is 0 in exact arithmetic. */
  readonly residual: number;
  readonly pencil: Pencil;
}

/**
 * Exact BROJA decomposition of two Gaussian sources, any dimensions, in closed form: with P' E1 P = I, P' E2 P = diag(d),
 *   u1 = 1/2 sum log2 max(1, d_i),  u2 = 1/2 sum log2 max(1, 1/d_i),  r = I1 - u1 = I2 - u2,  s = I12 - I1 - u2.
 * Proof in docs/gaussian-pid.md. Only the covariances of the target before and after knowing the sources enter.
 * @param n      number of target columns
 * @param target Cov(Y), flat [n * n], positive definite
 * @param e1     Cov(Y | X1)
 * @param e2     Cov(Y | X2)
 * @param e12    Cov(Y | X1, X2)
 * @throws RunError when one of them is not positive definite
 */
export function twoSourcePid(
  n: number,
  target: Float64Array,
  e1: Float64Array,
  e2: Float64Array,
  e12: Float64Array,
): TwoSource {
  const ly = choleskyFactor(target, n, "target covariance");
  const l1 = choleskyFactor(e1, n, "posterior covariance given the first source");
  const l2 = choleskyFactor(e2, n, "posterior covariance given the second source");
  const l12 = choleskyFactor(e12, n, "posterior covariance given both sources");
  const i1 = informationBits(ly, l1, n);
  const i2 = informationBits(ly, l2, n);
  const i12 = informationBits(ly, l12, n);
  const pencil = solvePencil(l1, l2, n);
  let u1 = 0;
  let u2 = 0;
  for (const s of pencil.sigma) {
    if (s > 1) u1 += Math.log2(s);
    else u2 -= Math.log2(s);
  }
  const r = (i1 - u1 + (i2 - u2)) / 2;
  const union = u1 + u2 + r;
  return { i1, i2, i12, u1, u2, r, s: i12 - union, union, residual: i1 - u1 - (i2 - u2), pencil };
}

/** 1/2 log2(det S / det E) from Cholesky factors of S and E. */
export function informationBits(target: Float64Array, posterior: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(target[i * n + i] / posterior[i * n + i]);
  return sum / Math.LN2;
}
