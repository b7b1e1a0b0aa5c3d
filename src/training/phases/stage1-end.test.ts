import { expect, it } from "vitest";
import { configSchema } from "../../config/schema.js";
import { fusionTerms } from "../../models/fusion.js";
import type { PidResult } from "../../pid/types.js";
import { firstProgress } from "./plan.js";
import { advanceStage1 } from "./stage1.js";
import { roomOf, type Stage1End, settlingOf } from "./stage1-end.js";

const config = configSchema.parse({
  name: "end",
  data: { file: "t.csv", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
});
const terms = fusionTerms(["a", "b"], config.model.fusion);

interface Stage {
  readonly maxEpochs: number;
  readonly every: number;
  readonly patience: number;
}

/** How a stage ends whose synergy is as given in each epoch. @param byHeart epoch from which on it overfits */
function endOf({ maxEpochs, every, patience }: Stage, synergyAt: (epoch: number) => number, byHeart = Infinity) {
  let progress = firstProgress(config, terms, { tables: true, trainRows: 500 });
  for (let epoch = 1; ; epoch++) {
    const overfit = epoch >= byHeart;
    if (epoch % every > 0 && epoch < maxEpochs && !overfit) continue;
    const atoms = { unique: { a: 0, b: 0 }, redundancy: 0, synergy: synergyAt(epoch), partialRedundancy: 0 };
    const information = { total: atoms.synergy, byModality: { a: 0, b: 0 } };
    const pid = { information, atoms, standardErrors: null, flags: [] } as unknown as PidResult;
    const settings = { ...config.training.stage1, every };
    const outcome = advanceStage1(progress, pid, terms, settings, { epoch, maxEpochs, patience, overfit });
    progress = outcome.progress;
    if (!outcome.done) {
      expect(progress.stage1.ended).toBeUndefined();
      continue;
    }
    const { converged, ended, stableEpochs, epochs } = progress.stage1;
    return { converged, ended, stableEpochs, epochs, maxEpochs, every, patience };
  }
}

const still = () => 0.5;
const moving = (epoch: number) => epoch * 0.1;

it("records why it ended", () => {
  const stage = { maxEpochs: 40, every: 1, patience: 5 };
  expect(endOf(stage, still)).toMatchObject({ ended: "settled", epochs: 6 });
  expect(endOf(stage, moving)).toMatchObject({ ended: "limit", epochs: 40 });
  expect(endOf(stage, moving, 30)).toMatchObject({ ended: "overfit", epochs: 30 });
  // at its last epoch, of which more would be none
  expect(endOf(stage, moving, 40)).toMatchObject({ ended: "overfit", epochs: 40 });
  // stable in the very epoch
  expect(endOf(stage, still, 6)).toMatchObject({ ended: "settled", epochs: 6 });
});

it("has room for the stable epochs exactly where atoms that never move settle", () => {
  for (const every of [1, 2, 3, 4]) {
    for (const patience of [1, 3, 5]) {
      const fits = Array.from({ length: 16 }, (_, i) => i + 1).map((maxEpochs) => {
        const end = endOf({ maxEpochs, every, patience }, still);
        expect(roomOf(end)?.enough, JSON.stringify(end)).toBe(end.converged);
        expect(settlingOf(end)).toBe(end.converged ? "settled" : "unjudged");
        return end.converged;
      });
      expect(roomOf({ converged: false, maxEpochs: 1, every, patience })?.needed).toBe(1 + fits.indexOf(true));
    }
  }
});

it("is judged where atoms moved, or the stage ended by heart, however few epochs there were", () => {
  const fast = { maxEpochs: 6, every: 3, patience: 5 };
  expect(settlingOf(endOf(fast, still))).toBe("unjudged");
  expect(settlingOf(endOf(fast, moving))).toBe("moving");
  expect(settlingOf(endOf(fast, still, 6))).toBe("moving");
  // measured once
  expect(settlingOf(endOf({ maxEpochs: 2, every: 3, patience: 3 }, moving))).toBe("unjudged");
  expect(settlingOf(endOf({ maxEpochs: 40, every: 3, patience: 5 }, moving))).toBe("moving");
});

it("of runs that did not record it, and of ensembles", () => {
  expect(settlingOf({ converged: false })).toBe("moving");
  const ensemble: Stage1End = {
    ...{ converged: false, maxEpochs: 6, every: 3, patience: 5, stableEpochs: 3 },
    endedMembers: { settled: 0, overfit: 0, limit: 3 },
  };
  expect(settlingOf(ensemble)).toBe("unjudged");
  expect(settlingOf({ ...ensemble, stableEpochs: 0 })).toBe("moving");
  expect(settlingOf({ ...ensemble, endedMembers: { settled: 0, overfit: 1, limit: 2 } })).toBe("moving");
});
