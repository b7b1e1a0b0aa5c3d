import { multiply, traceProduct, transpose } from "../../math/dense.js";
import type { Gradient } from "../closed-form/gradients.js";
import { emptySet, type ModalitySet } from "../multi/modality-sets.js";
import { errorLevel, groupedError, type RowGroups, widening } from "./row-groups.js";

/** Residuals of the target by modality set (empty: the centred target itself), flat [rows, n] each. */
export type ResidualRows = ReadonlyMap<ModalitySet, Float64Array>;

/**
 * Influence of every row on a number of the decomposition, bits: ψ = Σ_set e' G_set e, centred to mean zero.
 * @returns [rows]
 */
export function influenceOfRows(gradient: Gradient, residuals: ResidualRows, n: number): Float64Array {
  const rows = (residuals.get(emptySet) as Float64Array).length / n;
  const out = new Float64Array(rows);
  for (const [set, matrix] of gradient) addQuadratic(out, matrix, residuals.get(set) as Float64Array, n);
  let mean = 0;
  for (let r = 0; r < rows; r++) mean += out[r] / rows;
  for (let r = 0; r < rows; r++) out[r] -= mean;
  return out;
}

function addQuadratic(out: Float64Array, matrix: Float64Array, residuals: Float64Array, n: number): void {
  for (let r = 0; r < out.length; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      let row = 0;
      for (let j = 0; j < n; j++) row += matrix[i * n + j] * residuals[r * n + j];
      sum += row * residuals[r * n + i];
    }
    out[r] += sum;
  }
}

/** Standard error of a mean-zero influence function: its standard deviation over sqrt(rows). */
export function standardErrorOfInfluence(influence: Float64Array): number {
  let square = 0;
  for (const v of influence) square += v * v;
  return Math.sqrt(square / (influence.length - 1) / influence.length);
}

/** The same where rows of a group depend on one another, widened for the number of groups. */
export function errorOfInfluence(influence: Float64Array, groups: RowGroups | null): number {
  if (groups === null) return standardErrorOfInfluence(influence);
  return widening(groups, errorLevel) * groupedError(influence, groups);
}

/**
 * Standard error if the rows are Gaussian, from covariances alone: the variance of a quadratic form in normal variables,
 *   Var(Σ_set e' G_set e) = 2 Σ_ab tr(G_a C_ab G_b C_ba),  C_ab = Cov(e_a, e_b)
 * @param covariance C_ab, flat [n * n]
 * @param rows       number of rows behind the covariance
 */
export function gaussianStandardError(
  gradient: Gradient,
  covariance: (a: ModalitySet, b: ModalitySet) => Float64Array,
  n: number,
  rows: number,
): number {
  let variance = 0;
  const sets = [...gradient.keys()];
  for (const [i, a] of sets.entries()) {
    for (const b of sets.slice(i)) {
      const c = covariance(a, b);
      const left = multiply(gradient.get(a) as Float64Array, c, n);
      const right = multiply(gradient.get(b) as Float64Array, transpose(c, n), n);
      variance += (a === b ? 2 : 4) * traceProduct(left, transpose(right, n));
    }
  }
  return Math.sqrt(Math.max(0, variance) / rows);
}
