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
import { kernelMatrix, mean, type Rows, sum, toRows } from "../../test/support/matrix.js";
import { Rng } from "../math/rng.js";
import { csGaussianity, csGaussianityFromGram, csGaussianitySampled } from "./cs-gaussianity.js";
import { gaussianGram } from "./gram.js";

beforeAll(() => tf.setBackend("cpu"));

function analyticReference(z: Rows, s: number): number {
  const d = z[0].length;
  const v = s * s;
  const cross = z.map((row) => (v / (1 + v)) ** (d / 2) * Math.exp(-sum(row.map((x) => x * x)) / (2 * (1 + v))));
  const within = mean(kernelMatrix(z, z, s).flat());
  return Math.log(within) + (d / 2) * Math.log(v / (2 + v)) - 2 * Math.log(mean(cross));
}

function sampledReference(z: Rows, q: Rows, s: number): number {
  const logMean = (a: Rows, b: Rows) => Math.log(mean(kernelMatrix(a, b, s).flat()));
  return logMean(z, z) + logMean(q, q) - 2 * logMean(z, q);
}

const analytic = (values: ArrayLike<number>, dim: number, bandwidth: number) =>
  readValue(() =>
    csGaussianity(toTensor<Tensor2D>(testTensor([values.length / dim, dim], values)), tf.scalar(bandwidth)),
  )[0];

describe("csGaussianity", () => {
  it.each([
    [7, 3, 1.3],
    [1, 2, 0.7],
    [12, 5, 0.4],
    [6, 64, 11],
  ])("value and gradient equal the float64 reference, %i rows of %i dimensions, bandwidth %f", (rows, dim, s) => {
    checkGradient({
      inputs: { z: normalTensor("z", [rows, dim], 1.2, 0.3), s: testTensor([], [s]) },
      loss: ({ z, s }) => csGaussianity(z as Tensor2D, s as Scalar),
      reference: ({ z, s }) => analyticReference(toRows(z, dim), s[0]),
      wrt: ["z"],
    });
  });

  it("from a Gram matrix gives the same value and, through it, the same gradient", () => {
    const inputs = { z: normalTensor("gram", [9, 4]), s: testTensor([], [1.5]) };
    const direct = evaluate({ inputs, loss: ({ z, s }) => csGaussianity(z as Tensor2D, s as Scalar), wrt: ["z"] });
    const loss = ({ z, s }: Record<"z" | "s", tf.Tensor>) =>
      tf.tidy(() => csGaussianityFromGram(z as Tensor2D, gaussianGram(z as Tensor2D, s as Scalar), s as Scalar));
    const fromGram = evaluate({ inputs, loss, wrt: ["z"] });
    expect(fromGram.value).toBeCloseTo(direct.value, 6);
    fromGram.gradients[0].forEach((g, i) => {
      expect(g).toBeCloseTo(direct.gradients[0][i], 6);
    });
  });

  /**
   * For B draws from N(0, I): E mean_ij k = 1/B + (1 - 1/B) E k(q,q') and the cross term has no bias, so that to first
   * order E D = log(1 + (1/E k(q,q') - 1) / B) plus the (positive) variance terms of order 1/B.
   */
  it("of N(0, I) draws is as small as its expectation, and shrinks like 1 / batch", () => {
    const dim = 4;
    const s = 2;
    const expectation = (batch: number) => Math.log(1 + (((s * s + 2) / (s * s)) ** (dim / 2) - 1) / batch);
    const averageOf = (batch: number, repeats: number) =>
      mean(
        Array.from({ length: repeats }, (_, r) =>
          analytic(normalTensor(`draw${batch}/${r}`, [batch, dim]).values, dim, s),
        ),
      );
    for (const [batch, repeats] of [
      [50, 40],
      [200, 10],
    ]) {
      const average = averageOf(batch, repeats);
      expect(average).toBeGreaterThan(0.3 * expectation(batch));
      expect(average).toBeLessThan(1.3 * expectation(batch));
    }
  });

  it("grows when the sample is shifted, stretched or collapsed", () => {
    const base = normalTensor("moved", [100, 8]).values;
    const at = (f: (x: number) => number) => analytic(base.map(f), 8, 4);
    const normal = at((x) => x);
    expect(at((x) => x + 1)).toBeGreaterThan(10 * normal);
    expect(at((x) => 2 * x)).toBeGreaterThan(5 * normal);
    expect(at((x) => 0.2 * x)).toBeGreaterThan(2 * normal);
  });

  it.each([64, 256, 512])("has a finite value and gradient in %i dimensions with a narrow kernel", (dim) => {
    const z = normalTensor("wide", [8, dim]);
    for (const s of [0.5, 1, Math.sqrt(dim)]) {
      const { value, gradients } = evaluate({
        inputs: { z, s: testTensor([], [s]) },
        loss: ({ z, s }) => csGaussianity(z as Tensor2D, s as Scalar),
        wrt: ["z"],
      });
      // At s = 0.5 and d = 512 the closed form itself underflows float64, hence the log domain here too.
      const rows = toRows(z.values, dim);
      const v = Math.fround(s) ** 2;
      const exponents = rows.map((row) => -sum(row.map((x) => x * x)) / (2 * (1 + v)));
      const top = Math.max(...exponents);
      const cross = top + Math.log(sum(exponents.map((e) => Math.exp(e - top))));
      const expected =
        Math.log(sum(kernelMatrix(rows, rows, s).flat())) + (dim / 2) * Math.log1p(1 / (v * (v + 2))) - 2 * cross;
      expect(Math.abs(value / expected - 1)).toBeLessThan(2e-5);
      expect(gradients[0].every(Number.isFinite)).toBe(true);
      expect(Math.max(...gradients[0].map(Math.abs))).toBeGreaterThan(0);
    }
  });

  it("is not negative beyond rounding and does not depend on the order of rows or on a rotation", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 2, max: 20 }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (seed, n, s) => {
          const dim = 3;
          const scale = new Rng(seed).uniform() * 2;
          const rows = toRows(normalTensor(`${seed}`, [n, dim], scale).values, dim);
          const value = analytic(rows.flat(), dim, s);
          expect(value).toBeGreaterThan(-1e-6);
          expect(
            analytic(
              new Rng(seed).permutation(n).reduce<number[]>((all, i) => all.concat(rows[i]), []),
              dim,
              s,
            ),
          ).toBeCloseTo(value, 5);
          const [c, r] = [Math.cos(1), Math.sin(1)];
          expect(
            analytic(
              rows.flatMap(([x, y, w]) => [c * x - r * y, r * x + c * y, w]),
              dim,
              s,
            ),
          ).toBeCloseTo(value, 5);
        },
      ),
      { numRuns: 30, seed: 1 },
    );
  });

  it("refuses other shapes", () => {
    const z = tf.zeros([4, 2]) as Tensor2D;
    expect(() => csGaussianity(tf.zeros([4]) as unknown as Tensor2D, tf.scalar(1))).toThrow(
      "latents: expected shape [batch, dim], got [4]",
    );
    expect(() => csGaussianity(z, tf.ones([1]) as unknown as Scalar)).toThrow("bandwidth: expected shape [], got [1]");
    expect(() => csGaussianityFromGram(z, tf.zeros([4, 3]), tf.scalar(1))).toThrow(
      "gram: expected shape [4, 4], got [4, 3]",
    );
    expect(() => csGaussianitySampled(z, tf.zeros([4, 3]), tf.scalar(1))).toThrow(
      "reference: expected shape [references, 2], got [4, 3]",
    );
  });
});

