import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { RunError } from "../errors.js";
import { jacobiSvd } from "./jacobi.js";

/** Symmetric eigendecomposition A = V diag(values) V'. */
export interface SymmetricEigen {
  /** Eigenvalues, ascending. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors in the columns, in the order of `values`. */
  readonly vectors: Matrix;
}

/** Thin singular value decomposition A = U diag(values) V', values descending. */
export interface ThinSvd {
  readonly values: Float64Array;
  /** [rows, k], k = min(rows, columns) */
  readonly left: Matrix;
  /** [columns, k] */
  readonly right: Matrix;
}

/**
 * Lower Cholesky factor L with A = L L'. ml-matrix's own does not refuse a matrix that is not positive definite.
 * @param a    [n, n] symmetric; only the lower triangle is read
 * @param name used in the error message
 * @throws RunError naming the first failing pivot
 */
export function cholesky(a: Matrix, name = "matrix"): Matrix {
  checkSquare(a, name);
  const n = a.rows;
  const rows = Array.from({ length: n }, (_, i) => new Float64Array(a.getRow(i)));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = rows[i][j];
      for (let k = 0; k < j; k++) value -= rows[i][k] * rows[j][k];
      if (i === j) rows[i][i] = checkedRoot(value, i, name);
      else rows[i][j] = value / rows[j][j];
    }
    rows[i].fill(0, i + 1);
  }
  return new Matrix(rows);
}

function checkedRoot(pivot: number, index: number, name: string): number {
  if (pivot > 0 && Number.isFinite(pivot)) return Math.sqrt(pivot);
  throw new RunError(
    `${name} is not positive definite: pivot ${index} (of the Cholesky factorisation) is ${pivot}, must be above 0. ` +
      "Remove columns that are constant or combinations of others, or add a ridge",
  );
}

/** Solves L X = B for lower triangular L [n, n], B [n, k]. */
export function solveLower(l: Matrix, b: Matrix): Matrix {
  const x = b.clone();
  for (let c = 0; c < x.columns; c++) {
    for (let i = 0; i < x.rows; i++) {
      let value = x.get(i, c);
      for (let k = 0; k < i; k++) value -= l.get(i, k) * x.get(k, c);
      x.set(i, c, value / l.get(i, i));
    }
  }
  return x;
}

/** Solves L' X = B for lower triangular L [n, n], B [n, k]. */
export function solveLowerTransposed(l: Matrix, b: Matrix): Matrix {
  const x = b.clone();
  for (let c = 0; c < x.columns; c++) {
    for (let i = x.rows - 1; i >= 0; i--) {
      let value = x.get(i, c);
      for (let k = i + 1; k < x.rows; k++) value -= l.get(k, i) * x.get(k, c);
      x.set(i, c, value / l.get(i, i));
    }
  }
  return x;
}

/** L'^-1, upper triangular, [n, n], of a lower triangular L [n, n]: `solveLowerTransposed` of the identity without its zeros. */
export function inverseLowerTransposed(l: Matrix): Matrix {
  const n = l.rows;
  // Rows of L' are contiguous, so that the sums below walk along them.
  const upper = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_column, k) => l.get(k, i)));
  const out = Matrix.zeros(n, n);
  const x = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    for (let i = c; i >= 0; i--) {
      const row = upper[i];
      let value = i === c ? 1 : 0;
      for (let k = i + 1; k <= c; k++) value -= row[k] * x[k];
      x[i] = value / row[i];
      out.set(i, c, x[i]);
    }
  }
  return out;
}

/**
 * Solves A X = B for symmetric positive definite A [n, n], B [n, k].
 * @throws RunError when A is not positive definite
 */
export function solveSpd(a: Matrix, b: Matrix, name = "matrix"): Matrix {
  const l = cholesky(a, name);
  return solveLowerTransposed(l, solveLower(l, b));
}

/** Inverse of a symmetric positive definite matrix, exactly symmetric. @throws RunError when it is not positive definite */
export function inverseSpd(a: Matrix, name = "matrix"): Matrix {
  return symmetrize(solveSpd(a, Matrix.eye(a.rows), name));
}

/** Log determinant (nats) of a symmetric positive definite matrix. @throws RunError when it is not positive definite */
export function logDetSpd(a: Matrix, name = "matrix"): number {
  const l = cholesky(a, name);
  let sum = 0;
  for (let i = 0; i < l.rows; i++) sum += Math.log(l.get(i, i));
  return 2 * sum;
}

