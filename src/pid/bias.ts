import { RunError } from "../errors.js";
import { digamma } from "../math/special.js";

/**
 * Exact bias, in bits, of the plug-in mutual information of Gaussian variables with estimated means.
 *   bias(m, d, n) = 1/(2 ln 2) Σ_{k=1..m} [ψ((n-k)/2) - ψ((n-d-k)/2)]
 * (log determinant of a Wishart matrix; Goodman 1963, used by Ince et al. 2017.)
 * @param m dimensions of the target
 * @param d dimensions of the source
 * @param n rows
 * @throws RunError unless n > d + m
 */
export function psiBias(m: number, d: number, n: number): number {
  if (n <= d + m) {
    throw new RunError(
      `the bias of a plug-in information needs more rows than dimensions: got ${n} rows, ${m} + ${d} dimensions. ` +
        "Use the cross-fitted estimate or fewer columns.",
    );
  }
  let sum = 0;
  for (let k = 1; k <= m; k++) sum += digamma((n - k) / 2) - digamma((n - d - k) / 2);
  return sum / (2 * Math.LN2);
}
