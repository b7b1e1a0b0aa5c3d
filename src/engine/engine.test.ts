import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { enginesHere } from "../../test/support/engines.js";
import { InputError } from "../errors.js";
import type { Engine, StepDefinition } from "./engine.js";
import { createEngine } from "./index.js";

/** One gradient step of y ~ x w on squared error, learning rate as an input. */
const regression: StepDefinition = {
  name: "regression",
  state: ["w", "count"],
  inputs: [
    { name: "x", shape: [4, 2] },
    { name: "y", shape: [4, 1] },
    { name: "rate", shape: [] },
  ],
  run: ({ w, count }, { x, y, rate }) => {
    const loss = (v: tf.Tensor) => tf.mean(tf.square(tf.sub(tf.matMul(x as tf.Tensor2D, v as tf.Tensor2D), y)));
    const { value, grad } = tf.valueAndGrad(loss as (v: tf.Tensor) => tf.Scalar)(w);
    return { state: { w: tf.sub(w, tf.mul(grad, rate)), count: tf.add(count, 1) }, outputs: { loss: value } };
  },
};
const x = [1, 2, -1, 0.5, 3, -2, 0, 1];
const y = [5, 0, -1, 2];

function initialState(engine: Engine) {
  return engine.createState([
    { name: "w", shape: [2, 1], values: Float32Array.of(0.5, -0.25) },
    { name: "count", shape: [], values: Float32Array.of(0) },
    { name: "unused", shape: [3], values: Float32Array.of(1, 2, 3) },
  ]);
}

/** The same step in float64. */
function reference(w: number[], rate: number): number[] {
  const gradient = [0, 0];
  for (let i = 0; i < 4; i++) {
    const residual = x[2 * i] * w[0] + x[2 * i + 1] * w[1] - y[i];
    for (let j = 0; j < 2; j++) gradient[j] += (2 * residual * x[2 * i + j]) / 4;
  }
  return w.map((v, j) => v - rate * gradient[j]);
}

describe.each(enginesHere)("engine $label", ({ create }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  it("carries state from step to step and takes a changed input", async () => {
    const state = initialState(engine);
    const step = await engine.compile(regression, state);
    step.inputs.x.set(x);
    step.inputs.y.set(y);
    let w = [0.5, -0.25];
    for (const rate of [0.1, 0.1, 0.02]) {
      step.inputs.rate[0] = rate;
      await step.run();
      w = reference(w, rate);
    }
    expect([...(await state.read("w"))].map((v, i) => Math.abs(v - w[i]))).toEqual([
      expect.closeTo(0, 6),
      expect.closeTo(0, 6),
    ]);
    expect([...(await state.read("count"))]).toEqual([3]);
    expect([...(await state.read("unused"))]).toEqual([1, 2, 3]);
    expect(step.outputs.loss).toHaveLength(1);
  });

  it("shares one state between steps of different shape and takes written values", async () => {
    const state = initialState(engine);
    const predict = (rows: number): StepDefinition => ({
      name: `predict ${rows}`,
      state: ["w"],
      inputs: [{ name: "x", shape: [rows, 2] }],
      run: ({ w }, inputs) => ({ outputs: { y: tf.matMul(inputs.x as tf.Tensor2D, w as tf.Tensor2D) } }),
    });
    const train = await engine.compile(regression, state);
    const one = await engine.compile(predict(1), state);
    const three = await engine.compile(predict(3), state);
    train.inputs.x.set(x);
    train.inputs.y.set(y);
    train.inputs.rate[0] = 0.1;
    for (let i = 0; i < 3; i++) {
      await train.run();
      const w = await state.read("w");
      one.inputs.x.set([1, 0]);
      three.inputs.x.set([1, 0, 0, 1, 2, 0]);
      await one.run();
      await three.run();
      expect(one.outputs.y).toEqual(Float32Array.of(w[0]));
      expect(three.outputs.y).toEqual(Float32Array.of(w[0], w[1], 2 * w[0]));
    }
    state.write("w", Float32Array.of(7, 8));
    await one.run();
    expect(one.outputs.y).toEqual(Float32Array.of(7));
  });

  it("keeps several models apart", async () => {
    const states = [initialState(engine), initialState(engine)];
    const steps = await Promise.all(states.map((state) => engine.compile(regression, state)));
    for (const [i, step] of steps.entries()) {
      step.inputs.x.set(x);
      step.inputs.y.set(y);
      step.inputs.rate[0] = [0.1, 0.01][i];
    }
    await Promise.all(steps.map((step) => step.run()));
    for (const [i, rate] of [0.1, 0.01].entries()) {
      const expected = reference([0.5, -0.25], rate);
      expect([...(await states[i].read("w"))]).toEqual(expected.map((v) => expect.closeTo(v, 6)));
    }
  });

  it("leaks no tensor, not even kept ones, and leaves the active backend alone", async () => {
    await tf.setBackend("cpu");
    const state = initialState(engine);
    const keeping: StepDefinition = {
      ...regression,
      run: (s, i) => {
        tf.keep(tf.square(i.x));
        return regression.run(s, i);
      },
    };
    const step = await engine.compile(keeping, state);
    await step.run();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) await step.run();
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.getBackend()).toBe("cpu");
    step.dispose();
    state.dispose();
  });

  it("returns state entries that alias each other or an input", async () => {
    const state = engine.createState([
      { name: "a", shape: [2], values: Float32Array.of(1, 2) },
      { name: "b", shape: [2], values: Float32Array.of(3, 4) },
      { name: "c", shape: [2], values: Float32Array.of(5, 6) },
    ]);
    const step = await engine.compile(
      {
        name: "rotate",
        state: ["a", "b", "c"],
        inputs: [{ name: "x", shape: [2] }],
        run: ({ a, b }, inputs) => ({ state: { a: b, b: a, c: inputs.x }, outputs: { a, again: a } }),
      },
      state,
    );
    step.inputs.x.set([9, 9]);
    await step.run();
    step.inputs.x.set([0, 0]);
    expect(await Promise.all(["a", "b", "c"].map(async (key) => [...(await state.read(key))]))).toEqual([
      [3, 4],
      [1, 2],
      [9, 9],
    ]);
    await step.run();
    expect(await Promise.all(["a", "b", "c"].map(async (key) => [...(await state.read(key))]))).toEqual([
      [1, 2],
      [3, 4],
      [0, 0],
    ]);
    expect([...step.outputs.again]).toEqual([3, 4]);
  });

  it("refuses unknown names and wrong shapes", async () => {
    const state = initialState(engine);
    const define = (change: Partial<StepDefinition>) => async () => {
      const step = await engine.compile({ ...regression, ...change }, state);
      await step.run();
    };
    await expect(state.read("v")).rejects.toThrow(/"v"/);
    expect(() => state.write("w", new Float32Array(3))).toThrow(/state "w" has shape \[2,1\], 2 values; got 3/);
    await expect(define({ state: ["w", "bias"] })()).rejects.toThrow(/uses the state entry "bias"; the state has w/);
    const outputs = {};
    await expect(define({ run: ({ w }) => ({ state: { unused: w }, outputs }) })()).rejects.toThrow(/"unused"/);
    await expect(define({ run: ({ w }) => ({ state: { w: tf.transpose(w) }, outputs }) })()).rejects.toThrow(
      /state "w" is \[2,1\] but \[1,2\] was returned/,
    );
    const other = await createEngine("cpu");
    await expect(other.compile(regression, { ...state, specs: state.specs })).rejects.toThrow(/another engine/);
  });
});

