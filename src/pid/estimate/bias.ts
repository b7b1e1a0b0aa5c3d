import { RunError } from "../../errors.js";
import { digamma } from "../../math/special.js";

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

/**
 * Bias, in bits, of the plug-in entropy of d Gaussian variables: E log2 det of a Wishart matrix over its degrees of freedom.
 *   1/(2 ln 2) [Σ_{k=1..d} ψ((n-k)/2) + d ln(2 / (n-1))]
 */
function entropyBias(d: number, n: number): number {
  let sum = d * Math.log(2 / (n - 1));
  for (let k = 1; k <= d; k++) sum += digamma((n - k) / 2);
  return sum / (2 * Math.LN2);
}

/**
 * Bias, in bits, of the plug-in O-information Σ_k [H(Z_k) - H(Z_-k)] + (M - 2) H(Z).
 * @param dimensions independent columns of each modality, with a sum below n
 */
export function oInformationBias(dimensions: readonly number[], n: number): number {
  const all = dimensions.reduce((sum, d) => sum + d, 0);
  const parts = dimensions.reduce((sum, d) => sum + entropyBias(d, n) - entropyBias(all - d, n), 0);
  return parts + (dimensions.length - 2) * entropyBias(all, n);
}
