import { backwardSolve, forwardSolve } from "../../math/dense.js";
import { jacobiSvd } from "../../math/jacobi.js";

/** The generalised eigenproblem of two posterior covariances: P' E1 P = I, P' E2 P = diag(d). */
export interface Pencil {
  /** sqrt(d_i), to high relative accuracy. */
  readonly sigma: Float64Array;
  /** Column i of P: a direction of the target. */
  directions(): Float64Array[];
}

/**
 * Solves the pencil from Cholesky factors, by the singular values of L1^-1 L2; forming L1^-1 E2 L1^-T instead would
 * square the condition number.
 * @param l1 lower factor of E1, flat [n * n]
 * @param l2 lower factor of E2
 */
export function solvePencil(l1: Float64Array, l2: Float64Array, n: number): Pencil {
  if (n === 1) return { sigma: Float64Array.of(l2[0] / l1[0]), directions: () => [Float64Array.of(1 / l1[0])] };
  const m = forwardSolve(l1, n, l2);
  const columns = Array.from({ length: n }, (_, j) => Float64Array.from({ length: n }, (_, i) => m[i * n + j]));
  const sigma = jacobiSvd(columns);
  // afterwards column i is sigma_i times the left singular vector u_i, and p_i = L1^-T u_i
  const directions = () =>
    columns.map((c, i) => {
      const u = c.map((v) => v / sigma[i]);
      return backwardSolve(l1, n, u, 1);
    });
  return { sigma, directions };
}
