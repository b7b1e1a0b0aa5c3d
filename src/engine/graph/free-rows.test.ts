import type { Tensor2D } from "@tensorflow/tfjs";
import * as ort from "onnxruntime-node";
import { expect, it } from "vitest";
import tf from "../../tensorflow.js";
import { exportModel } from "../onnx/export.js";
import { placeholderRows } from "./free-rows.js";

it("takes a number of rows that no dimension of a constant can be taken for", () => {
  expect(placeholderRows([[3, 4], [0]])).toBe(7919);
  expect(placeholderRows([[3, 2 * 7919]])).toBe(7927);
  expect(placeholderRows([[7919], [7927, 2]])).toBe(7933);
});

it("leaves the rows open beside a constant of as many rows as would stand for them", async () => {
  const n = 2 * 7919;
  const values = Float32Array.from({ length: n }, (_, i) => (i % 3) - 1);
  const bytes = await exportModel({
    name: "near",
    inputs: [
      { name: "x", shape: [1], prepare: (graph, raw) => graph.emit("Cast", [raw], { to: 1 }, raw.shape, "float32") },
    ],
    constants: [{ name: "places", shape: [n, 1], values }],
    network: ({ places }, { x }) => ({ y: tf.sum(tf.matMul(x as Tensor2D, places as Tensor2D, false, true), 1, true) }),
    outputs: { y: (_, value) => value },
    metadata: {},
  });
  const session = await ort.InferenceSession.create(bytes);
  const x = new ort.Tensor("float64", Float64Array.of(1, 2, 3), [3, 1]);
  const { y } = await session.run({ x });
  const sum = values.reduce((a, b) => a + b, 0);
  expect(y.dims).toEqual([3, 1]);
  expect([...(y.data as Float32Array)].map(Math.round)).toEqual([1, 2, 3].map((value) => value * sum));
});
