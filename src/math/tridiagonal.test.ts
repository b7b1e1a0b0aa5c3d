import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { inverseSpd, solveSpd, symmetricEigen } from "./linalg.js";
import { Rng } from "./rng.js";
import { countAbove, solveShifted, tridiagonalise } from "./tridiagonal.js";

/** X'X of random columns, the last one a copy of the first when `collinear`. */
function gram(n: number, rows: number, collinear: boolean): Float64Array {
  const x = new Float32Array(rows * n);
  new Rng(n).split("gram").fillNormal(x);
  if (collinear) for (let i = 0; i < rows; i++) x[i * n + n - 1] = x[i * n];
  const out = new Float64Array(n * n);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) out[j * n + k] += x[i * n + j] * x[i * n + k];
  }
  return out;
}

const asMatrix = (a: Float64Array, n: number) => Matrix.from1DArray(n, n, Array.from(a));

describe("tridiagonal reduction", () => {
  it.each([1, 2, 3, 4, 17, 60])("keeps A = Q T Q' with orthogonal Q at size %i", (n) => {
    const a = gram(n, n + 5, false);
    const t = tridiagonalise(a.slice(), n);
    const scale = asMatrix(a, n).norm();
    for (let k = 0; k < n; k++) {
      // Column k of A = Q T Q' e_k.
      const unit = new Float64Array(n);
      unit[k] = 1;
      t.rotate(unit);
      expect(Math.hypot(...unit)).toBeCloseTo(1, 12);
      const column = unit.map(
        (x, i) =>
          t.diagonal[i] * x +
          (i > 0 ? t.offDiagonal[i - 1] * unit[i - 1] : 0) +
          (i < n - 1 ? t.offDiagonal[i] * unit[i + 1] : 0),
      );
      t.rotateBack(column);
      for (let i = 0; i < n; i++) expect(Math.abs(column[i] - a[i * n + k])).toBeLessThan(1e-13 * scale);
    }
  });

  it.each([
    [5, false],
    [40, false],
    [40, true],
  ])("solves the shifted system and sums its inverse's diagonal (size %i, collinear: %s)", (n, collinear) => {
    const a = gram(n, 3 * n, collinear);
    const t = tridiagonalise(a.slice(), n);
    const b = Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));
    for (const shift of [1e-4, 1, 1e4]) {
      const shifted = asMatrix(a, n).add(Matrix.eye(n).mul(shift));
      const rotated = b.slice();
      t.rotate(rotated);
      const { solution, traceOfInverse } = solveShifted(t, shift, rotated);
      t.rotateBack(solution);
      const expected = solveSpd(shifted, Matrix.columnVector(Array.from(b)));
      const size = expected.norm();
      for (let i = 0; i < n; i++) expect(Math.abs(solution[i] - expected.get(i, 0))).toBeLessThan(1e-8 * size);
      expect(traceOfInverse / inverseSpd(shifted).trace()).toBeCloseTo(1, 8);
    }
  });

  it("counts eigenvalues above a bound", () => {
    const n = 30;
    const a = gram(n, 45, true);
    const t = tridiagonalise(a.slice(), n);
    const { values } = symmetricEigen(asMatrix(a, n));
    for (const bound of [1e-9 * values[n - 1], 1, 20, 80]) {
      expect(countAbove(t, bound)).toBe(values.filter((value) => value > bound).length);
    }
    expect(countAbove(t, 1e-9 * values[n - 1])).toBe(n - 1);
  });

  it("reduces diagonal and zero matrices", () => {
    const t = tridiagonalise(Float64Array.from([2, 0, 0, 0, 3, 0, 0, 0, 5]), 3);
    expect([...t.diagonal]).toEqual([2, 3, 5]);
    expect([...tridiagonalise(new Float64Array(16), 4).offDiagonal]).toEqual([0, 0, 0]);
  });
});
