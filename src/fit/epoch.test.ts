import { describe, expect, it } from "vitest";
import { Interrupted, RunError } from "../errors.js";
import { Rng } from "../math/rng.js";
import { type EpochPlan, runEpoch } from "./epoch.js";
import { HyperParameters } from "./hyper.js";
import type { Learner } from "./learner.js";

const names = ["learningRate", "averaging", "momentMemory", "bandwidth", "correction"];

const plan = {
  label: "stage1 epoch 3",
  rng: new Rng(5),
  // five batches of four, two rows are left over
  rows: Int32Array.from({ length: 22 }, (_, i) => 100 + i),
  hyper: { bandwidth: 0.25 },
  averaging: 0.99,
  learningRate: (fraction: number) => 1 + fraction,
  stepsBefore: 0,
  diverged: (where: string, name: string, value: number) => new RunError(`${where}: ${name} became ${value}`),
};

/** An epoch whose steps do nothing but note what they are given; `report` gives what step s reports. */
async function epoch(
  changes: Partial<EpochPlan> = {},
  report: (s: number) => { total: number; prediction: number } = (s) => ({ total: s, prediction: 2 * s }),
) {
  const seen: { rows: number[]; hyper: Record<string, number> }[] = [];
  let fed: number[] = [];
  const inputs = { [HyperParameters.inputName]: new Float32Array(names.length) };
  const outputs = { report: new Float32Array(3) };
  const run = async () => {
    const { total, prediction } = report(seen.length);
    outputs.report.set([total, prediction, 0]);
    const hyper = Object.fromEntries(names.map((name, i) => [name, inputs[HyperParameters.inputName][i]]));
    seen.push({ rows: fed, hyper });
  };
  const learner = {
    step: { inputs, outputs, run },
    train: { hyper: new HyperParameters(names), report: ["total", "prediction", "gradientNorm"] },
    objective: { batchSize: 4 },
    optimiser: { numbersAt: (t: number) => ({ correction: 1 - 0.5 ** t }) },
  } as unknown as Learner;
  const feed = async (rows: Int32Array) => {
    fed = [...rows];
  };
  return { result: await runEpoch(learner, { ...plan, feed, ...changes }), seen };
}

describe("an epoch", () => {
  it("takes as many whole batches as there are, no row twice, in an order of its own", async () => {
    const { result, seen } = await epoch();
    expect([result.steps, seen.length]).toEqual([5, 5]);
    const all = seen.flatMap((step) => step.rows);
    expect(new Set(all).size).toBe(20);
    expect(all.every((row) => row >= 100 && row < 122)).toBe(true);
    const other = await epoch({ rng: new Rng(6) });
    expect(other.seen.flatMap((step) => step.rows)).not.toEqual(all);
    expect((await epoch()).seen).toEqual(seen);
  });

  it("takes as many whole batches as its most rows fill, one at least, and other rows in another epoch", async () => {
    const steps = async (most: number) => (await epoch({ most })).result.steps;
    expect(await Promise.all([1000, 11, 8, 3].map(steps))).toEqual([5, 2, 2, 1]);
    const rowsOf = async (seed: number) =>
      (await epoch({ most: 11, rng: new Rng(seed) })).seen.flatMap(({ rows }) => rows);
    expect(new Set([...(await rowsOf(5)), ...(await rowsOf(6)), ...(await rowsOf(7))]).size).toBeGreaterThan(8);
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
        ...{ learningRate: 1 + s / 5, averaging: t / (t + 9), momentMemory: t / (t + 9) },
        ...{ bandwidth: 0.25, correction: 1 - 0.5 ** t },
      };
      // float32
      for (const name of names) expect(hyper[name]).toBeCloseTo(expected[name as keyof typeof expected], 6);
    });
    const late = (await epoch({ stepsBefore: 1e6, averaging: 0.5 })).seen[0].hyper;
    expect(late.averaging).toBe(0.5);
    expect(late.momentMemory).toBeCloseTo(0.9, 6);
  });

  it("takes other steps in between, and reports every number over the steps that report it", async () => {
    const inputs = { [HyperParameters.inputName]: new Float32Array(1) };
    const outputs = { report: Float32Array.of(10, 7) };
    const fed: number[] = [];
    let ran = 0;
    const run = async () => {
      ran++;
    };
    const step = {
      step: { inputs, outputs, run },
      train: { hyper: new HyperParameters(["learningRate"]), report: ["total", "gradientNorm"] },
    } as unknown as NonNullable<EpochPlan["between"]>["step"];
    const feed = async (rows: Int32Array) => {
      fed.push(...rows);
    };
    const { result, seen } = await epoch({ between: { every: 2, step, feed } });
    expect([result.steps, seen.length, ran]).toEqual([5, 3, 2]);
    const own = seen.flatMap(({ rows }) => rows);
    expect(new Set([...own, ...fed]).size).toBe(20);
    // its own steps report 0, 1, 2 and twice that; the others a total of 10 and a norm of 7
    expect(result.report).toEqual({ total: 23 / 5, prediction: 2, gradientNorm: 14 / 5 });
    expect(inputs[HyperParameters.inputName][0]).toBeCloseTo(1.6, 6);
  });

  it("stops at a number that is not finite, and names the term to blame before the total", async () => {
    const broken = (s: number) => ({ total: Number.NaN, prediction: s < 2 ? s : Number.POSITIVE_INFINITY });
    await expect(epoch({}, broken)).rejects.toThrow(/stage1 epoch 3, step 1 of 5: total became NaN/);
    const later = (s: number) => (s < 2 ? { total: 0, prediction: 0 } : broken(s));
    await expect(epoch({}, later)).rejects.toThrow(/stage1 epoch 3, step 3 of 5: prediction became Infinity/);
  });

  it("refuses fewer rows than a batch has", async () => {
    await expect(epoch({ rows: Int32Array.of(1, 2, 3) })).rejects.toThrow("3 training rows do not fill a batch of 4");
  });

  it("stops before its first step when it is interrupted", async () => {
    await expect(epoch({ signal: AbortSignal.abort() })).rejects.toThrow(Interrupted);
  });
});
