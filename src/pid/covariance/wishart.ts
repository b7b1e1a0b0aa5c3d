import type { Rng } from "../../math/rng.js";

/** Triangular factor of a covariance that may be singular: Σ = F F'. */
export interface CovarianceFactor {
  readonly columns: number;
  readonly rank: number;
  /** row-major [columns, rank]; rows in the order of the columns */
  readonly values: Float64Array;
}

/**
 * Factor Σ = F F' by outer-product Cholesky; a column that depends on earlier ones gets no factor column of its own.
 * @param covariance row-major [columns, columns], positive semidefinite
 */
export function covarianceFactor(covariance: Float64Array, columns: number): CovarianceFactor {
  const factor: Float64Array[] = [];
  const rest = Float64Array.from({ length: columns }, (_, j) => covariance[j * columns + j]);
  for (let j = 0; j < columns; j++) {
    if (rest[j] <= 1e-12 * covariance[j * columns + j]) continue;
    const root = Math.sqrt(rest[j]);
    const column = new Float64Array(columns);
    for (let i = j; i < columns; i++) {
      let value = covariance[i * columns + j];
      for (const earlier of factor) value -= earlier[i] * earlier[j];
      column[i] = value / root;
      rest[i] -= column[i] * column[i];
    }
    factor.push(column);
  }
  const rank = factor.length;
  const values = new Float64Array(columns * rank);
  for (let i = 0; i < columns; i++) for (let k = 0; k < rank; k++) values[i * rank + k] = factor[k][i];
  return { columns, rank, values };
}

/**
 * Covariance of a simulated Gaussian sample, W / degrees with W ~ Wishart(Σ, degrees), by Bartlett's decomposition:
 *   W = F A A' F',  A lower triangular, A_ii² ~ χ²(degrees - i), A_ij ~ N(0, 1)
 * @param degrees degrees of freedom, n - 1 for n rows with an estimated mean; at least the rank
 * @returns row-major [columns, columns]
 */
export function wishartCovariance(factor: CovarianceFactor, degrees: number, rng: Rng): Float64Array {
  const { columns, rank, values } = factor;
  const bartlett = new Float64Array(rank * rank);
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j < i; j++) bartlett[i * rank + j] = rng.normal();
    bartlett[i * rank + i] = Math.sqrt(rng.chiSquared(degrees - i));
  }
  const product = new Float64Array(columns * rank);
  for (let i = 0; i < columns; i++) {
    for (let k = 0; k < rank; k++) {
      const weight = values[i * rank + k];
      if (weight === 0) continue;
      for (let j = 0; j <= k; j++) product[i * rank + j] += weight * bartlett[k * rank + j];
    }
  }
  return outer(product, columns, rank, 1 / degrees);
}

function outer(rows: Float64Array, columns: number, rank: number, scale: number): Float64Array {
  const out = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += rows[i * rank + k] * rows[j * rank + k];
      out[i * columns + j] = sum * scale;
      out[j * columns + i] = sum * scale;
    }
  }
  return out;
}