/** (A + A') / 2. */
export function symmetrize(a: Matrix): Matrix {
  const out = a.clone();
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < i; j++) {
      const value = (a.get(i, j) + a.get(j, i)) / 2;
      out.set(i, j, value);
      out.set(j, i, value);
    }
  }
  return out;
}

/**
 * Eigenvalues (ascending) and eigenvectors of a symmetric matrix; absolute accuracy about 1e-15 times the largest.
 * @throws RunError when an entry is not finite
 */
export function symmetricEigen(a: Matrix, name = "matrix"): SymmetricEigen {
  checkSquare(a, name);
  checkFinite(a, name);
  const evd = new EigenvalueDecomposition(symmetrize(a), { assumeSymmetric: true });
  const order = evd.realEigenvalues.map((_, i) => i).sort((i, j) => evd.realEigenvalues[i] - evd.realEigenvalues[j]);
  return {
    values: Float64Array.from(order, (i) => evd.realEigenvalues[i]),
    vectors: evd.eigenvectorMatrix.subMatrixColumn(order),
  };
}

/**
 * Thin SVD by one-sided Jacobi (Hestenes): high relative accuracy for small singular values, where a bidiagonalising
 * SVD gives only absolute accuracy.
 * @throws RunError when an entry is not finite or the sweeps do not converge
 */
export function svd(a: Matrix, name = "matrix"): ThinSvd {
  checkFinite(a, name);
  if (a.rows < a.columns) {
    const { values, left, right } = svd(a.transpose(), name);
    return { values, left: right, right: left };
  }
  const columns = Array.from({ length: a.columns }, (_, j) => Float64Array.from(a.getColumn(j)));
  const rotations = Array.from({ length: a.columns }, (_, j) => unit(a.columns, j));
  const norms = jacobiSvd(columns, rotations);
  const order = [...norms.keys()].sort((i, j) => norms[j] - norms[i]);
  const normalised = order.map((j) => columns[j].map((v) => (norms[j] > 0 ? v / norms[j] : 0)));
  return {
    values: Float64Array.from(order, (j) => norms[j]),
    left: new Matrix(normalised).transpose(),
    right: new Matrix(order.map((j) => rotations[j])).transpose(),
  };
}

/** Singular values, descending, by one-sided Jacobi. */
export function singularValues(a: Matrix, name = "matrix"): Float64Array {
  return svd(a, name).values;
}

/**
 * Ridge regression: argmin_W |Y - X W|^2 + ridge * |W|^2, by the normal equations.
 * @param x     [n, p]
 * @param y     [n, k]
 * @param ridge >= 0, in units of x squared times n; 0 is least squares and needs independent columns
 * @returns [p, k]
 * @throws RunError when X'X + ridge I is not positive definite
 */
export function ridgeRegression(x: Matrix, y: Matrix, ridge: number): Matrix {
  const xt = x.transpose();
  const gram = xt.mmul(x);
  for (let j = 0; j < gram.rows; j++) gram.set(j, j, gram.get(j, j) + ridge);
  return solveSpd(gram, xt.mmul(y), "X'X + ridge");
}

/**
 * Covariance of the columns of `x`.
 * @param x [n, p]
 * @param degreesUsed divisor is n - degreesUsed (1: unbiased, 0: maximum likelihood)
 * @returns [p, p]
 */
export function covariance(x: Matrix, degreesUsed = 1): Matrix {
  const means = x.mean("column");
  const centred = x.clone().subRowVector(means);
  return symmetrize(
    centred
      .transpose()
      .mmul(centred)
      .div(x.rows - degreesUsed),
  );
}

function unit(n: number, j: number): Float64Array {
  const e = new Float64Array(n);
  e[j] = 1;
  return e;
}

function checkSquare(a: Matrix, name: string): void {
  if (a.rows !== a.columns) throw new RunError(`${name} must be square, got ${a.rows} x ${a.columns}`);
}

function checkFinite(a: Matrix, name: string): void {
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) {
      if (!Number.isFinite(a.get(i, j))) throw new RunError(`${name} has ${a.get(i, j)} at row ${i}, column ${j}`);
    }
  }
}