describe("csGaussianitySampled", () => {
  it.each([
    [7, 5, 3, 1.3],
    [4, 9, 2, 0.5],
  ])("value and gradient equal the float64 reference, %i rows against %i draws", (rows, draws, dim, s) => {
    checkGradient({
      inputs: {
        z: normalTensor("z", [rows, dim], 1.2, 0.3),
        q: normalTensor("q", [draws, dim]),
        s: testTensor([], [s]),
      },
      loss: ({ z, q, s }) => csGaussianitySampled(z as Tensor2D, q as Tensor2D, s as Scalar),
      reference: ({ z, q, s }) => sampledReference(toRows(z, dim), toRows(q, dim), s[0]),
      wrt: ["z"],
    });
  });

  it("agrees with the closed form as the reference sample grows", () => {
    const z = normalTensor("agree", [64, 3], 1.5, 0.5);
    const exact = analytic(z.values, 3, 1.5);
    const error = (draws: number) => {
      const q = normalTensor("reference", [draws, 3]);
      const [value] = readValue(() => csGaussianitySampled(toTensor(z), toTensor(q), tf.scalar(1.5)));
      return Math.abs(value - exact);
    };
    expect(error(1500)).toBeLessThan(0.03 * exact);
    expect(error(1500)).toBeLessThan(error(30));
  });

  it("is 0 for equal samples and stays finite, with a gradient, when the samples are far apart", () => {
    const q = normalTensor("far", [6, 2]);
    const inputs = {
      z: testTensor(
        [6, 2],
        q.values.map((x) => x + 40),
      ),
      q,
      s: testTensor([], [0.5]),
    };
    const loss = ({ z, q, s }: Record<"z" | "q" | "s", tf.Tensor>) =>
      csGaussianitySampled(z as Tensor2D, q as Tensor2D, s as Scalar);
    const { value, gradients } = evaluate({ inputs, loss, wrt: ["z"] });
    expect(value).toBeGreaterThan(1000);
    expect(sum([...gradients[0]])).toBeGreaterThan(100); // descent moves the sample back towards 0
    expect(Math.abs(evaluate({ inputs: { ...inputs, z: q }, loss, wrt: ["z"] }).value)).toBeLessThan(1e-6);
  });
});
