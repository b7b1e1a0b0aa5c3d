import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkGradient,
  evaluate,
  normalTensor,
  readValue,
  testTensor,
  toTensor,
} from "../../test/support/gradients.js";
import { kernelMatrix, mean, type Rows, toRows } from "../../test/support/matrix.js";
import { Rng } from "../math/rng.js";
import { csConditionalMutualInformation, csMutualInformation } from "./conditional-independence.js";
import { gaussianGram } from "./gram.js";

beforeAll(() => tf.setBackend("cpu"));

/** The three logarithms of the published formula, term by term. */
function conditionalReference(M: Rows, K: Rows, L: Rows): number {
  const means = (f: (i: number, j: number) => number) => M.map((_, i) => mean(M.map((_, j) => f(i, j))));
  const m = means((i, j) => M[i][j]);
  const km = means((i, j) => K[i][j] * M[i][j]);
  const lm = means((i, j) => L[i][j] * M[i][j]);
  const klm = means((i, j) => K[i][j] * L[i][j] * M[i][j]);
  const logMean = (f: (i: number) => number) => Math.log(mean(m.map((_, i) => f(i))));
  return (
    -2 * logMean((i) => m[i] * km[i] * lm[i]) +
    logMean((i) => klm[i] * m[i] ** 2) +
    logMean((i) => (km[i] * lm[i]) ** 2 / klm[i])
  );
}

function unconditionalReference(A: Rows, B: Rows): number {
  const joint = mean(A.flatMap((row, i) => row.map((a, j) => a * B[i][j])));
  const apart = mean(A.map((row, i) => mean(row) * mean(B[i])));
  return Math.log(joint) + Math.log(mean(A.flat()) * mean(B.flat())) - 2 * Math.log(apart);
}

const gramOf = (x: Rows, s = 1) => testTensor([x.length, x.length], kernelMatrix(x, x, s).flat());
const conditional = (M: tf.Tensor, K: tf.Tensor, L: tf.Tensor) =>
  csConditionalMutualInformation({ condition: M as Tensor2D, other: K as Tensor2D, latent: L as Tensor2D });

function conditionalValue(c: Rows, t: Rows, l: Rows, s = 1): number {
  return readValue(() =>
    conditional(...([c, t, l].map((x) => toTensor(gramOf(x, s))) as [tf.Tensor, tf.Tensor, tf.Tensor])),
  )[0];
}

function unconditionalValue(a: Rows, b: Rows, s = 1): number {
  return readValue(() => csMutualInformation(toTensor(gramOf(a, s)), toTensor(gramOf(b, s))))[0];
}

const points = (seed: string, n: number, d: number) => toRows(normalTensor(seed, [n, d]).values, d);
const rowsOf = (n: number, d: number) =>
  fc.array(fc.array(fc.float({ min: -3, max: 3, noNaN: true }), { minLength: d, maxLength: d }), {
    minLength: n,
    maxLength: n,
  });

/** c ~ N, t = c + noise, l = c + noise + leak t: independent given c when leak is 0. */
function leaking(leak: number, n = 150): [Rows, Rows, Rows] {
  const rng = new Rng("leak");
  const draws = Array.from({ length: n }, () => [rng.normal(), rng.normal(), rng.normal()]);
  const c = draws.map(([x]) => [x]);
  const t = draws.map(([x, u]) => [x + u]);
  const l = draws.map(([x, u, v]) => [x + v + leak * (x + u)]);
  return [c, t, l];
}

