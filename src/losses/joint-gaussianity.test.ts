import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkGradient, normalTensor, readValue, testTensor, toTensor } from "../../test/support/gradients.js";
import { mean, type Rows, sum, toRows } from "../../test/support/matrix.js";
import { Rng } from "../math/rng.js";
import { whiteningFromRows } from "../math/whitening.js";
import { blomScores, shapiroFrancia } from "./joint-gaussianity.js";

beforeAll(() => tf.setBackend("cpu"));

/** -log of the squared correlation between sorted whitened entries and scores. */
function reference(values: Rows, centre: number[], whitening: Rows, scores: number[]): number {
  const v = values
    .flatMap((row) => whitening.map((_, k) => sum(row.map((x, j) => (x - centre[j]) * whitening[j][k]))))
    .sort((a, b) => a - b);
  const average = mean(v);
  const covariance = sum(v.map((x, i) => (x - average) * scores[i]));
  return -Math.log(covariance ** 2 / (sum(scores.map((m) => m * m)) * sum(v.map((x) => (x - average) ** 2))));
}

function loss(values: { shape: readonly number[]; values: readonly number[] }, shrinkage = 0): number {
  const [n, D] = values.shape;
  const { mean, whitening } = whiteningFromRows(values.values, n, D, shrinkage);
  return readValue(() =>
    shapiroFrancia(
      toTensor<Tensor2D>(values),
      {
        mean: tf.tensor1d(Float32Array.from(mean)),
        whitening: tf.tensor2d(Float32Array.from(whitening), [D, D]),
      },
      tf.tensor1d(blomScores(n * D)),
    ),
  )[0];
}

describe("shapiroFrancia", () => {
  it.each([
    [6, 3],
    [9, 1],
    [4, 5],
  ])("value and gradient equal the float64 reference, %i rows of %i columns", (n, D) => {
    const U = normalTensor("U", [D, D], 0.3).values.map((u, k) =>
      Math.floor(k / D) > k % D ? 0 : u + (k % (D + 1) ? 0 : 1),
    );
    checkGradient({
      inputs: {
        values: normalTensor("values", [n, D], 1, 0.5),
        mean: normalTensor("mean", [D]),
        U: testTensor([D, D], U),
        scores: testTensor([n * D], blomScores(n * D)),
      },
      loss: ({ values, mean, U, scores }) =>
        shapiroFrancia(values as Tensor2D, { mean: mean as Tensor1D, whitening: U as Tensor2D }, scores as Tensor1D),
      reference: ({ values, mean, U, scores }) => reference(toRows(values, D), mean, toRows(U, D), scores),
      wrt: ["values"],
      gradientTolerance: 1e-4, // residuals of the regression on the scores are a tenth of the values
    });
  });

  it("is 0 with gradient 0 when the entries are the scores themselves", () => {
    const scores = blomScores(20);
    const order = new Rng("order").permutation(20);
    const values = tf.tensor2d(
      Array.from(order, (i) => 3 * scores[i] + 1),
      [20, 1],
    );
    const slope = tf.valueAndGrad((x) =>
      shapiroFrancia(x as Tensor2D, { mean: tf.tensor1d([0.2]), whitening: tf.tensor2d([[2]]) }, tf.tensor1d(scores)),
    )(values);
    expect(slope.value.dataSync()[0]).toBeGreaterThanOrEqual(0);
    expect(slope.value.dataSync()[0]).toBeLessThan(1e-9);
    expect(Math.max(...slope.grad.dataSync().map(Math.abs))).toBeLessThan(1e-6);
  });

  it("is never negative, small for normal rows and larger for heavy tails, skew and bounded support", () => {
    const rng = new Rng("shapes");
    const [n, D] = [300, 3];
    const of = (draw: () => number) =>
      loss(
        testTensor(
          [n, D],
          Array.from({ length: n * D }, () => draw()),
        ),
      );
    const normal = of(() => rng.normal());
    expect(normal).toBeGreaterThanOrEqual(0);
    // 1 - W of 900 normal draws is about 0.002 (W' exceeds 0.996 in 95 of 100 samples of this size).
    expect(normal).toBeLessThan(0.005);
    expect(of(() => rng.normal() / Math.sqrt(rng.chiSquared(3) / 3))).toBeGreaterThan(5 * normal);
    expect(of(() => -Math.log(rng.uniform()))).toBeGreaterThan(5 * normal);
    expect(of(() => rng.uniform())).toBeGreaterThan(5 * normal);
  });

  it("does not change under affine maps of the columns and reordering of rows, given whitening of the same rows", () => {
    const x = normalTensor("affine", [40, 2]).values.map((v) => v ** 3);
    const rows = toRows(x, 2);
    const base = loss(testTensor([40, 2], x));
    const moved = rows.map(([a, b]) => [2 * a + 1, 5 * b - 3]);
    expect(loss(testTensor([40, 2], moved.flat()))).toBeCloseTo(base, 5);
    expect(loss(testTensor([40, 2], [...rows].reverse().flat()))).toBeCloseTo(base, 5);
  });

  it("descends to normal entries", () => {
    const n = 60;
    const rng = new Rng("descend");
    let x = tf.tensor2d(
      Array.from({ length: n }, () => rng.uniform() ** 2 * 3),
      [n, 1],
    );
    const state = { mean: tf.tensor1d([0]), whitening: tf.tensor2d([[1]]) };
    const scores = tf.tensor1d(blomScores(n));
    const slope = tf.valueAndGrad((v) => shapiroFrancia(v as Tensor2D, state, scores));
    const start = slope(x).value.dataSync()[0];
    for (let step = 0; step < 100; step++) x = tf.tidy(() => tf.sub(x, tf.mul(slope(x).grad, 5)));
    expect(slope(x).value.dataSync()[0]).toBeLessThan(0.1 * start);
  });

  it("refuses other shapes", () => {
    const values = tf.zeros([4, 2]) as Tensor2D;
    const state = { mean: tf.zeros([2]) as Tensor1D, whitening: tf.zeros([2, 2]) as Tensor2D };
    expect(() => shapiroFrancia(values, state, tf.zeros([4]))).toThrow("scores: expected shape [8], got [4]");
    expect(() => shapiroFrancia(values, { ...state, mean: tf.zeros([3]) }, tf.zeros([8]))).toThrow(
      "mean: expected shape [2], got [3]",
    );
    expect(() => shapiroFrancia(values, { ...state, whitening: tf.zeros([2, 3]) }, tf.zeros([8]))).toThrow(
      "whitening: expected shape [2, 2], got [2, 3]",
    );
  });
});

describe("blomScores", () => {
  it("gives the published approximations of expected normal order statistics", () => {
    // Phi^-1(0.625 / 5.25), Phi^-1(1.625 / 5.25), 0: standard normal quantiles of 0.119048 and 0.309524.
    const scores = blomScores(5);
    [-1.179761, -0.497201, 0, 0.497201, 1.179761].forEach((m, i) => {
      expect(scores[i]).toBeCloseTo(m, 5);
    });
  });

  it("is ascending, antisymmetric and of mean 0", () => {
    for (const n of [2, 7, 1000]) {
      const scores = blomScores(n);
      for (let i = 1; i < n; i++) expect(scores[i]).toBeGreaterThan(scores[i - 1]);
      for (let i = 0; i < n; i++) expect(scores[i] + scores[n - 1 - i]).toBe(0);
    }
  });

  it("refuses anything but an integer of at least 2", () => {
    expect(() => blomScores(1)).toThrow("n: expected an integer of at least 2, got 1");
    expect(() => blomScores(2.5)).toThrow(RangeError);
  });
});
