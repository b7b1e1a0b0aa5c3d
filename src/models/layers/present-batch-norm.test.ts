import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkGradient,
  normalTensor,
  readValue,
  relativeError,
  testTensor,
  toTensor,
} from "../../../test/support/gradients.js";
import { mean, sum, toRows } from "../../../test/support/matrix.js";
import { batchNormTrain } from "./batch-norm.js";
import { batchNormPresent } from "./present-batch-norm.js";

beforeAll(() => tf.setBackend("cpu"));

const epsilon = 1e-3;
const [batch, width] = [7, 3];
const marks = [1, 0, 1, 1, 0, 1, 1];
const inputs = {
  x: normalTensor("x", [batch, width], 2, 1),
  gamma: normalTensor("gamma", [width], 0.5, 1),
  beta: normalTensor("beta", [width]),
  w: normalTensor("w", [batch, width]),
  present: testTensor([batch, 1], marks),
};
const tensors = () => {
  const { x, gamma, beta } = inputs;
  return [toTensor<Tensor2D>(x), toTensor<Tensor1D>(gamma), toTensor<Tensor1D>(beta)] as const;
};

describe("batchNormPresent", () => {
  it("value and gradients equal the float64 reference on the rows that are there", () => {
    checkGradient({
      inputs,
      loss: ({ x, gamma, beta, w, present }) =>
        tf.tidy(() => {
          const vectors = [gamma, beta] as [Tensor1D, Tensor1D];
          return tf.sum(tf.mul(batchNormPresent(x as Tensor2D, ...vectors, epsilon, present as Tensor2D).y, w));
        }),
      reference: ({ x, gamma, beta, w }) => {
        const rows = toRows(x, width);
        const kept = rows.filter((_, i) => marks[i] === 1);
        const means = rows[0].map((_, k) => mean(kept.map((row) => row[k])));
        const variances = means.map((m, k) => mean(kept.map((row) => (row[k] - m) ** 2)));
        const y = rows.map((row, i) =>
          row.map((v, k) => beta[k] + (marks[i] * gamma[k] * (v - means[k])) / Math.sqrt(variances[k] + epsilon)),
        );
        return sum(y.flat().map((v, i) => v * w[i]));
      },
      wrt: ["x", "gamma", "beta"],
    });
  });

  it("is batch normalisation of these rows, and beta elsewhere", () => {
    const [x, gamma, beta] = tensors();
    const kept = tf.gather(
      x,
      marks.flatMap((mark, i) => (mark === 1 ? [i] : [])),
    );
    const expected = batchNormTrain(kept, gamma, beta, epsilon);
    const { y, mean, variance, count } = batchNormPresent(x, gamma, beta, epsilon, tf.tensor2d(marks, [batch, 1]));
    expect(count.dataSync()[0]).toBe(5);
    expect(relativeError(mean.dataSync(), expected.mean.dataSync())).toBeLessThan(1e-6);
    expect(relativeError(variance.dataSync(), expected.variance.dataSync())).toBeLessThan(1e-6);
    const rows = toRows(y.dataSync(), width);
    expect(relativeError(rows.filter((_, i) => marks[i] === 1).flat(), expected.y.dataSync())).toBeLessThan(1e-6);
    for (const i of [1, 4]) expect(rows[i]).toEqual([...beta.dataSync()]);
  });

  it.each([0, 1])("of %i rows is beta", (rows) => {
    const [x, gamma, beta] = tensors();
    const present = tf.tensor2d(
      marks.map((_, i) => Number(i < rows)),
      [batch, 1],
    );
    const y = readValue(() => batchNormPresent(x, gamma, beta, epsilon, present).y);
    for (const row of toRows(y, width)) expect(row).toEqual([...beta.dataSync()]);
  });

  it("refuses marks of another length", () => {
    const [x, gamma, beta] = tensors();
    expect(() => batchNormPresent(x, gamma, beta, epsilon, tf.ones([4, 1]))).toThrow(
      "present: expected shape [7, 1], got [4, 1]",
    );
  });
});
