import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { writeSynthetic } from "../../src/data/synthetic/write.js";
import type { CompiledStep, EngineState } from "../../src/engine/engine.js";
import { RunError } from "../../src/errors.js";
import { trainRun } from "../../src/run/train-run.js";
import { scratchFolder } from "../support/command.js";
import { results } from "../support/kill.js";
import { smallConfig } from "../support/small-config.js";

type Step = "train" | "predict";
/** Spoils what a step reads or has computed. */
type Spoil = (step: CompiledStep, state: EngineState) => unknown;

/** The fault to inject: in the nth run of a step, before or after it. */
const fault = vi.hoisted(() => ({
  step: "none" as Step | "none",
  at: 0,
  count: 0,
  before: (() => undefined) as Spoil,
  after: (() => undefined) as Spoil,
  atoms: Number.POSITIVE_INFINITY,
}));

vi.mock("../../src/engine/index.js", async (original) => {
  const engines = await original<typeof import("../../src/engine/index.js")>();
  return {
    ...engines,
    createEngine: async (...given: Parameters<typeof engines.createEngine>) => {
      const engine = await engines.createEngine(...given);
      const compile: typeof engine.compile = async (definition, state) => {
        const step = await engine.compile(definition, state);
        const run = async () => {
          const due = definition.name === fault.step && ++fault.count === fault.at;
          if (due) await fault.before(step, state);
          await step.run();
          if (due) await fault.after(step, state);
        };
        return { inputs: step.inputs, outputs: step.outputs, run, dispose: () => step.dispose() };
      };
      return { ...engine, compile };
    },
  };
});

vi.mock("../../src/pid/estimate/residuals.js", async (original) => {
  const residuals = await original<typeof import("../../src/pid/estimate/residuals.js")>();
  return {
    ...residuals,
    pidFromResiduals: (...given: Parameters<typeof residuals.pidFromResiduals>) => {
      const pid = residuals.pidFromResiduals(...given);
      if (--fault.atoms >= 0) return pid;
      return { ...pid, atoms: { ...pid.atoms, synergy: Number.NaN } };
    },
  };
});

const folder = scratchFolder();
const config = smallConfig("divergence");
const run = (out: string, resume = false) => trainRun({ config, baseFolder: folder, out: join(folder, out), resume });
const none = {
  step: "none",
  count: 0,
  before: () => undefined,
  after: () => undefined,
  atoms: Number.POSITIVE_INFINITY,
};

let whole: Record<string, Buffer>;
beforeAll(async () => {
  await writeSynthetic(generateSynthetic("mixed", { rows: 300, seed: 1, width: 3 }), folder, "csv");
  await run("whole");
  whole = await results(join(folder, "whole"));
});

/** Position of a number in the report of a training step, from its end: terms, two lambdas, gradient norm. */
const report = (fromEnd: number, value: number): Spoil => {
  return ({ outputs }) => {
    outputs.report[outputs.report.length - fromEnd] = value;
  };
};
const output = (name: string, value: (at: number) => number): Spoil => {
  return ({ outputs }) => outputs[name].set(outputs[name].map((_, at) => value(at)));
};

/** Cases whose run is continued afterwards: one without a checkpoint, one with. */
const resumed = new Set(["in a prediction for the validation part", "in the gradient alone"]);

/** Six steps an epoch; an epoch of stage 1 predicts for its constants (from the second on), validation, training and held-out rows. */
describe("a number that is not finite ends the run where it appears, by its name, and keeps what was good", () => {
  it.each<[string, Partial<typeof fault>, RegExp, number]>([
    [
      "in the data of a batch",
      { step: "train", at: 8, before: ({ inputs }) => void inputs["x.beta"].fill(Number.NaN, 4, 5) },
      /^training diverged at stage1 epoch 2, step 2 of 6: prediction became NaN\. A checkpoint saved before is kept/,
      1,
    ],
    [
      "in the noise of the bottleneck",
      { step: "train", at: 1, before: ({ inputs }) => void inputs["noise.bottleneck.alpha.noise"].fill(Infinity) },
      /^training diverged at stage1 epoch 1, step 1 of 6: \S+ became (NaN|-?Infinity)/,
      0,
    ],
    [
      "in a term of the loss",
      { step: "train", at: 9, after: report(4, Number.POSITIVE_INFINITY) },
      /^training diverged at stage1 epoch 2, step 3 of 6: capacity\.beta became Infinity/,
      1,
    ],
    [
      "in the gradient alone",
      { step: "train", at: 14, after: report(1, Number.NaN) },
      /^training diverged at stage2 epoch 1, step 2 of 6: gradientNorm became NaN/,
      2,
    ],
    [
      "in the weights after an update",
      {
        step: "train",
        at: 12,
        after: async (_step, state) => {
          const weights = await state.read("parameters");
          weights[weights.length - 1] = Number.NEGATIVE_INFINITY;
          state.write("parameters", weights);
        },
      },
      /^training diverged at the end of stage1 epoch 2: weight of \S+\[\d+\] became -Infinity/,
      1,
    ],
    [
      "in a prediction for the validation part",
      { step: "predict", at: 1, after: output("prediction", () => Number.NaN) },
      /^training diverged at stage1 epoch 1: validation loss became NaN/,
      0,
    ],
    [
      "in the latents that atoms are read from",
      { step: "predict", at: 2, after: output("latents", (at) => (at === 5 ? Number.POSITIVE_INFINITY : 1)) },
      /^training diverged at the end of stage1 epoch 1: latent 2 of "beta" became Infinity/,
      0,
    ],
    [
      "in the covariance of latents",
      { step: "predict", at: 4, after: output("latents", (at) => (at === 6 ? 1e30 : 1)) },
      /^training diverged at the start of stage1 epoch 2: latent 0 of "alpha" became 1\.0\d+e\+30/,
      1,
    ],
    [
      "in the covariance of latents that no longer vary",
      { step: "predict", at: 4, after: output("latents", () => 1) },
      /^training cannot go on at the start of stage1 epoch 2: the covariance of target and latents has no inverse/,
      1,
    ],
    ["in the atoms", { atoms: 1 }, /^training diverged at the end of stage1 epoch 2: the atom synergy became NaN/, 1],
  ])("%s", async (what, given, message, epochs) => {
    const out = what.replaceAll(" ", "-");
    Object.assign(fault, none, given);
    const failed = await run(out).catch((error: unknown) => error);
    Object.assign(fault, none);
    expect(failed).toBeInstanceOf(RunError);
    expect((failed as Error).message).toMatch(message);
    const names = await readdir(join(folder, out));
    expect(names).not.toContain("run.lock");
    expect(names).not.toContain("metrics.json");
    expect(names.includes("checkpoint")).toBe(epochs > 0);
    const lines = await readFile(join(folder, out, "metrics.jsonl"), "utf8").catch(() => "");
    expect(lines.split("\n").length - 1).toBeGreaterThanOrEqual(epochs);
    if (!resumed.has(what)) return;
    await run(out, true);
    const after = await results(join(folder, out));
    for (const [name, bytes] of Object.entries(whole)) expect(after[name].equals(bytes), name).toBe(true);
  });
});
