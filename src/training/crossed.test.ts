import { describe, expect, it } from "vitest";
import { trainingData } from "../../test/support/training-data.js";
import { lossesSchema } from "../config/losses.js";
import { Rng } from "../math/rng.js";
import { type CrossedOutputs, crossedAfter, crossedFolds } from "./crossed.js";

const losses = lossesSchema.parse({});
const rows = 90;
const rng = new Rng("crossed");
const target = Float32Array.from({ length: rows }, () => rng.normal());
const modality = { name: "a", width: 1, values: new Float32Array(rows) };
const folds = crossedFolds(rows / 3, undefined, new Rng(1)) as Int32Array;
/** Outputs of five epochs. */
const epochs = Array.from({ length: 5 }, () => Float32Array.from({ length: rows / 3 }, () => rng.normal()));

function crossed(targets: Float32Array): CrossedOutputs {
  const data = { ...trainingData([modality], targets), toRaw: (p: Float32Array) => Float64Array.from(p) };
  let state: CrossedOutputs | null = null;
  for (const outputs of epochs) state = crossedAfter(state, folds, { data, losses, outputs });
  return state as CrossedOutputs;
}

const foldValues = ({ outputs }: CrossedOutputs, fold: number) =>
  Array.from(outputs).filter((_, i) => folds[i] === fold);

describe("validation rows at epochs that they had no say in", () => {
  it("are given the outputs of the epoch that the other rows judge best", () => {
    const { outputs, losses: kept } = crossed(target);
    const validation = trainingData([modality], target).validationRows;
    for (let fold = 0; fold < 5; fold++) {
      const cost = (epoch: Float32Array) => {
        const others = Array.from(epoch.keys()).filter((i) => folds[i] !== fold);
        return others.reduce((sum, i) => sum + (epoch[i] - target[validation[i]]) ** 2, 0) / others.length;
      };
      const costs = epochs.map(cost);
      const best = epochs[costs.indexOf(Math.min(...costs))];
      folds.forEach((of, i) => {
        if (of === fold) expect(outputs[i]).toBe(best[i]);
      });
      expect(kept[fold]).toBeCloseTo(Math.min(...costs), 6);
    }
  });

  it("do not change with their own true values, whatever these are, while those of others may", () => {
    const { validationRows } = trainingData([modality], target);
    let others = 0;
    for (let fold = 0; fold < 5; fold++) {
      const changed = target.slice();
      validationRows.forEach((row, i) => {
        if (folds[i] === fold) changed[row] = 50 * rng.normal();
      });
      const [before, after] = [crossed(target), crossed(changed)];
      expect(foldValues(after, fold)).toEqual(foldValues(before, fold));
      for (let other = 0; other < 5; other++) {
        others += Number(String(foldValues(after, other)) !== String(foldValues(before, other)));
      }
    }
    expect(others).toBeGreaterThan(0);
  });
});

describe("the folds", () => {
  it("are five of nearly the same size, and hold whole groups", () => {
    expect([0, 1, 2, 3, 4].map((fold) => folds.filter((of) => of === fold).length)).toEqual([6, 6, 6, 6, 6]);
    const groups = Array.from({ length: 60 }, (_, i) => `g${i % 13}`);
    const grouped = crossedFolds(60, groups, new Rng(2)) as Int32Array;
    const byGroup = new Map(groups.map((name, i) => [name, grouped[i]]));
    groups.forEach((name, i) => void expect(grouped[i]).toBe(byGroup.get(name)));
    expect(new Set(grouped).size).toBe(5);
  });

  it("are none of a single group or row", () => {
    expect(crossedFolds(9, Array(9).fill("one"), new Rng(1))).toBeNull();
    expect(crossedFolds(1, undefined, new Rng(1))).toBeNull();
    expect(crossedFolds(3, undefined, new Rng(1))).toHaveLength(3);
  });
});
