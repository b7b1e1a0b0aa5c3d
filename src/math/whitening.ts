import { Matrix } from "ml-matrix";
import { addCrossProducts, paddedColumns, symmetric } from "./cross-products.js";
import { cholesky, inverseLowerTransposed } from "./linalg.js";

/** Affine map to zero mean and unit covariance. */
export interface RowWhitening {
  /** [D] */
  readonly mean: Float64Array;
  /** U, [D, D] row-major, upper triangular: v = (row - mean) U has covariance I, U U' is the inverse covariance. */
  readonly whitening: Float64Array;
}

/**
 * Whitening of rows from the Cholesky factor of their covariance: U = L^-T with S = L L'.
 *   S = (1 - shrinkage) C + shrinkage diag(C),   C = covariance with divisor rows
 * Shrinkage towards the diagonal keeps the units of the columns and makes S invertible when rows are few.
 * @param rows      [n, D] row-major
 * @param n         at least 2
 * @param shrinkage in [0, 1]
 * @throws RangeError for other sizes; RunError when S is not positive definite (a constant column, or columns that
 *         determine each other and shrinkage 0)
 */
export function whiteningFromRows(rows: ArrayLike<number>, n: number, D: number, shrinkage = 0): RowWhitening {
  if (!Number.isInteger(n) || n < 2) throw new RangeError(`n: expected an integer of at least 2, got ${n}`);
  if (!Number.isInteger(D) || D < 1) throw new RangeError(`D: expected an integer of at least 1, got ${D}`);
  if (rows.length !== n * D) throw new RangeError(`rows: expected n D = ${n * D} values, got ${rows.length}`);
  if (!(shrinkage >= 0 && shrinkage <= 1)) throw new RangeError(`shrinkage: expected 0 to 1, got ${shrinkage}`);
  const mean = columnMeans(rows, n, D);
  const covariance = shrunkCovariance(rows, mean, n, shrinkage);
  const inverseFactor = inverseLowerTransposed(cholesky(covariance, "covariance of the rows to whiten"));
  return { mean, whitening: Float64Array.from(inverseFactor.to1DArray()) };
}

function columnMeans(rows: ArrayLike<number>, n: number, D: number): Float64Array {
  const sums = new Float64Array(D);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < D; j++) sums[j] += rows[at++];
  return sums.map((sum) => sum / n);
}

function shrunkCovariance(rows: ArrayLike<number>, mean: Float64Array, n: number, shrinkage: number): Matrix {
  const D = mean.length;
  const padded = paddedColumns(D);
  const centred = new Float64Array(padded * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < D; j++) centred[j * n + i] = rows[i * D + j] - mean[j];
  const product = new Float64Array(padded * padded);
  addCrossProducts(centred, centred, n, n, padded, product, true);
  const sums = symmetric(product, padded, D);
  const scaled = sums.map((sum, at) => ((at % (D + 1) === 0 ? 1 : 1 - shrinkage) * sum) / n);
  return Matrix.from1DArray(D, D, scaled);
}
