import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { writeSynthetic } from "../../src/data/synthetic/write.js";
import type { Engine } from "../../src/engine/engine.js";
import { evaluateTable } from "../../src/run/apply/evaluate-run.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { trainRun } from "../../src/run/train-run.js";
import { scratchFolder } from "../support/command.js";
import { smallConfig } from "../support/small-config.js";

/** Every engine that was made, runs of steps by name, and the run of a step that fails: the nth of its name. */
const watched = vi.hoisted(() => ({ engines: [] as Engine[], step: "", at: 0, counts: {} as Record<string, number> }));

vi.mock("../../src/engine/index.js", async (original) => {
  const engines = await original<typeof import("../../src/engine/index.js")>();
  return {
    ...engines,
    createEngine: async (...given: Parameters<typeof engines.createEngine>) => {
      const engine = await engines.createEngine(...given);
      const compile: typeof engine.compile = async (definition, state) => {
        const step = await engine.compile(definition, state);
        const run = async () => {
          const count = (watched.counts[definition.name] ?? 0) + 1;
          watched.counts[definition.name] = count;
          if (definition.name === watched.step && count === watched.at) throw new Error("spoilt");
          await step.run();
        };
        return { inputs: step.inputs, outputs: step.outputs, run, dispose: () => step.dispose() };
      };
      const own = Object.create(engine, { compile: { value: compile } }) as Engine;
      watched.engines.push(own);
      return own;
    },
  };
});

const folder = scratchFolder();
const table = join(folder, "table.csv");
const nothing = { states: 0, steps: 0 };

beforeAll(() => writeSynthetic(generateSynthetic("mixed", { rows: 320, seed: 1, width: 3 }), folder, "csv"));
beforeEach(() => {
  watched.engines.length = 0;
  Object.assign(watched, { step: "", at: 0, counts: {} });
});

/** Runs a job and returns how it failed, or null; whatever it does, nothing may be left on any engine that it made. */
async function leavesNothing(job: () => Promise<unknown>): Promise<string | null> {
  const before = tf.memory().numTensors;
  const failure = await job().then(
    () => null,
    (error: Error) => error.message,
  );
  expect(watched.engines.length, failure ?? "no engine").toBeGreaterThan(0);
  for (const engine of watched.engines) {
    expect(engine.held).toEqual(nothing);
    expect(() => engine.createState([])).toThrow(/was disposed of/);
  }
  expect(tf.memory().numTensors, "tensors of tfjs").toBe(before);
  return failure;
}

describe.each(["onnx", "wasm"] as const)("nothing is left on the engine %s", (engine) => {
  const run = join(folder, engine);
  const small = smallConfig("disposal");
  const config = { ...small, engine, evaluation: { ...small.evaluation, baselines: ["mlp" as const] } };
  const train = (out: string) => () => trainRun({ config, baseFolder: folder, out });
  /** Runs of steps in a whole training. */
  let whole: Record<string, number> = {};

  it("after a training with a network to compare with", async () => {
    expect(await leavesNothing(train(run))).toBeNull();
    whole = watched.counts;
    expect(Math.min(whole.train, whole.predict)).toBeGreaterThan(10);
  });

  it.each<[string, () => Partial<typeof watched>]>([
    ["in stage 1", () => ({ step: "train", at: 3 })],
    ["in the network to compare with", () => ({ step: "train", at: whole.train - 1 })],
    ["while it judges an epoch", () => ({ step: "predict", at: 2 })],
    ["while it is evaluated", () => ({ step: "predict", at: whole.predict })],
  ])("after a training that fails %s", async (_, where) => {
    Object.assign(watched, where());
    expect(await leavesNothing(train(join(folder, `${engine}-${watched.step}-${watched.at}`)))).toMatch(/spoilt/);
  });

  it("after a training that is interrupted", async () => {
    const controller = new AbortController();
    const job = () =>
      trainRun({
        ...{ config, baseFolder: folder, out: join(folder, `${engine}-stopped`), signal: controller.signal },
        observer: { epoch: () => controller.abort() },
      });
    expect(await leavesNothing(job)).toMatch(/interrupted/);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["a prediction", () => predictRun({ run, data: table, out: join(folder, "out.csv"), engine, draws: 2 })],
    ["an evaluation", () => evaluateTable(run, table, engine)],
  ])("after %s, whether it succeeds or fails", async (_, job) => {
    expect(await leavesNothing(job)).toBeNull();
    Object.assign(watched, { step: "predict", at: 1, counts: {} });
    expect(await leavesNothing(job)).toMatch(/spoilt/);
  });
});
