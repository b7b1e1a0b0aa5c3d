import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkGradient, normalTensor, readValue, relativeError, toTensor } from "../../../test/support/gradients.js";
import { mean, type Rows, sum, toRows } from "../../../test/support/matrix.js";
import { batchNormInference, batchNormTrain } from "./batch-norm.js";

beforeAll(() => tf.setBackend("cpu"));

const epsilon = 1e-3;
const [batch, width] = [7, 3];
const inputs = {
  x: normalTensor("x", [batch, width], 2, 1),
  gamma: normalTensor("gamma", [width], 0.5, 1),
  beta: normalTensor("beta", [width]),
  w: normalTensor("w", [batch, width]),
};

function moments(x: Rows): { mean: number[]; variance: number[] } {
  const column = (k: number) => x.map((row) => row[k]);
  const means = x[0].map((_, k) => mean(column(k)));
  return { mean: means, variance: means.map((m, k) => mean(column(k).map((v) => (v - m) ** 2))) };
}

function normalised(x: Rows, gamma: number[], beta: number[], m: { mean: number[]; variance: number[] }): Rows {
  return x.map((row) => row.map((v, k) => (gamma[k] * (v - m.mean[k])) / Math.sqrt(m.variance[k] + epsilon) + beta[k]));
}

const weighted = (rows: Rows, w: number[]) => sum(rows.flat().map((v, i) => v * w[i]));

describe("batchNormTrain", () => {
  it("value and gradients of any weighted sum of the output equal the float64 reference", () => {
    checkGradient({
      inputs,
      loss: ({ x, gamma, beta, w }) =>
        tf.tidy(() => {
          const { y } = batchNormTrain(x as Tensor2D, gamma as Tensor1D, beta as Tensor1D, epsilon);
          return tf.sum(tf.mul(y, w));
        }),
      reference: ({ x, gamma, beta, w }) => {
        const rows = toRows(x, width);
        return weighted(normalised(rows, gamma, beta, moments(rows)), w);
      },
      wrt: ["x", "gamma", "beta"],
    });
  });

  it("counts every path once when output, mean and variance all enter a loss", () => {
    checkGradient({
      inputs,
      loss: ({ x, gamma, beta, w }) =>
        tf.tidy(() => {
          const { y, mean, variance } = batchNormTrain(x as Tensor2D, gamma as Tensor1D, beta as Tensor1D, epsilon);
          return tf.add(tf.sum(tf.mul(y, w)), tf.sum(tf.mul(mean, variance)));
        }),
      reference: ({ x, gamma, beta, w }) => {
        const rows = toRows(x, width);
        const m = moments(rows);
        return weighted(normalised(rows, gamma, beta, m), w) + sum(m.mean.map((v, k) => v * m.variance[k]));
      },
      wrt: ["x", "gamma", "beta"],
      valueTolerance: 1e-5, // the value is about 20
    });
  });

  it("returns the population moments of the batch and a constant column as beta", () => {
    const x = tf.tensor2d([
      [1, 5],
      [3, 5],
    ]);
    const { y, mean, variance } = batchNormTrain(x, tf.tensor1d([2, 2]), tf.tensor1d([10, 20]), 0.5);
    expect([...mean.dataSync()]).toEqual([2, 5]);
    expect([...variance.dataSync()]).toEqual([1, 0]);
    const r = 2 / Math.sqrt(1.5);
    expect(relativeError(y.dataSync(), [10 - r, 20, 10 + r, 20])).toBeLessThan(1e-6);
  });

  it("refuses a single row and vectors of another width", () => {
    const v = (n: number) => tf.ones([n]) as Tensor1D;
    expect(() => batchNormTrain(tf.ones([1, 2]), v(2), v(2), epsilon)).toThrow(
      "x: batch normalisation needs at least 2 rows, got 1",
    );
    expect(() => batchNormTrain(tf.ones([4, 2]), v(3), v(2), epsilon)).toThrow("gamma: expected shape [2], got [3]");
    expect(() => batchNormInference(tf.ones([4, 2]), v(2), v(2), v(2), v(1), epsilon)).toThrow(
      "variance: expected shape [2], got [1]",
    );
  });
});

describe("batchNormInference", () => {
  const given = { mean: [0.3, -1, 2], variance: [2, 0.5, 1] };

  it("value and gradients equal the float64 reference", () => {
    checkGradient({
      inputs: {
        ...inputs,
        mean: { shape: [width], values: given.mean.map(Math.fround) },
        variance: { shape: [width], values: given.variance },
      },
      loss: ({ x, gamma, beta, w, mean, variance }) =>
        tf.tidy(() => {
          const vectors = [gamma, beta, mean, variance] as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
          return tf.sum(tf.mul(batchNormInference(x as Tensor2D, ...vectors, epsilon), w));
        }),
      reference: ({ x, gamma, beta, w, mean, variance }) =>
        weighted(normalised(toRows(x, width), gamma, beta, { mean, variance }), w),
      wrt: ["x", "gamma", "beta"],
      valueTolerance: 1e-5, // the value is about 10
    });
  });

  it("with the moments of the batch equals training", () => {
    const [x, gamma, beta] = [
      toTensor<Tensor2D>(inputs.x),
      toTensor<Tensor1D>(inputs.gamma),
      toTensor<Tensor1D>(inputs.beta),
    ];
    const { y, mean, variance } = batchNormTrain(x, gamma, beta, epsilon);
    const again = readValue(() => batchNormInference(x, gamma, beta, mean, variance, epsilon));
    expect(relativeError(again, y.dataSync())).toBeLessThan(1e-6);
  });
});
