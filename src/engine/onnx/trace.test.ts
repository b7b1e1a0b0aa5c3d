import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { RunError } from "../../errors.js";
import type { StepFunction } from "../engine.js";
import { createEngine } from "../index.js";
import { traceStep } from "./trace.js";

const step = (run: StepFunction) => ({ name: "example", state: ["w"], inputs: [{ name: "x", shape: [3, 2] }], run });
const trace = (run: StepFunction) => traceStep(step(run), [{ name: "w", shape: [2, 2] }]);

beforeAll(() => tf.setBackend("cpu"));

describe("traceStep refuses, naming the step and the remedy,", () => {
  it.each<[string, StepFunction, RegExp]>([
    [
      "an operation without a kernel",
      (_, { x }) => ({ outputs: { y: tf.image.resizeBilinear(tf.reshape(x, [1, 3, 2, 1]) as tf.Tensor4D, [6, 4]) } }),
      /step "example": the compiled engine does not know the tfjs operation ResizeBilinear: .*docs\/engine.md.*--engine wasm/,
    ],
    [
      "reading a value",
      (_, { x }) => ({ outputs: { y: x.sum().dataSync()[0] > 0 ? x : tf.neg(x) } }),
      /step "example": a tensor's value was read inside a step.*tf.where/,
    ],
    [
      "random numbers",
      (_, { x }) => ({ outputs: { y: tf.add(x, tf.randomNormal([3, 2])) } }),
      /two traces of it differ/,
    ],
    [
      "a JavaScript number that changes",
      (
        (counter) =>
        (_, { x }) => ({ outputs: { y: tf.mul(x, ++counter.calls) } })
      )({ calls: 0 }),
      /two traces of it differ/,
    ],
    [
      "a large tensor made inside",
      (_, { x }) => ({
        outputs: { y: tf.add(tf.sum(x), tf.tensor(Float32Array.from({ length: 5000 }, (_, i) => i))) },
      }),
      /tensor of shape \[5000\] was made inside a step.*make it an input/,
    ],
    [
      "many random numbers",
      (_, { x }) => ({ outputs: { y: tf.add(tf.sum(x), tf.randomUniform([100, 100])) } }),
      /tensor of shape \[100,100\].*random numbers: always inputs/,
    ],
    [
      "gather with batchDims",
      (_, { x }) => ({ outputs: { y: tf.gather(x, tf.zeros([3, 1], "int32"), 1, 1) } }),
      /GatherV2 could not be compiled: tf.gather with batchDims/,
    ],
  ])("%s", (_, run, message) => {
    expect(() => trace(run)).toThrow(RunError);
    expect(() => trace(run)).toThrow(message);
    expect(tf.getBackend()).toBe("cpu");
  });
});

describe("traceStep", () => {
  it("reads constants, captures small outer tensors and leaves them usable", async () => {
    const outer = tf.tensor1d([1, 2]);
    const run: StepFunction = (_, { x }) => ({
      outputs: { y: tf.mul(tf.mul(x, outer), tf.scalar(3).dataSync()[0]) },
    });
    const engine = await createEngine("onnx");
    const compiled = await engine.compile({ ...step(run), state: [] }, engine.createState([]));
    compiled.inputs.x.fill(1);
    await compiled.run();
    expect([...compiled.outputs.y]).toEqual([3, 6, 3, 6, 3, 6]);
    expect([...tf.square(outer).dataSync()]).toEqual([1, 4]);
  });

  it("writes a shared expression once and nothing that no output needs", () => {
    const { model } = trace(({ w }, { x }) => {
      const product = () => tf.exp(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D));
      tf.sin(product());
      return { outputs: { y: tf.add(product(), tf.mul(product(), product())) } };
    });
    expect(model.operators).toEqual(["Gemm", "Exp", "Mul", "Add"]);
  });

  it("folds factors and sums into matrix products and sums columns by a product", () => {
    const { model } = trace(({ w }, { x }) => {
      const product = tf.matMul(tf.mul(x, 2) as tf.Tensor2D, w as tf.Tensor2D);
      const shifted = tf.sub(tf.mul(product, -0.25), tf.sum(tf.mul(x, 3), 0));
      return { outputs: { y: shifted } };
    });
    expect(model.operators).toEqual(["MatMul", "Mul", "Gemm"]);
  });

  it("makes of a product only the columns that are read, transposed where it is read so", () => {
    const { model } = trace((_, { x }) => {
      const y = tf.transpose(tf.slice(tf.matMul(x, tf.exp(x), false, true), [0, 1], [3, 2]));
      return { outputs: { y, z: tf.transpose(tf.matMul(x, tf.exp(x), true)) } };
    });
    expect([...model.operators].sort()).toEqual(["Exp", "Gemm", "Gemm", "Slice"]);
  });

  it("sums the columns of a product before it is made, its first factor transposed or not", () => {
    const centred = (transposed: boolean) => {
      const { model } = trace(({ w }, { x }) => {
        const product = tf.matMul(x, transposed ? x : w, transposed);
        return { outputs: { y: tf.sub(product, tf.sum(product, 0)) } };
      });
      return model.operators;
    };
    expect(centred(false)).toEqual(["MatMul", "MatMul", "Gemm"]);
    expect(centred(true)).toEqual(["ReduceSum", "MatMul", "Gemm"]);
  });

  it("transposes nothing between convolutions, whatever stands between them", () => {
    const conv: StepFunction = ({ w }, { x }) => {
      const filter = w as tf.Tensor4D;
      const layer = (h: tf.Tensor) => {
        const y = tf.conv2d(h as tf.Tensor4D, filter, 1, "same");
        const centred = tf.sub(y, tf.mean(y, [0, 1, 2]));
        return tf.relu(tf.mul(centred, tf.rsqrt(tf.mean(tf.square(centred), [0, 1, 2]))));
      };
      return { outputs: { y: tf.mean(tf.add(layer(layer(x)), tf.add(layer(x), tf.tensor1d([1, 2, 3]))), [1, 2]) } };
    };
    const { model } = traceStep(
      { name: "conv", state: ["w"], inputs: [{ name: "x", shape: [2, 5, 4, 3] }], run: conv },
      [{ name: "w", shape: [3, 3, 3, 3] }],
    );
    // One of the input, one of the filter.
    expect(model.operators.filter((op) => op === "Transpose")).toHaveLength(2);
    expect(model.operators.filter((op) => op === "Conv")).toHaveLength(2);
  });

  it("names only the inputs that the outputs need, and the entries that change", () => {
    const { model, changed, outputs } = trace(({ w }) => ({ state: { w: tf.mul(w, 2) }, outputs: { y: w } }));
    expect(model.inputNames).toEqual(["state/w"]);
    expect(changed).toEqual(["w"]);
    expect(outputs).toEqual([{ name: "y", shape: [2, 2] }]);
  });

  it("leaves no tensor behind", () => {
    const run: StepFunction = ({ w }, { x }) => {
      const { value, grad } = tf.valueAndGrad((v: tf.Tensor) => tf.sum(tf.square(tf.matMul(x, v))))(w);
      return { state: { w: tf.keep(grad) }, outputs: { value } };
    };
    trace(run);
    const before = tf.memory().numTensors;
    trace(run);
    expect(tf.memory().numTensors).toBe(before);
  });
});
