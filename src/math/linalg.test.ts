import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import {
  cholesky,
  covariance,
  inverseLowerTransposed,
  inverseSpd,
  logDetSpd,
  ridgeRegression,
  singularValues,
  solveLowerTransposed,
  solveSpd,
  svd,
  symmetricEigen,
} from "./linalg.js";
import { Rng } from "./rng.js";

const hilbert = (n: number) =>
  new Matrix(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => 1 / (i + j + 1))));
const largest = (m: Matrix) => Math.max(...m.to1DArray().map(Math.abs));
const random = (rows: number, columns: number, seed: string) => {
  const values = new Float64Array(rows * columns);
  new Rng(seed).fillNormal(values);
  return Matrix.from1DArray(rows, columns, values);
};

describe("positive definite matrices", () => {
  it("Cholesky, solve, inverse and determinant of the Hilbert matrix of order 5", () => {
    const h = hilbert(5);
    const l = cholesky(h);
    expect(largest(l.mmul(l.transpose()).sub(h))).toBeLessThan(1e-16);
    // det H_5 = 1/266716800000
    expect(logDetSpd(h)).toBeCloseTo(-Math.log(266716800000), 10);
    // first column of the inverse is integer: 25, -300, 1050, -1400, 630 (relative error cond * eps = 1e-10)
    const first = solveSpd(h, Matrix.columnVector([1, 0, 0, 0, 0])).to1DArray();
    for (const [i, w] of [25, -300, 1050, -1400, 630].entries()) expect(Math.abs(first[i] / w - 1)).toBeLessThan(1e-10);
    const inverse = inverseSpd(h);
    expect(inverse.get(0, 4)).toBe(inverse.get(4, 0));
  });

  it("names the pivot that is not positive", () => {
    const a = new Matrix([
      [1, 2],
      [2, 1],
    ]);
    expect(() => cholesky(a, "target covariance")).toThrow("target covariance is not positive definite: pivot 1");
    expect(() => cholesky(new Matrix([[Number.NaN]]))).toThrow("pivot 0");
    expect(() => cholesky(Matrix.ones(2, 3))).toThrow("must be square, got 2 x 3");
  });
});

describe("eigenvalues and singular values", () => {
  it("Hilbert matrix of order 5 as numpy 1.24 eigvalsh", () => {
    const { values, vectors } = symmetricEigen(hilbert(5));
    const want = [
      3.2879287721752495e-6, 0.00030589804015117674, 0.011407491623419842, 0.20853421861101346, 1.5670506910982307,
    ];
    for (const [i, w] of want.entries()) expect(Math.abs(values[i] - w)).toBeLessThan(1e-15);
    const rebuilt = vectors.mmul(Matrix.diag([...values])).mmul(vectors.transpose());
    expect(largest(rebuilt.sub(hilbert(5)))).toBeLessThan(2e-15);
  });

  it("one-sided Jacobi keeps relative accuracy where columns differ by 1e12 in size", () => {
    // graded matrix B diag(1, 1e-6, 1e-12); singular values from mpmath 1.2.1 at 60 digits
    const b = new Matrix([
      [1, 0.5, 0.25],
      [0.5, 1, 0.5],
      [0.25, 0.5, 1],
    ]);
    const got = singularValues(b.mmul(Matrix.diag([1, 1e-6, 1e-12])));
    const want = [1.145643923739381, 7.319250547114274e-7, 6.708203932496652e-13];
    for (const [i, w] of want.entries()) expect(Math.abs(got[i] / w - 1)).toBeLessThan(4e-15);
  });

  it.each([
    [6, 4],
    [4, 6],
    [5, 5],
  ])("thin SVD of a %i x %i matrix rebuilds it", (rows, columns) => {
    const a = random(rows, columns, `svd-${rows}-${columns}`);
    const { values, left, right } = svd(a);
    expect(
      largest(
        left
          .mmul(Matrix.diag([...values]))
          .mmul(right.transpose())
          .sub(a),
      ),
    ).toBeLessThan(1e-14);
    expect(largest(left.transpose().mmul(left).sub(Matrix.eye(values.length)))).toBeLessThan(1e-14);
    expect([...values]).toEqual([...values].sort((x, y) => y - x));
  });

  it("refuses entries that are not finite", () => {
    expect(() => singularValues(new Matrix([[1, Number.NaN]]))).toThrow("NaN at row 0, column 1");
    expect(() => symmetricEigen(new Matrix([[Number.POSITIVE_INFINITY]]))).toThrow("Infinity at row 0, column 0");
  });
});

describe("regression", () => {
  it("least squares recovers the coefficients, ridge shrinks them", () => {
    const x = random(50, 3, "ridge");
    const w = new Matrix([
      [1, 2],
      [-1, 0],
      [0.5, 3],
    ]);
    const y = x.mmul(w);
    expect(largest(ridgeRegression(x, y, 0).sub(w))).toBeLessThan(1e-14);
    expect(largest(ridgeRegression(x, y, 1e9))).toBeLessThan(1e-6);
    expect(() => ridgeRegression(Matrix.ones(4, 2), Matrix.ones(4, 1), 0)).toThrow(
      "X'X + ridge is not positive definite",
    );
  });

  it("covariance with both divisors", () => {
    const x = new Matrix([
      [1, 2],
      [3, 6],
      [5, 4],
    ]);
    expect(covariance(x).to2DArray()).toEqual([
      [4, 2],
      [2, 4],
    ]);
    expect(covariance(x, 0).get(0, 0)).toBeCloseTo(8 / 3, 15);
  });
});

describe("inverseLowerTransposed", () => {
  it("is the solution for the identity, to the last bit, and upper triangular", () => {
    const rows = random(40, 9, "triangular");
    const l = cholesky(rows.transpose().mmul(rows));
    const inverse = inverseLowerTransposed(l);
    expect(inverse.to1DArray()).toEqual(
      solveLowerTransposed(l, Matrix.eye(9))
        .to1DArray()
        .map((value) => value + 0),
    );
    expect(largest(l.transpose().mmul(inverse).sub(Matrix.eye(9)))).toBeLessThan(1e-12);
    expect(inverse.get(5, 2)).toBe(0);
  });
});
