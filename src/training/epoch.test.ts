import { describe, expect, it } from "vitest";
import { trainingData } from "../../test/support/training-data.js";
import { lossesSchema } from "../config/losses.js";
import { Interrupted } from "../errors.js";
import { Rng } from "../math/rng.js";
import { type EpochPlan, runEpoch } from "./epoch.js";
import { HyperParameters } from "./hyper.js";
import type { Learner } from "./learner.js";

const rows = 33; // 22 train: five batches of four, two rows are left over
const features = Float32Array.from({ length: rows }, (_, i) => i);
const data = trainingData([{ name: "a", width: 1, values: features }], features);
const names = ["learningRate", "correction1", "correction2", "averaging", "momentMemory", "weight.prediction"];

const plan: EpochPlan = {
  label: "stage1 epoch 3",
  rng: new Rng(5),
  fusionWeights: [1],
  constants: { bandwidths: {}, centre: new Float32Array(2), whitening: new Float32Array(4) },
  losses: lossesSchema.parse({}),
  modalityDropout: 0,
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  averaging: 0.99,
  learningRate: (fraction) => 1 + fraction,
  stepsBefore: 0,
};

/** An epoch whose steps do nothing but note what they are given; `report` gives what step s reports. */
async function epoch(
  changes: Partial<EpochPlan> = {},
  report: (s: number) => { total: number; prediction: number } = (s) => ({ total: s, prediction: 2 * s }),
) {
  const seen: { rows: number[]; hyper: Record<string, number> }[] = [];
  const inputs = {
    "x.a": new Float32Array(4),
    target: new Float32Array(4),
    gaussianTarget: new Float32Array(4),
    fusionWeights: new Float32Array(1),
    hyper: new Float32Array(names.length),
  };
  const outputs = { report: new Float32Array(3) };
  const run = async () => {
    const { total, prediction } = report(seen.length);
    outputs.report.set([total, prediction, 0]);
    const hyper = Object.fromEntries(names.map((name, i) => [name, inputs.hyper[i]]));
    seen.push({ rows: [...inputs["x.a"]], hyper });
  };
  const train = {
    hyper: new HyperParameters(names),
    terms: [{ name: "prediction", weight: 0.25 }],
    noise: [],
    jointRows: 0,
    report: ["total", "prediction", "gradientNorm"],
  };
  const learner = { step: { inputs, outputs, run }, train } as unknown as Learner;
  return { result: await runEpoch(learner, data, { ...plan, ...changes }), seen };
}

describe("an epoch", () => {
  it("takes as many whole batches as there are, no row twice, in an order of its own", async () => {
    const { result, seen } = await epoch();
    expect([result.steps, seen.length]).toEqual([5, 5]);
    const all = seen.flatMap((step) => step.rows);
    expect(new Set(all).size).toBe(20);
    expect(Math.max(...all)).toBeLessThan(22);
    const other = await epoch({ rng: new Rng(6) });
    expect(other.seen.flatMap((step) => step.rows)).not.toEqual(all);
    expect((await epoch()).seen).toEqual(seen);
  });

  it("reports means over its steps, and the learning rate of the last", async () => {
    const { result } = await epoch();
    expect(result.report).toEqual({ total: 2, prediction: 4, gradientNorm: 0 });
    expect(result.learningRate).toBe(1.8);
  });

  it("counts steps on from those of the phase: rates, corrections, memory of the averages", async () => {
    const { seen } = await epoch({ stepsBefore: 10 });
    seen.forEach(({ hyper }, s) => {
      const t = 11 + s;
      const expected = {
        learningRate: 1 + s / 5,
        correction1: 1 - 0.9 ** t,
        correction2: 1 - 0.999 ** t,
        averaging: t / (t + 9),
        momentMemory: t / (t + 9),
        "weight.prediction": 0.25,
      };
      // float32
      for (const name of names) expect(hyper[name]).toBeCloseTo(expected[name as keyof typeof expected], 6);
    });
    const late = (await epoch({ stepsBefore: 1e6, averaging: 0.5 })).seen[0].hyper;
    expect(late.averaging).toBe(0.5);
    expect(late.momentMemory).toBeCloseTo(0.9, 6);
  });

  it("stops at a number that is not finite, and names the term to blame before the total", async () => {
    const broken = (s: number) => ({ total: Number.NaN, prediction: s < 2 ? s : Number.POSITIVE_INFINITY });
    await expect(epoch({}, broken)).rejects.toThrow(/stage1 epoch 3, step 1 of 5: total became NaN/);
    const later = (s: number) => (s < 2 ? { total: 0, prediction: 0 } : broken(s));
    await expect(epoch({}, later)).rejects.toThrow(/stage1 epoch 3, step 3 of 5: prediction became Infinity/);
  });

  it("stops before its first step when it is interrupted", async () => {
    await expect(epoch({ signal: AbortSignal.abort() })).rejects.toThrow(Interrupted);
  });
});
