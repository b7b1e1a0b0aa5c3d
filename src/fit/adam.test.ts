import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdamState, adamCorrections, adamUpdate, clipByNorm } from "./adam.js";

const constants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

beforeAll(() => tf.setBackend("cpu"));

describe("adamUpdate", () => {
  it("takes the steps of PyTorch's AdamW (1.13, float64, lr 0.1, weight decay 0.01)", () => {
    const gradients = [
      [0.1, -0.2, 0.3],
      [0.4, 0.1, -0.5],
      [-0.2, 0.3, 0],
    ];
    const expected = [
      [0.39950001, -0.899000005, 1.8980000033],
      [0.310662864, -0.8714673027, 1.9254581231],
      [0.2767422618, -0.9095348126, 1.9462250305],
    ];
    let state: AdamState = {
      parameters: tf.tensor1d([0.5, -1, 2]),
      moment1: tf.zeros([3]) as tf.Tensor1D,
      moment2: tf.zeros([3]) as tf.Tensor1D,
    };
    gradients.forEach((gradient, i) => {
      const { correction1, correction2 } = adamCorrections(i + 1, constants);
      const step = {
        learningRate: tf.scalar(0.1),
        rateScale: tf.ones([3]) as tf.Tensor1D,
        decay: tf.fill([3], 0.01) as tf.Tensor1D,
        correction1: tf.scalar(correction1),
        correction2: tf.scalar(correction2),
      };
      state = adamUpdate(state, tf.tensor1d(gradient), step, constants);
      // float32 weights of order 1
      Array.from(state.parameters.dataSync()).forEach((w, k) => {
        expect(w).toBeCloseTo(expected[i][k], 5);
      });
    });
  });
});

describe("clipByNorm", () => {
  const gradient = () => tf.tensor1d([3, 4, 12]);

  it("scales a long gradient to the limit and reports its norm", () => {
    const { clipped, norm } = clipByNorm(gradient(), 1, null);
    expect(norm.dataSync()[0]).toBeCloseTo(13, 5);
    expect(Array.from(clipped.dataSync())).toEqual([3, 4, 12].map((g) => expect.closeTo(g / 13, 6)));
  });

  it("leaves a short gradient as it is", () => {
    expect(Array.from(clipByNorm(gradient(), 20, null).clipped.dataSync())).toEqual([3, 4, 12]);
  });

  it("counts and scales the masked part only", () => {
    const { clipped, norm } = clipByNorm(gradient(), 1, tf.tensor1d([1, 1, 0]));
    expect(norm.dataSync()[0]).toBeCloseTo(5, 5);
    expect(Array.from(clipped.dataSync())).toEqual([0.6, 0.8, 12].map((g) => expect.closeTo(g, 6)));
  });
});
