import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { adam } from "./adam.js";
import type { Optimiser, Vectors } from "./optimiser.js";
import { sgd } from "./sgd.js";

beforeAll(() => tf.setBackend("cpu"));

const gradients = [
  [0.1, -0.2, 0.3],
  [0.4, 0.1, -0.5],
  [-0.2, 0.3, 0],
];

/** Optimisers with the weights after each step from [0.5, -1, 2], learning rate 0.1, weight decay 0.01. */
const cases: readonly (readonly [string, Optimiser, readonly (readonly number[])[]])[] = [
  [
    // PyTorch 1.13, AdamW, float64
    "Adam",
    adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    [
      [0.39950001, -0.899000005, 1.8980000033],
      [0.310662864, -0.8714673027, 1.9254581231],
      [0.2767422618, -0.9095348126, 1.9462250305],
    ],
  ],
  // torch.optim.SGD as its documentation states it, worked out in float64
  [
    "SGD",
    sgd({ momentum: 0, nesterov: false }),
    [
      [0.4895, -0.979, 1.968],
      [0.4490105, -0.988021, 2.016032],
      [0.4685614895, -1.017032979, 2.014015968],
    ],
  ],
  [
    "SGD with momentum",
    sgd({ momentum: 0.9, nesterov: false }),
    [
      [0.4895, -0.979, 1.968],
      [0.4395605, -0.969121, 1.987232],
      [0.4141753895, -0.989260779, 2.002553568],
    ],
  ],
  [
    "SGD with Nesterov's momentum",
    sgd({ momentum: 0.9, nesterov: true }),
    [
      [0.48005, -0.9601, 1.9392],
      [0.394632905, -0.96026581, 2.00459552],
      [0.391439762, -1.007454624, 2.0163880365],
    ],
  ],
];

describe.each(cases)("%s", (_, optimiser, expected) => {
  const kept = Object.entries(optimiser.init(3)).map(([name, values]) => [name, tf.tensor1d(values)] as const);
  const start: Vectors = { parameters: tf.tensor1d([0.5, -1, 2]), ...Object.fromEntries(kept) };
  const step = (state: Vectors, gradient: readonly number[], t: number, scale = [1, 1, 1]) => {
    const numbers = Object.entries(optimiser.numbersAt(t)).map(([name, value]) => [name, tf.scalar(value)] as const);
    return optimiser.update(state, tf.tensor1d([...gradient]), {
      learningRate: tf.scalar(0.1),
      rateScale: tf.tensor1d(scale),
      decay: tf.fill([3], 0.01) as tf.Tensor1D,
      numbers: Object.fromEntries(numbers),
    });
  };

  it("takes the steps of PyTorch", () => {
    let state = start;
    gradients.forEach((gradient, i) => {
      state = step(state, gradient, i + 1);
      // float32 weights of order 1
      const near = expected[i].map((w) => expect.closeTo(w, 5));
      expect(Array.from(state.parameters.dataSync())).toEqual(near);
    });
  });

  it("keeps what it names, and scales the rate of a parameter", () => {
    const names = optimiser.keeps.map(({ name }) => name);
    expect(Object.keys(optimiser.init(3))).toEqual(names);
    expect(Object.keys(optimiser.numbersAt(1))).toEqual([...optimiser.numbers]);
    const moved = step(start, gradients[0], 1, [0, 0.5, 1]);
    expect(Object.keys(moved).sort()).toEqual(["parameters", ...names].sort());
    const [still, half, whole] = moved.parameters.dataSync();
    expect(still).toBe(0.5);
    expect(half).toBeCloseTo(-1 + (expected[0][1] + 1) / 2, 5);
    expect(whole).toBeCloseTo(expected[0][2], 5);
  });
});

it("refuses a momentum that never forgets", () => {
  expect(() => sgd({ momentum: 1, nesterov: false })).toThrow(/momentum is 1; expected a number in \[0, 1\)/);
});
