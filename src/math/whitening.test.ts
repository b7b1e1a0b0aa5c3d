import { describe, expect, it } from "vitest";
import { RunError } from "../errors.js";
import { Rng } from "./rng.js";
import { whiteningFromRows } from "./whitening.js";

/** Rows (z A + b) of correlated normals. */
function correlated(n: number, D: number): Float64Array {
  const rng = new Rng("correlated");
  const mix = Array.from({ length: D }, () => Array.from({ length: D }, () => rng.normal()));
  return Float64Array.from(
    Array.from({ length: n }, () => {
      const z = mix.map(() => rng.normal());
      return mix.map((_, k) => 3 + z.reduce((sum, v, j) => sum + v * mix[j][k], 0));
    }).flat(),
  );
}

function apply(
  rows: ArrayLike<number>,
  n: number,
  D: number,
  { mean, whitening }: ReturnType<typeof whiteningFromRows>,
) {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: D }, (_, k) =>
      Array.from({ length: D }, (_, j) => (rows[i * D + j] - mean[j]) * whitening[j * D + k]).reduce((a, b) => a + b),
    ),
  );
}

describe("whiteningFromRows", () => {
  it("maps the rows to mean 0 and covariance I", () => {
    const [n, D] = [50, 4];
    const rows = correlated(n, D);
    const white = apply(rows, n, D, whiteningFromRows(rows, n, D));
    for (let j = 0; j < D; j++) {
      expect(white.reduce((sum, v) => sum + v[j], 0) / n).toBeCloseTo(0, 10);
      for (let k = 0; k < D; k++) {
        expect(white.reduce((sum, v) => sum + v[j] * v[k], 0) / n).toBeCloseTo(j === k ? 1 : 0, 10);
      }
    }
  });

  it("is upper triangular, and U U' is the inverse of the covariance", () => {
    const { mean, whitening } = whiteningFromRows(Float64Array.of(0, 0, 2, 0, 0, 4, 2, 4), 4, 2);
    expect([...mean]).toEqual([1, 2]);
    expect([...whitening]).toEqual([1, 0, 0, 0.5]); // variances 1 and 4
    const rows = correlated(20, 3);
    const U = whiteningFromRows(rows, 20, 3).whitening;
    expect([U[3], U[6], U[7]]).toEqual([0, 0, 0]);
  });

  it("with full shrinkage standardises each column, and shrinkage admits fewer rows than columns", () => {
    const rows = correlated(3, 5);
    const { whitening } = whiteningFromRows(rows, 3, 5, 1);
    for (let j = 0; j < 5; j++) for (let k = 0; k < 5; k++) if (j !== k) expect(Math.abs(whitening[j * 5 + k])).toBe(0);
    expect(() => whiteningFromRows(rows, 3, 5)).toThrow(RunError);
    expect(whiteningFromRows(rows, 3, 5, 0.1).whitening.every(Number.isFinite)).toBe(true);
  });

  it("refuses a constant column, other sizes and a shrinkage outside [0, 1]", () => {
    expect(() => whiteningFromRows([1, 1, 1], 3, 1, 1)).toThrow(
      "covariance of the rows to whiten is not positive definite",
    );
    expect(() => whiteningFromRows([1, 2, 3], 2, 2)).toThrow("rows: expected n D = 4 values, got 3");
    expect(() => whiteningFromRows([1], 1, 1)).toThrow("n: expected an integer of at least 2, got 1");
    expect(() => whiteningFromRows([1, 2], 2, 1, 1.5)).toThrow("shrinkage: expected 0 to 1, got 1.5");
  });
});
