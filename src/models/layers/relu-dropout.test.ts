import type { Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkGradient, normalTensor, readValue, testTensor, toTensor } from "../../../test/support/gradients.js";
import { sum } from "../../../test/support/matrix.js";
import { Rng } from "../../math/rng.js";
import { reluDropout } from "./relu-dropout.js";

beforeAll(() => tf.setBackend("cpu"));

function mask(rate: number, shape: [number, number]) {
  const values = new Float32Array(shape[0] * shape[1]);
  new Rng("mask").fillDropout(values, rate);
  return testTensor(shape, values);
}

describe("reluDropout", () => {
  it("value and gradient of any weighted sum equal the float64 reference", () => {
    checkGradient({
      inputs: { x: normalTensor("x", [5, 4]), k: mask(0.4, [5, 4]), w: normalTensor("w", [5, 4]) },
      loss: ({ x, k, w }) => tf.tidy(() => tf.sum(tf.mul(reluDropout(x as Tensor2D, k as Tensor2D), w))),
      reference: ({ x, k, w }) => sum(x.map((v, i) => Math.max(v, 0) * k[i] * w[i])),
      wrt: ["x"],
    });
  });

  it("zeroes negative and dropped entries, scales the kept ones, and passes NaN on", () => {
    const of = (x: number[], k: number[]) => [
      ...readValue(() => reluDropout(toTensor<Tensor2D>(testTensor([1, x.length], x)), tf.tensor2d([k]))),
    ];
    expect(of([-1, 2, 3, 0], [2, 2, 0, 2]).map(Math.abs)).toEqual([0, 4, 0, 0]);
    expect(of([Number.NaN], [2])[0]).toBeNaN();
  });

  it("refuses a mask of another shape", () => {
    expect(() => reluDropout(tf.ones([2, 3]), tf.ones([2, 1]))).toThrow("mask: expected shape [2, 3], got [2, 1]");
  });
});
