import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkGradient, normalTensor, readValue, testTensor, toTensor } from "../../../test/support/gradients.js";
import { sum } from "../../../test/support/matrix.js";
import { Rng } from "../../math/rng.js";
import { normalCdf } from "../../math/special.js";
import { activated } from "./activation.js";

beforeAll(() => tf.setBackend("cpu"));

function mask(shape: [number, number]) {
  const values = new Float32Array(shape[0] * shape[1]);
  new Rng("mask").fillDropout(values, 0.4);
  return testTensor(shape, values);
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
const values = {
  relu: (v: number) => Math.max(v, 0),
  gelu: (v: number) => v * normalCdf(v),
  silu: (v: number) => v * sigmoid(v),
  mish: (v: number) => v * Math.tanh(Math.log1p(Math.exp(v))),
} as const;
const kinds = ["relu", "gelu", "silu", "mish"] as const;

describe("an activation with dropout", () => {
  it.each(kinds)("%s: value and gradient of any weighted sum equal the float64 reference", (kind) => {
    checkGradient({
      inputs: { x: normalTensor("x", [5, 4]), k: mask([5, 4]), w: normalTensor("w", [5, 4]) },
      loss: ({ x, k, w }) => tf.tidy(() => tf.sum(tf.mul(activated(kind, x as Tensor2D, k as Tensor2D), w))),
      reference: ({ x, k, w }) => sum(x.map((v, i) => values[kind](v) * k[i] * w[i])),
      wrt: ["x"],
    });
  });

  it.each(kinds)("%s: without a mask the values themselves, finite far from 0", (kind) => {
    const x = [-80, -3, -0.5, 0, 0.5, 3, 80];
    const got = readValue(() => activated(kind, toTensor<Tensor2D>(testTensor([1, 7], x))));
    // float32
    x.forEach((v, i) => {
      expect(got[i]).toBeCloseTo(values[kind](v), 5);
    });
  });

  it.each(["relu", "mish"] as const)("parametric-%s: value and gradients equal the float64 reference", (kind) => {
    const bent = (v: number, bend: number) => v + bend * (values[kind](v) - v);
    checkGradient({
      inputs: {
        x: normalTensor("x", [5, 4]),
        k: mask([5, 4]),
        w: normalTensor("w", [5, 4]),
        bend: normalTensor("bend", [4]),
      },
      loss: ({ x, k, w, bend }) =>
        tf.tidy(() =>
          tf.sum(tf.mul(activated(`parametric-${kind}`, x as Tensor2D, k as Tensor2D, bend as Tensor1D), w)),
        ),
      reference: ({ x, k, w, bend }) => sum(x.map((v, i) => bent(v, bend[i % 4]) * k[i] * w[i])),
      wrt: ["x", "bend"],
    });
  });

  it("refuses a parametric one without bends, or with those of another width", () => {
    const x = () => tf.ones([2, 3]) as Tensor2D;
    expect(() => activated("parametric-relu", x())).toThrow("parametric-relu needs a bend for every unit");
    expect(() => activated("parametric-relu", x(), undefined, tf.ones([2]) as Tensor1D)).toThrow("bend");
  });

  it("refuses a mask of another shape", () => {
    expect(() => activated("silu", tf.ones([2, 3]), tf.ones([2, 1]))).toThrow(
      "mask: expected shape [2, 3], got [2, 1]",
    );
  });
});
