import * as ort from "onnxruntime-node";
import { expect, it } from "vitest";
import { exportModel } from "../engine/onnx/export.js";
import { nanWhereUnknown } from "./absent-to-graph.js";

it("a prediction of which an input is NaN is NaN, also where the network loses it", async () => {
  const bytes = await exportModel({
    ...{ name: "lost", constants: [], metadata: {} },
    inputs: [
      {
        ...{ name: "x", shape: [2] },
        prepare: (graph, raw) => graph.emit("Cast", [raw], { to: 1 }, raw.shape, "float32"),
      },
    ],
    network: (_, { x }) => ({ y: x }),
    outputs: {
      y: (graph, value, prepared) => {
        const lost = graph.emit("IsNaN", [value], {}, value.shape, "bool");
        const seven = graph.constant([7], [1, 1], "float32");
        const known = graph.emit("Where", [lost, seven, value], {}, value.shape, "float32");
        return nanWhereUnknown(graph, known, prepared);
      },
    },
  });
  const session = await ort.InferenceSession.create(bytes);
  const x = new ort.Tensor("float64", Float64Array.from([1, 2, Number.NaN, 4]), [2, 2]);
  const { y } = await session.run({ x });
  expect([...(y.data as Float32Array)]).toEqual([1, 2, Number.NaN, Number.NaN]);
});
