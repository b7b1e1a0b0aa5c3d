import { describe, expect, it } from "vitest";
import { configSchema } from "../../config/schema.js";
import { mean } from "../../math/descriptive.js";
import { Rng } from "../../math/rng.js";
import { fusionTerms } from "../../models/fusion.js";
import type { PidResult } from "../../pid/types.js";
import { progressSchema } from "../progress.js";
import { resolveTraining } from "../settings.js";
import { firstProgress } from "./plan.js";
import { advanceStage1 } from "./stage1.js";

const config = configSchema.parse({
  name: "stage1",
  data: { file: "t.csv", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
});
const terms = fusionTerms(["a", "b"], config.model.fusion);

const atomsOf = (synergy: number) =>
  ({
    information: { total: synergy, byModality: { a: 0, b: 0 } },
    atoms: { unique: { a: 0, b: 0 }, redundancy: 0, synergy, partialRedundancy: 0 },
    standardErrors: null,
    flags: synergy === 0 ? ["no-information"] : [],
  }) as unknown as PidResult;

const equal = [1 / 3, 1 / 3, 1 / 3];

/** A decomposition into two unique parts, flagged where their sum is within two standard errors of 0. */
const atomsWith = ({ a, b, error }: { a: number; b: number; error: number }) =>
  ({
    information: { total: a + b, byModality: { a, b } },
    atoms: { unique: { a, b }, redundancy: 0, synergy: 0, partialRedundancy: 0 },
    standardErrors: { information: { total: error, byModality: { a: error, b: error } } },
    intervals: null,
    flags: a + b <= 2 * error ? ["no-information"] : [],
  }) as unknown as PidResult;

/** Consecutive stable epochs that end the stage. */
const patience = 5;

function epochsUntilSettled(pidAt: (epoch: number) => PidResult, maxEpochs: number) {
  let progress = firstProgress(config, terms, { tables: true, trainRows: 500 });
  for (let epoch = 1; ; epoch++) {
    const outcome = advanceStage1(progress, pidAt(epoch), terms, config.training.stage1, {
      epoch,
      maxEpochs,
      patience,
    });
    progress = outcome.progress;
    if (outcome.done) return { epoch, converged: progress.stage1.converged };
  }
}

/** The epoch that ends stage 1 when each epoch's synergy is as given, and the weights it ends with. */
function lastEpoch(synergyAt: (epoch: number) => number, maxEpochs: number) {
  let progress = firstProgress(config, terms, { tables: true, trainRows: 500 });
  for (let epoch = 1; ; epoch++) {
    const outcome = advanceStage1(progress, atomsOf(synergyAt(epoch)), terms, config.training.stage1, {
      epoch,
      maxEpochs,
      patience,
    });
    progress = outcome.progress;
    if (outcome.done) return { epoch, weights: progress.fusionWeights, converged: progress.stage1.converged };
  }
}

describe("stage 1", () => {
  it("ends after the stable epochs", () => {
    expect(lastEpoch(() => 0.5, 40)).toEqual({ epoch: 6, weights: [0, 0, 1], converged: true });
  });

  it("counts every measurement for the epochs since the one before", () => {
    const settings = { ...config.training.stage1, every: 3 };
    let progress = firstProgress(config, terms, { tables: true, trainRows: 500 });
    const stable = [3, 6, 9].map((epoch) => {
      const outcome = advanceStage1(progress, atomsOf(0.5), terms, settings, { epoch, maxEpochs: 40, patience });
      progress = outcome.progress;
      return [progress.stage1.stableEpochs, progress.stage1.weightHistory.length, outcome.done];
    });
    expect(stable).toEqual([
      [0, 1, false],
      [3, 2, false],
      [6, 2, true],
    ]);
  });

  it("waits half its epochs for information that is not there yet, and finds it", () => {
    const { epoch, weights } = lastEpoch((epoch) => (epoch < 15 ? 0 : 1), 40);
    expect(epoch).toBe(20);
    expect(weights).toEqual([0, 0, 1]);
  });

  it("asks the weights too: of a small total, small moves of atoms turn them over", () => {
    // within the tolerance of 0.01 bits, but a third of the weight changes places
    const moving = (epoch: number) => atomsWith({ a: epoch % 2 === 0 ? 0.012 : 0.004, b: 0.01, error: 0.001 });
    expect(epochsUntilSettled(moving, 40)).toEqual({ epoch: 40, converged: false });
    const still = (epoch: number) => atomsWith({ a: epoch % 2 === 0 ? 0.0102 : 0.01, b: 0.01, error: 0.001 });
    expect(epochsUntilSettled(still, 40)).toEqual({ epoch: 6, converged: true });
    // where there is more to weight by, the atoms decide as they did
    const large = (epoch: number) => atomsWith({ a: epoch % 2 === 0 ? 0.509 : 0.5, b: 0.5, error: 0.01 });
    expect(epochsUntilSettled(large, 40)).toEqual({ epoch: 6, converged: true });
  });

  it("does not take a slow drift for stability: atoms and weights are held against where they were before", () => {
    // 0.004 bits an epoch, below the tolerance of 0.01 from one epoch to the next
    const drift = (epoch: number) => 0.5 + 0.004 * epoch;
    expect(lastEpoch(drift, 40)).toEqual({ epoch: 40, weights: [0, 0, 1], converged: false });
    // weights that move by less than 0.05 an epoch, but by more in five, while atoms stay within the tolerance
    const turning = (epoch: number) => atomsWith({ a: 0.01 + 0.0008 * (epoch - 1), b: 0.01, error: 0.001 });
    expect(epochsUntilSettled(turning, 12)).toEqual({ epoch: 12, converged: false });
  });

  it("ends in its second half where there is none, with equal weights", () => {
    const { epoch, weights, converged } = lastEpoch(() => 0, 40);
    expect(epoch).toBe(25);
    expect(weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(converged).toBe(true);
  });
});

describe("the switch between equal weights and weights of atoms", () => {
  /** A total near two standard errors (0.1 bits each), half of it in `a`, as noisy epochs find it. */
  const near = (seed: number, epochs = 15) => {
    const rng = new Rng(seed);
    return Array.from({ length: epochs }, () => {
      const half = Math.max(0, 0.1 * (1 + 0.25 * rng.normal()));
      return atomsWith({ a: half, b: half, error: 0.1 });
    });
  };
  const run = (pids: readonly PidResult[], from = firstProgress(config, terms, { tables: true, trainRows: 500 })) => {
    let progress = from;
    const weights = pids.map((pid, i) => {
      const at = { epoch: from.stage1.epochs + i + 1, maxEpochs: 1000, patience };
      progress = advanceStage1(progress, pid, terms, config.training.stage1, at).progress;
      return progress.fusionWeights;
    });
    return { progress, weights };
  };

  it("turns once or less in 15 epochs near the threshold, where the flag turns eight times", () => {
    const seeds = Array.from({ length: 40 }, (_, i) => i + 1);
    const ofFlag = seeds.map((seed) => {
      const flags = near(seed).map((pid) => pid.flags.length);
      return flags.slice(1).filter((flag, i) => flag !== flags[i]).length;
    });
    const ofSwitch = seeds.map((seed) => run(near(seed)).progress.stage1.switches);
    expect(mean(ofFlag)).toBeGreaterThan(7);
    expect(mean(ofSwitch)).toBeLessThan(1);
    expect([Math.max(...ofFlag), Math.max(...ofSwitch)]).toEqual([12, 3]);
  });

  it("goes back to equal weights when the information is lost for good", () => {
    const found = atomsWith({ a: 0.375, b: 0.125, error: 0.1 });
    const fading = [0.15, 0.06, 0.03].map((half) => atomsWith({ a: half, b: half, error: 0.1 }));
    const { progress, weights } = run([found, ...fading]);
    expect(progress.stage1).toMatchObject({ uninformative: true, switches: 1 });
    expect(weights[2]).not.toEqual(equal);
    expect(weights[3]).toEqual(equal);
  });

  it("does not keep the weights of one epoch that stood out of a silent run", () => {
    const above = atomsWith({ a: 0.125, b: 0.125, error: 0.1 });
    const below = atomsWith({ a: 0.0625, b: 0.0625, error: 0.1 });
    const { progress, weights } = run([below, below, above, below, below, below, below, below]);
    const half = [0.5, 0.5, 0];
    expect(weights).toEqual([equal, equal, half, half, half, half, half, equal]);
    expect(progress.stage1).toMatchObject({ uninformative: true, switches: 2, silentEpochs: 5 });
  });

  it("never averages equal weights with those of atoms", () => {
    const found = atomsWith({ a: 0.375, b: 0.125, error: 0.1 });
    const none = atomsWith({ a: 0.01, b: 0.01, error: 0.1 });
    const { weights } = run([none, none, found, found, none]);
    expect(weights).toEqual([equal, equal, [0.75, 0.25, 0], [0.75, 0.25, 0], equal]);
  });

  it("does not count epochs before it turned as stable", () => {
    const found = atomsWith({ a: 0.101, b: 0.101, error: 0.1 });
    const none = atomsWith({ a: 0.099, b: 0.099, error: 0.1 });
    const { progress } = run([none, none, none, none, none, found]);
    expect(progress.stage1).toMatchObject({ stableEpochs: 0, converged: false, switches: 1 });
    expect(progress.stage1.weightHistory).toHaveLength(1);
  });

  it("continues from a stored state as if it had not stopped", () => {
    const pids = near(7, 30);
    const whole = run(pids);
    for (const cut of [1, 4, 9, 20]) {
      const stored = JSON.stringify(run(pids.slice(0, cut)).progress);
      const rest = run(pids.slice(cut), progressSchema.parse(JSON.parse(stored)));
      expect(rest.progress).toEqual(whole.progress);
      expect(rest.weights).toEqual(whole.weights.slice(cut));
    }
  });
});

describe("automatic settings", () => {
  it.each([
    [480, 32],
    [1000, 128],
    [5000, 256],
  ])("%d training rows: batches of %d", (rows, batchSize) => {
    expect(resolveTraining(config, { trainRows: rows, tables: true }).batchSize).toBe(batchSize);
  });

  it("weighs pairs of three modalities by the synergy that each has by itself", () => {
    const names = ["a", "b", "c"];
    const three = fusionTerms(names, config.model.fusion);
    const pair = (first: string, second: string, synergy: number) => ({ modalities: [first, second], synergy });
    const pid = {
      ...atomsOf(1),
      information: { total: 1, byModality: { a: 0, b: 0, c: 0 } },
      atoms: { ...atomsOf(1).atoms, unique: { a: 0, b: 0, c: 0 } },
      multi: { pairs: [pair("a", "b", 0.6), pair("a", "c", 0), pair("b", "c", 0.2)] },
    } as unknown as PidResult;
    const start = firstProgress(config, three, { tables: true, trainRows: 500 });
    const { record } = advanceStage1(start, pid, three, config.training.stage1, { epoch: 1, maxEpochs: 40, patience });
    expect(record.fusionWeights).toEqual([0, 0, 0, 0.75, 0, 0.25].map((weight) => expect.closeTo(weight, 12)));
  });
});
