import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { registerStrided } from "./strided.js";

const random = (shape: number[]) => {
  const rng = new Rng(shape.join());
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => rng.normal()),
    shape,
  );
};
const moves: [string, () => tf.Tensor | tf.Tensor[]][] = [
  ["a transpose", () => tf.transpose(random([3, 5]))],
  ["a permutation", () => tf.transpose(random([2, 3, 4, 5]), [2, 0, 3, 1])],
  ["a transpose of a vector", () => tf.transpose(random([4]))],
  ["a slice of columns", () => tf.slice(random([4, 6]), [1, 2], [2, 3])],
  ["a slice to the end", () => tf.slice(random([4, 6, 2]), [0, 3, 1], [-1, -1, 1])],
  ["a slice of rows", () => tf.slice(random([7]), 2, 4)],
  ["equal parts", () => tf.split(random([4, 6]), 3, 1)],
  ["parts of sizes", () => tf.split(random([4, 6, 3]), [1, -1, 2], 1)],
  ["parts of a vector", () => tf.split(random([6]), 2)],
  ["nothing", () => tf.slice(random([4, 3]), [1, 0], [0, 3])],
  ["whole numbers", () => tf.split(tf.tensor2d([1, 2, 3, 4], [2, 2], "int32"), 2, 1)],
];

describe("moved numbers", () => {
  const shown = (made: () => tf.Tensor | tf.Tensor[]) =>
    [made()].flat().map((tensor) => ({ shape: tensor.shape, dtype: tensor.dtype, values: [...tensor.dataSync()] }));
  const expected = new Map<string, ReturnType<typeof shown>>();
  beforeAll(async () => {
    await tf.setBackend("cpu");
    for (const [name, made] of moves) expected.set(name, shown(made));
    registerStrided();
  });

  it.each(moves)("%s: as TensorFlow.js gives it", (name, made) => {
    expect(shown(made)).toEqual(expected.get(name));
  });
});
