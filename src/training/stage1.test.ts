import { describe, expect, it } from "vitest";
import { configSchema } from "../config/schema.js";
import { fusionTerms } from "../models/fusion.js";
import type { PidResult } from "../pid/types.js";
import { firstProgress } from "./phases.js";
import { resolveTraining } from "./settings.js";
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
    flags: synergy === 0 ? ["no-information"] : [],
  }) as unknown as PidResult;

/** The epoch that ends stage 1 when each epoch's synergy is as given, and the weights it ends with. */
function lastEpoch(synergyAt: (epoch: number) => number, maxEpochs: number) {
  let progress = firstProgress(config, terms);
  for (let epoch = 1; ; epoch++) {
    const outcome = advanceStage1(progress, atomsOf(synergyAt(epoch)), terms, config.training.stage1, {
      epoch,
      maxEpochs,
    });
    progress = outcome.progress;
    if (outcome.done) return { epoch, weights: progress.fusionWeights, converged: progress.stage1.converged };
  }
}

describe("stage 1", () => {
  it("ends after the stable epochs", () => {
    expect(lastEpoch(() => 0.5, 40)).toEqual({ epoch: 6, weights: [0, 0, 1], converged: true });
  });

  it("waits half its epochs for information that is not there yet, and finds it", () => {
    const { epoch, weights } = lastEpoch((epoch) => (epoch < 15 ? 0 : 1), 40);
    expect(epoch).toBe(20);
    expect(weights).toEqual([0, 0, 1]);
  });

  it("ends in its second half where there is none, with equal weights", () => {
    const { epoch, weights, converged } = lastEpoch(() => 0, 40);
    expect(epoch).toBe(25);
    expect(weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(converged).toBe(true);
  });
});

describe("automatic settings", () => {
  it.each([
    [480, 32],
    [1000, 128],
    [5000, 256],
  ])("%d training rows: batches of %d", (rows, batchSize) => {
    expect(resolveTraining(config, rows).batchSize).toBe(batchSize);
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
    const start = firstProgress(config, three);
    const { record } = advanceStage1(start, pid, three, config.training.stage1, { epoch: 1, maxEpochs: 40 });
    expect(record.fusionWeights).toEqual([0, 0, 0, 0.75, 0, 0.25].map((weight) => expect.closeTo(weight, 12)));
  });
});