describe("createEngine", () => {
  it("says which package a missing engine needs", async () => {
    await expect(createEngine("tensorflow")).rejects.toThrow(InputError);
    await expect(createEngine("tensorflow-gpu")).rejects.toThrow(/npm install @tensorflow\/tfjs-node-gpu@4.22.0/);
  });

  it("falls back to wasm and says why where ONNX Runtime does not load", async () => {
    vi.resetModules();
    vi.doMock("onnxruntime-node", () => {
      throw new Error("cannot open shared object file");
    });
    const { createEngine: create } = await import("./index.js");
    const messages: string[] = [];
    const engine = await create("auto", { onMessage: (message) => messages.push(message) });
    expect(engine.name).toBe("wasm");
    expect(messages).toEqual([
      expect.stringMatching(/^ONNX Runtime did not load \(.+\); steps run on TensorFlow.js WASM/),
    ]);
    await expect(create("onnx")).rejects.toThrow(/needs onnxruntime-node, which did not load/);
    vi.doUnmock("onnxruntime-node");
  });

  it("offers the gradient of gather on wasm", async () => {
    const engine = await createEngine("wasm");
    const state = engine.createState([{ name: "v", shape: [3, 2], values: new Float32Array(6) }]);
    const step = await engine.compile(
      {
        name: "gather",
        state: ["v"],
        inputs: [],
        run: ({ v }) => ({
          outputs: { gradient: tf.grad((t: tf.Tensor) => tf.sum(tf.gather(t, tf.tensor1d([2, 0, 2], "int32"))))(v) },
        }),
      },
      state,
    );
    await step.run();
    expect([...step.outputs.gradient]).toEqual([1, 1, 0, 0, 2, 2]);
  });

  it("says on wasm what it lacks, and which engines have it", async () => {
    const engine = await createEngine("wasm");
    const state = engine.createState([{ name: "w", shape: [3, 3, 1, 1], values: new Float32Array(9) }]);
    const run: StepDefinition["run"] = ({ w }, { x }) => {
      const loss = (v: tf.Tensor) => tf.sum(tf.conv2d(x as tf.Tensor4D, v as tf.Tensor4D, 1, "same"));
      return { outputs: { gradient: tf.grad(loss)(w) } };
    };
    const inputs = [{ name: "x", shape: [1, 4, 4, 1] }];
    const step = await engine.compile({ name: "conv", state: ["w"], inputs, run }, state);
    await expect(step.run()).rejects.toThrow(
      /step "conv": the TensorFlow\.js backend wasm lacks the operation Conv2DBackpropFilter; run with --engine auto/,
    );
  });
});
