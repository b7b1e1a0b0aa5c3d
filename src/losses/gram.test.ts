import type { Scalar, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkGradient,
  normalTensor,
  readValue,
  relativeError,
  testTensor,
  toTensor,
} from "../../test/support/gradients.js";
import { kernelMatrix, sum, toRows } from "../../test/support/matrix.js";
import { crossGram, gaussianExponents, gaussianGram } from "./gram.js";

beforeAll(() => tf.setBackend("cpu"));

/** An asymmetric weighting of the entries, so that a gradient that assumes symmetry fails. */
const weights = (rows: number, columns: number) => normalTensor("weights", [rows, columns]);

describe("gaussianGram", () => {
  it.each([
    [6, 4, 1.5],
    [5, 1, 0.3],
  ])("value and gradient of any weighted sum equal the float64 reference, %i points in %i dimensions", (n, d, s) => {
    const w = weights(n, n);
    checkGradient({
      inputs: { x: normalTensor("x", [n, d]), s: testTensor([], [s]), w },
      loss: ({ x, s, w }) => tf.tidy(() => tf.sum(tf.mul(gaussianGram(x as Tensor2D, s as Scalar), w))),
      reference: ({ x, s, w }) => {
        const rows = toRows(x, d);
        return sum(kernelMatrix(rows, rows, s[0]).map((row, i) => sum(row.map((k, j) => k * w[i * n + j]))));
      },
      wrt: ["x"],
    });
  });

  it("has a unit diagonal and keeps its accuracy far from the origin", () => {
    const near = normalTensor("near", [20, 3]);
    const far = testTensor(
      [20, 3],
      near.values.map((v) => Math.fround(v * 1024) / 1024 + 4096), // the shift loses digits that float32 then lacks
    );
    const rows = toRows(far.values, 3);
    const gram = readValue(() => gaussianGram(toTensor(far), tf.scalar(1)));
    expect(relativeError(gram, kernelMatrix(rows, rows, 1).flat())).toBeLessThan(1e-6);
    for (let i = 0; i < 20; i++) expect(Math.abs(gram[i * 21] - 1)).toBeLessThan(2e-6);
  });

  it("takes the bandwidth as a constant", () => {
    const x = toTensor<Tensor2D>(normalTensor("x", [4, 2]));
    expect(() => tf.grad((s) => tf.sum(gaussianGram(x, s as Scalar)))(tf.scalar(1))).toThrow(/Cannot compute gradient/);
  });

  it("refuses other shapes", () => {
    expect(() => gaussianGram(tf.zeros([2, 2, 2]) as unknown as Tensor2D, tf.scalar(1))).toThrow(
      "points: expected shape [batch, dim], got [2, 2, 2]",
    );
    expect(() => gaussianExponents(tf.zeros([0, 2]), tf.scalar(1))).toThrow(
      "points: expected shape [batch, dim], got [0, 2]",
    );
  });
});

describe("crossGram", () => {
  it("value and gradients of any weighted sum equal the float64 reference", () => {
    const d = 3;
    checkGradient({
      inputs: {
        a: normalTensor("a", [6, d], 1, 5),
        b: normalTensor("b", [4, d], 1, 4),
        s: testTensor([], [1.2]),
        w: weights(6, 4),
      },
      loss: ({ a, b, s, w }) => tf.tidy(() => tf.sum(tf.mul(crossGram(a as Tensor2D, b as Tensor2D, s as Scalar), w))),
      reference: ({ a, b, s, w }) =>
        sum(
          kernelMatrix(toRows(a, d), toRows(b, d), s[0])
            .flat()
            .map((k, i) => k * w[i]),
        ),
      wrt: ["a", "b"],
    });
  });

  it("refuses points of different dimension", () => {
    expect(() => crossGram(tf.zeros([3, 2]), tf.zeros([3, 1]), tf.scalar(1))).toThrow(
      "b: expected shape [columns, 2], got [3, 1]",
    );
  });
});
