import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import type { Engine, InitialTensor, StepDefinition, TensorMap } from "../engine.js";
import { createEngine } from "../index.js";
import { createOnnxEngine } from "../onnx/onnx.js";
import { traceStep } from "../onnx/trace.js";
import { stepStateSpecs } from "../step.js";

const length = 16387; // odd: the loop works on four elements at a time
const names = ["weights", "first", "second", "average"];

function initial(): InitialTensor[] {
  return names.map((name) => {
    const values = new Float32Array(length);
    new Rng(name).fillNormal(values);
    return { name, shape: [length], values: name === "second" ? values.map(Math.abs) : values };
  });
}

/** A gradient that needs a reduction and a gather, then Adam and a moving average. */
function adam({ weights, first, second, average }: TensorMap, { x, rate }: TensorMap) {
  const g = tf.mul(tf.reverse(x, 0), tf.max(weights));
  const m = tf.add(tf.mul(first, 0.9), tf.mul(g, 0.1));
  const v = tf.add(tf.mul(second, 0.999), tf.mul(tf.square(g), 0.001));
  const direction = tf.div(m, tf.add(tf.sqrt(v), 1e-8));
  const next = tf.sub(weights, tf.mul(tf.add(direction, tf.mul(weights, tf.reciprocal(v))), rate));
  return { weights: next, first: m, second: v, average: tf.add(next, tf.mul(tf.sub(average, next), 0.9)) };
}

const inputs = [
  { name: "x", shape: [length] },
  { name: "rate", shape: [] },
];
const adamStep: StepDefinition = {
  name: "adam",
  state: names,
  inputs,
  run: (state, given) => ({ state: adam(state, given), outputs: { sum: tf.sum(state.weights) } }),
};
/** Changes the same entry without elementwise operations at its end. */
const reverseStep: StepDefinition = {
  name: "reverse",
  state: ["weights"],
  inputs: [],
  run: ({ weights }) => ({ state: { weights: tf.reverse(weights, 0) }, outputs: {} }),
};

describe("the elementwise end of a step, as a loop", () => {
  let engines: Engine[];
  beforeAll(async () => {
    engines = [
      await createEngine("onnx"),
      await createEngine("cpu"),
      await createOnnxEngine("onnx", { place: "host" }),
    ];
  });

  async function runBoth(program: (engine: Engine) => Promise<Float32Array[]>) {
    const [looped, expected, asNodes] = await Promise.all(engines.map(program));
    for (const [i, values] of expected.entries()) {
      const norm = (of: (k: number) => number) => Math.sqrt(values.reduce((sum, _, k) => sum + of(k) ** 2, 0));
      for (const actual of [looped, asNodes])
        expect(norm((k) => actual[i][k] - values[k]) / norm((k) => values[k]), names[i]).toBeLessThan(1e-6);
    }
  }

  it("leaves the session one vector and the numbers to compute", () => {
    const state = engines[0].createState(initial());
    const { update, changed, model } = traceStep(adamStep, stepStateSpecs(adamStep, state));
    expect(update?.results.map(({ entry }) => entry)).toEqual(names);
    expect(update?.vectors.filter((source) => "entry" in source)).toHaveLength(4);
    expect(update?.vectors).toHaveLength(5);
    expect(changed).toEqual([]);
    expect(model.operators).not.toContain("Sqrt");
  });

  it("is nodes of the graph where the state lies outside the memory of loops", () => {
    const state = engines[2].createState(initial());
    const { update, changed, model } = traceStep(adamStep, stepStateSpecs(adamStep, state), { updates: "nodes" });
    expect(update).toBeNull();
    expect(changed).toEqual(names);
    expect(model.operators).toContain("Sqrt");
  });

  it("agrees with the eager engine over several steps, in the loop and as nodes, also with other steps in between", async () => {
    await runBoth(async (engine) => {
      const state = engine.createState(initial());
      const step = await engine.compile(adamStep, state);
      const reverse = await engine.compile(reverseStep, state);
      const rng = new Rng("steps");
      for (const rate of [0.1, 0.01, 0.05]) {
        rng.fillNormal(step.inputs.x);
        step.inputs.rate[0] = rate;
        await step.run();
        await reverse.run();
      }
      return Promise.all(names.map((name) => state.read(name)));
    });
  });

  it("takes values that were written, and exchanges entries", async () => {
    const exchange: StepDefinition = {
      name: "exchange",
      state: ["weights", "first"],
      inputs: [],
      run: ({ weights, first }) => ({
        state: { weights: tf.mul(first, 2), first: tf.add(weights, first) },
        outputs: {},
      }),
    };
    await runBoth(async (engine) => {
      const state = engine.createState(initial());
      const step = await engine.compile(exchange, state);
      await step.run();
      state.write("first", await state.read("average"));
      await step.run();
      return Promise.all(names.map((name) => state.read(name)));
    });
  });

  it("stays in the session where it would need too many computed vectors", () => {
    const wide: StepDefinition = {
      ...adamStep,
      run: ({ weights, first, second }, { x }) => {
        const parts = [weights, first, second].map((entry) => tf.mul(tf.reverse(entry, 0), x));
        return { state: { weights: tf.add(tf.sub(parts[0], parts[1]), parts[2]) }, outputs: {} };
      },
    };
    const { update, changed } = traceStep(wide, stepStateSpecs(wide, engines[0].createState(initial())));
    expect(update).toBeNull();
    expect(changed).toEqual(["weights"]);
  });
});
