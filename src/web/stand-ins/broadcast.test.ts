import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { broadcast, type Operation } from "./broadcast.js";

const kernels = { Add: tf.add, Sub: tf.sub, Multiply: tf.mul, RealDiv: tf.div } as const;
const shapes: [number[], number[]][] = [
  [[], []],
  [[3, 4], []],
  [[], [2, 1]],
  [[3, 4], [4]],
  [
    [3, 1],
    [3, 4],
  ],
  [
    [2, 1, 3],
    [5, 1],
  ],
  [
    [2, 3, 4],
    [2, 3, 4],
  ],
  [
    [4, 1],
    [1, 3],
  ],
  [[0, 3], [3]],
];

describe("broadcast", () => {
  it.each(shapes)("of [%s] and [%s]: the numbers of TensorFlow.js, bit by bit", async (first, second) => {
    await tf.setBackend("cpu");
    const rng = new Rng("broadcast");
    const operand = (shape: number[]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return { shape, values: Float32Array.from({ length: size }, () => rng.normal()) };
    };
    const [a, b] = [operand(first), operand(second)];
    for (const [operation, kernel] of Object.entries(kernels)) {
      const expected = kernel(tf.tensor(a.values, a.shape), tf.tensor(b.values, b.shape));
      const found = broadcast(operation as Operation, a, b, expected.shape);
      expect(found, operation).toEqual(expected.dataSync());
    }
  });
});
