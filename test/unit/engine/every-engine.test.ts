import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../../../src/engine/index.js";
import { Rng } from "../../../src/math/rng.js";
import type { LearnerTensors, PidRegLearner } from "../../../src/training/learner.js";
import { enginesHere } from "../../support/engines.js";
import { fedLearner, smallArchitecture } from "../../support/training-step.js";

/** Relative Euclidean distance. */
function distance(a: Float32Array, b: Float32Array): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    norm += b[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}

const rows = Array.from({ length: 300 }, (_, i) => i);
const inputs = smallArchitecture.modalities.map(({ name, inputWidth: width }) => {
  const values = new Float32Array(rows.length * width);
  new Rng(name).fillNormal(values);
  return { name, width, values };
});
const predict = ({ inference }: PidRegLearner) => inference.run({ inputs, rows, weights: [0.3, 0.3, 0.4] });

/** What a learner remembers after a step, what that reported, and what it then predicts. */
async function trainAndPredict(engine: Engine) {
  const { learner, prepare } = await fedLearner(engine);
  prepare(1);
  await learner.step.run();
  const report = learner.step.outputs.report.slice();
  const after = await learner.snapshot();
  const { prediction, latents } = await predict(learner);
  await learner.dispose();
  return { report, after, prediction, latents, names: learner.train.report };
}

type Outcome = Awaited<ReturnType<typeof trainAndPredict>>;
let reference: Outcome;
beforeAll(async () => {
  const engine = await createEngine("cpu");
  reference = await trainAndPredict(engine);
  await engine.dispose();
});

it("is a suite of at least the engines that come with pidreg", () => {
  expect(enginesHere.map(({ label }) => label)).toEqual(expect.arrayContaining(["onnx", "wasm", "cpu"]));
});

describe.each(enginesHere)("engine $label", ({ create, rounding }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  // A GPU compiles its shaders in the first step.
  it("trains and predicts as the reference does from the same weights, and the same bits again", {
    timeout: 120_000,
  }, async () => {
    const outcome = await trainAndPredict(engine);
    // After the first step the first moment is the clipped gradient times 1 - beta1.
    for (const name of ["moment1", "moment2", "running"] as const)
      expect(distance(outcome.after[name], reference.after[name]), name).toBeLessThan(rounding);
    for (const [i, name] of outcome.names.entries()) {
      const expected = reference.report[i];
      expect(Math.abs(outcome.report[i] - expected), name).toBeLessThan(rounding * Math.max(1, Math.abs(expected)));
    }
    // The averaged weights are the first step's, which Adam makes of the gradient's signs.
    expect(distance(outcome.prediction, reference.prediction)).toBeLessThan(100 * rounding);
    expect(distance(outcome.latents, reference.latents)).toBeLessThan(100 * rounding);
    expect(await trainAndPredict(engine)).toEqual(outcome);
  });

  it("continues from what was read, to the same bits", async () => {
    const [whole, resumed] = [await fedLearner(engine), await fedLearner(engine)];
    const step = async ({ learner, prepare }: typeof whole, t: number): Promise<LearnerTensors> => {
      prepare(t);
      await learner.step.run();
      return learner.snapshot();
    };
    resumed.learner.restore(await step(whole, 1));
    expect(await resumed.learner.snapshot()).toEqual(await whole.learner.snapshot());
    expect(await step(resumed, 2)).toEqual(await step(whole, 2));
    await whole.learner.dispose();
    await resumed.learner.dispose();
  });

  it("gives back what it gave out, once", async () => {
    expect(engine.held).toEqual({ states: 0, steps: 0 });
    const { learner } = await fedLearner(engine);
    await predict(learner);
    expect(engine.held).toEqual({ states: 1, steps: 2 });
    await learner.dispose();
    await learner.dispose();
    expect(engine.held).toEqual({ states: 0, steps: 0 });
    await expect(learner.snapshot()).rejects.toThrow(/disposed/);
  });

  it("leaves nothing when it is disposed of, and makes nothing more", async () => {
    const own = await create();
    const { learner, prepare } = await fedLearner(own);
    prepare(1);
    await learner.step.run();
    await own.dispose();
    await own.dispose();
    expect(own.held).toEqual({ states: 0, steps: 0 });
    await expect(learner.step.run()).rejects.toThrow(/disposed/);
    expect(() => own.createState([])).toThrow(/engine ".+" was disposed of; create another/);
  });

  it("keeps nothing of a step that does not compile", async () => {
    const state = engine.createState([{ name: "w", shape: [2], values: Float32Array.of(1, 2) }]);
    const run = () => ({ outputs: {} });
    const compile = async () => {
      const step = await engine.compile({ name: "wrong", state: ["v"], inputs: [], run }, state);
      await step.run();
    };
    await expect(compile()).rejects.toThrow(/uses the state entry "v"; the state has w/);
    expect(engine.held).toEqual({ states: 1, steps: 0 });
    state.dispose();
  });
});
