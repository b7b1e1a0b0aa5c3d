import { determinant, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import {
  backwardSolve,
  choleskyFactor,
  combine,
  forwardSolve,
  identity,
  inverseOfFactor,
  logDetOfFactor,
  multiply,
  quadraticForm,
  symmetric,
  traceProduct,
  transpose,
  tryCholesky,
  unwhiten,
  whiten,
} from "./dense.js";
import { dot } from "./dot.js";
import { Rng } from "./rng.js";

const n = 5;
const g = Matrix.from1DArray(
  n,
  2 * n,
  Float64Array.from({ length: 2 * n * n }, (_, i) => new Rng(`dense/${i}`).normal()),
);
const spd = g.mmul(g.transpose());
const flat = (m: Matrix) => Float64Array.from(m.to1DArray());
const a = flat(spd);
const l = choleskyFactor(a, n, "a");

function expectSame(got: ArrayLike<number>, want: ArrayLike<number>, tolerance = 1e-12): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) expect(Math.abs(got[i] - want[i])).toBeLessThan(tolerance);
}

describe("flat matrices, against ml-matrix", () => {
  it("factor, inverse, determinant", () => {
    expectSame(multiply(l, transpose(l, n), n), a);
    expectSame(inverseOfFactor(l, n), flat(inverse(spd)));
    expect(logDetOfFactor(l, n)).toBeCloseTo(Math.log(determinant(spd)), 11);
    expect(tryCholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(1);
    expect(() => choleskyFactor(Float64Array.of(-1), 1, "posterior")).toThrow(
      "posterior is not positive definite: pivot 0",
    );
  });

  it("triangular solves of several right sides", () => {
    const lower = Matrix.from1DArray(n, n, l);
    const b = flat(g);
    expectSame(forwardSolve(l, n, b, 2 * n), flat(inverse(lower).mmul(g)));
    expectSame(backwardSolve(l, n, b, 2 * n), flat(inverse(lower.transpose()).mmul(g)));
  });

  it("whitening and back, products, traces, forms", () => {
    expectSame(whiten(l, a, n), identity(n));
    expectSame(unwhiten(l, identity(n), n), a);
    expectSame(multiply(flat(g), flat(g.transpose()), n, 2 * n, n), a);
    expectSame(combine([a, identity(n)], [2, -1]), flat(spd.clone().mul(2).sub(Matrix.eye(n))));
    expect(traceProduct(a, a)).toBeCloseTo(spd.mmul(spd).trace(), 9);
    const e = flat(g).subarray(0, 2 * n);
    const tail = Matrix.columnVector([...e.subarray(n)]);
    expect(quadraticForm(a, n, e, n)).toBeCloseTo(tail.transpose().mmul(spd).mmul(tail).get(0, 0), 10);
    expectSame(symmetric(Float64Array.of(1, 2, 4, 1), 2), [1, 3, 3, 1]);
    for (const count of [0, 1, 3, 4, 7]) {
      let want = 0;
      for (let i = 0; i < count; i++) want += a[i] * a[i + 1];
      expect(dot(a, a.subarray(1), count)).toBeCloseTo(want, 11);
    }
  });
});