describe("csConditionalMutualInformation", () => {
  it.each([
    [7, 1],
    [5, 0.3],
    [6, 4],
  ])("value and every gradient equal the float64 reference, batch %i, bandwidth %f", (n, s) => {
    checkGradient({
      inputs: { M: gramOf(points("c", n, 2), s), K: gramOf(points("t", n, 2), s), L: gramOf(points("l", n, 2), s) },
      loss: ({ M, K, L }) => conditional(M, K, L),
      reference: ({ M, K, L }) => conditionalReference(toRows(M, n), toRows(K, n), toRows(L, n)),
      wrt: ["M", "K", "L"],
    });
  });

  it("has the right gradient with respect to the latent points behind a Gram matrix", () => {
    const n = 8;
    const c = points("c", n, 3);
    const t = points("t", n, 3);
    checkGradient({
      inputs: { M: gramOf(c), K: gramOf(t), z: normalTensor("z", [n, 3]), s: testTensor([], [0.9]) },
      loss: ({ M, K, z, s }) => tf.tidy(() => conditional(M, K, gaussianGram(z as Tensor2D, s as Scalar))),
      reference: ({ M, K, z, s }) => {
        const rows = toRows(z, 3);
        return conditionalReference(toRows(M, n), toRows(K, n), kernelMatrix(rows, rows, s[0]));
      },
      wrt: ["z"],
    });
  });

  it("keeps an accurate gradient near 0, where the published three logarithms cancel in float32", () => {
    const n = 16;
    const grams = ["c", "t", "l"].map((seed) => gramOf(points(seed, n, 2), 12)); // wide kernels: the statistic is tiny
    const [M, K, L] = grams.map((gram) => toRows(gram.values, n));
    expect(conditionalReference(M, K, L)).toBeLessThan(1e-6);
    checkGradient({
      inputs: { M: grams[0], K: grams[1], L: grams[2] },
      loss: ({ M, K, L }) => conditional(M, K, L),
      reference: ({ M, K, L }) => conditionalReference(toRows(M, n), toRows(K, n), toRows(L, n)),
      wrt: ["L"],
      valueTolerance: 1e-7, // log(1 + x) of a small x is right to half a float32 step at 1
      gradientTolerance: 2e-3, // row sums are right to 1e-7, and the ratios made of them differ by about 1e-4
    });
  });

  it("is 0 when the other variable or the latent is constant", () => {
    const [c, t] = ["c", "t"].map((seed) => points(seed, 12, 2));
    const constant = c.map(() => [0.5]);
    expect(conditionalValue(c, t, constant)).toBeLessThan(1e-6);
    expect(conditionalValue(c, constant, t)).toBeLessThan(1e-6);
    expect(conditionalValue(c, t, t)).toBeGreaterThan(0.01);
  });

  it("is near 0 for a conditionally independent draw and grows with leakage", () => {
    const values = [0, 0.5, 1, 2].map((leak) => conditionalValue(...leaking(leak), 1.5));
    values.slice(1).forEach((value, i) => {
      expect(value).toBeGreaterThan(1.1 * values[i]);
    });
    expect(values[0]).toBeLessThan(0.005);
    expect(values[3]).toBeGreaterThan(4 * values[0]);
  });

  it("is exactly nonnegative, symmetric in the other variable and the latent, and blind to the order of rows", () => {
    fc.assert(
      fc.property(rowsOf(7, 2), rowsOf(7, 2), rowsOf(7, 1), fc.integer(), (c, t, l, seed) => {
        const value = conditionalValue(c, t, l);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(Math.abs(conditionalValue(c, l, t) - value)).toBeLessThan(1e-6);
        const order = [...new Rng(seed).permutation(7)];
        const [c2, t2, l2] = [c, t, l].map((x) => order.map((i) => x[i]));
        expect(Math.abs(conditionalValue(c2, t2, l2) - value)).toBeLessThan(1e-6);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("is 0 with gradient 0, not NaN, when every kernel is so narrow that its Gram matrix is the identity", () => {
    const x = normalTensor("narrow", [6, 3]);
    const { value, gradients } = evaluate({
      inputs: {
        z: x,
        I: testTensor(
          [6, 6],
          Array.from({ length: 36 }, (_, k) => (k % 7 === 0 ? 1 : 0)),
        ),
        s: testTensor([], [1e-3]),
      },
      loss: ({ z, I, s }) => tf.tidy(() => conditional(I, I, gaussianGram(z as Tensor2D, s as Scalar))),
      wrt: ["z"],
    });
    expect(value).toBeLessThan(1e-6);
    expect([...gradients[0]].every((g) => Math.abs(g) < 1e-3)).toBe(true);
  });

  it("descends: following the gradient removes the leak", () => {
    const [c, t, l] = leaking(1, 40);
    const [M, K] = [c, t].map((x) => toTensor<Tensor2D>(gramOf(x)));
    const s = tf.scalar(1);
    const slope = tf.valueAndGrad((z) => conditional(M, K, gaussianGram(z as Tensor2D, s)));
    let z = tf.tensor2d(l);
    const start = slope(z).value.dataSync()[0];
    for (let step = 0; step < 100; step++) z = tf.tidy(() => tf.sub(z, tf.mul(slope(z).grad, 20)));
    expect(slope(z).value.dataSync()[0]).toBeLessThan(0.6 * start);
  });

  it("refuses matrices of different or other than square shape", () => {
    const square = tf.ones([3, 3]) as Tensor2D;
    expect(() => conditional(square, tf.ones([3, 4]), square)).toThrow("other: expected shape [3, 3], got [3, 4]");
    expect(() => conditional(tf.ones([3, 4]), square, square)).toThrow("condition: expected shape [3, 3], got [3, 4]");
    expect(() => csMutualInformation(square, tf.ones([2, 2]))).toThrow("gramB: expected shape [3, 3], got [2, 2]");
  });
});

describe("csMutualInformation", () => {
  it.each([
    [7, 1],
    [5, 0.3],
  ])("value and every gradient equal the float64 reference, batch %i, bandwidth %f", (n, s) => {
    checkGradient({
      inputs: { A: gramOf(points("a", n, 2), s), B: gramOf(points("b", n, 2), s) },
      loss: ({ A, B }) => csMutualInformation(A as Tensor2D, B as Tensor2D),
      reference: ({ A, B }) => unconditionalReference(toRows(A, n), toRows(B, n)),
      wrt: ["A", "B"],
    });
  });

  it("is 0 for a constant, near 0 for independent and larger for dependent variables", () => {
    const [a, b] = ["a", "b"].map((seed) => points(seed, 150, 1));
    const blend = (share: number) => a.map(([x], i) => [share * x + (1 - share) * b[i][0]]);
    expect(
      Math.abs(
        unconditionalValue(
          a,
          a.map(() => [1]),
        ),
      ),
    ).toBeLessThan(1e-6);
    const values = [0, 0.4, 0.7, 1].map((share) => unconditionalValue(a, blend(share), 0.7));
    expect(values[0]).toBeLessThan(0.02);
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThan(1.5 * values[i - 1]);
  });

  it("is symmetric, nonnegative up to rounding and blind to the order of rows", () => {
    fc.assert(
      fc.property(rowsOf(8, 2), rowsOf(8, 1), fc.integer(), (a, b, seed) => {
        const value = unconditionalValue(a, b);
        expect(value).toBeGreaterThan(-1e-6);
        expect(Math.abs(unconditionalValue(b, a) - value)).toBeLessThan(1e-6);
        const order = [...new Rng(seed).permutation(8)];
        expect(
          Math.abs(unconditionalValue(...([a, b].map((x) => order.map((i) => x[i])) as [Rows, Rows])) - value),
        ).toBeLessThan(1e-6);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("equals the float64 value of its definition through points", () => {
    const [a, b] = ["p", "q"].map((seed) => points(seed, 30, 3));
    expect(unconditionalValue(a, b)).toBeCloseTo(
      unconditionalReference(kernelMatrix(a, a, 1), kernelMatrix(b, b, 1)),
      6,
    );
  });
});
