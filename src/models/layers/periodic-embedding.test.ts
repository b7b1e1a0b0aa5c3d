import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkGradient, normalTensor, relativeError } from "../../../test/support/gradients.js";
import { sum, toRows } from "../../../test/support/matrix.js";
import { periodicEmbedding } from "./periodic-embedding.js";

beforeAll(() => tf.setBackend("cpu"));

type Values = Record<"x" | "c" | "weight" | "bias", number[]>;

/** The published formula, feature by feature; rows of F D embeddings and F raw values. */
function reference({ x, c, weight, bias }: Values, [F, K, D]: number[]): number[][] {
  return toRows(x, F).map((row) => {
    const embedded = row.flatMap((value, f) => {
      const angles = Array.from({ length: K }, (_, k) => 2 * Math.PI * c[f * K + k] * value);
      const waves = [...angles.map(Math.sin), ...angles.map(Math.cos)];
      return Array.from({ length: D }, (_, d) =>
        Math.max(0, bias[f * D + d] + sum(waves.map((v, k) => v * weight[(f * 2 * K + k) * D + d]))),
      );
    });
    return [...embedded, ...row];
  });
}

describe("periodicEmbedding", () => {
  it.each([
    [4, 3, 2, 5],
    [5, 1, 1, 1],
    [1, 2, 3, 2],
  ])("value and every gradient equal the float64 reference, batch %i, F %i, K %i, D %i", (B, F, K, D) => {
    checkGradient({
      inputs: {
        x: normalTensor("x", [B, F]),
        c: normalTensor("c", [F, K], 0.3),
        weight: normalTensor("weight", [F, 2 * K, D]),
        bias: normalTensor("bias", [F, D]),
        w: normalTensor("w", [B, F * (D + 1)]),
      },
      loss: ({ x, c, weight, bias, w }) =>
        tf.tidy(() =>
          tf.sum(tf.mul(periodicEmbedding(x as Tensor2D, c as Tensor2D, weight as Tensor3D, bias as Tensor2D), w)),
        ),
      reference: ({ w, ...values }) =>
        sum(
          reference(values, [F, K, D])
            .flat()
            .map((v, i) => v * w[i]),
        ),
      wrt: ["x", "c", "weight", "bias"],
      valueTolerance: 2e-5, // sums of up to 72 terms of order 1
      gradientTolerance: 5e-5,
    });
  });

  it("orders its columns feature by feature, raw values last", () => {
    // Frequency 1/4: x = 1 has sine 1 and cosine 0, x = 2 has sine 0 and cosine -1.
    const y = periodicEmbedding(
      tf.tensor2d([[1, 2]]),
      tf.tensor2d([[0.25], [0.25]]),
      tf.tensor3d([
        [
          [10, 20],
          [0, 0],
        ],
        [
          [0, 0],
          [-30, 5],
        ],
      ]),
      tf.tensor2d([
        [0, 1],
        [0, 1],
      ]),
    );
    expect(y.shape).toEqual([1, 6]);
    expect(relativeError(y.dataSync(), [10, 21, 30, 0, 1, 2])).toBeLessThan(1e-6);
  });

  it("refuses other shapes", () => {
    type Shape2 = [number, number];
    const call = (c: Shape2, weight: [number, number, number], bias: Shape2) => () =>
      periodicEmbedding(tf.ones([4, 3]), tf.ones(c), tf.ones(weight), tf.ones(bias));
    expect(call([2, 5], [3, 10, 2], [3, 2])).toThrow("frequencies: expected shape [3, K], got [2, 5]");
    expect(call([3, 5], [3, 5, 2], [3, 2])).toThrow("weight: expected shape [3, 10, D], got [3, 5, 2]");
    expect(call([3, 5], [3, 10, 2], [3, 1])).toThrow("bias: expected shape [3, 2], got [3, 1]");
  });
});
