import { beforeAll, describe, expect, it } from "vitest";
import { trainingData } from "../../../test/support/training-data.js";
import { type FedLearner, fedLearner } from "../../../test/support/training-step.js";
import { createEngine } from "../../engine/index.js";
import { Rng } from "../../math/rng.js";
import { completeRows, rowsWith, type TrainingData } from "../data.js";
import { estimateAtoms, heldoutAtoms, readoutRows } from "./atoms.js";

const rows = 240;
const lacks = (row: number) => row % 4 === 0;

function data(): TrainingData {
  const rng = new Rng("lacking");
  const table = (name: string, width: number) => {
    const values = new Float32Array(rows * width);
    rng.fillNormal(values);
    return { name, width, values };
  };
  const [first, second] = [table("first", 7), table("second", 5)];
  const target = Float32Array.from(
    { length: rows },
    (_, i) => first.values[7 * i] + second.values[5 * i] + rng.normal(),
  );
  const present = Uint8Array.from({ length: rows }, (_, i) => Number(!lacks(i)));
  return { ...trainingData([first, { ...second, present }], target), complete: present };
}

describe("atoms of a table with rows that lack a modality", () => {
  const whole = data();
  const kept = (all: Int32Array) => all.filter((row) => !lacks(row));
  const { complete: _complete, ...rest } = whole;
  const subset: TrainingData = {
    ...rest,
    trainRows: kept(whole.trainRows),
    validationRows: kept(whole.validationRows),
  };
  let fed: FedLearner;
  beforeAll(async () => {
    fed = await fedLearner(await createEngine("auto"));
  });
  const request = (given: TrainingData) => ({
    ...{ learner: fed.learner, data: given, fusionWeights: [0.3, 0.3, 0.4], heldout: given.validationRows },
  });

  it.each(["heldout", "train", "batch"] as const)("are those of the complete rows alone: %s", async (source) => {
    const atoms = (given: TrainingData) => estimateAtoms({ ...request(given), source, batchSize: 40 });
    const found = await atoms(whole);
    expect(found).toEqual(await atoms(subset));
    expect(found.n).toBe(source === "heldout" ? 60 : 120);
  });

  it("would be others with all rows", async () => {
    const { pid } = await heldoutAtoms(request({ ...rest }));
    expect(pid.n).toBe(80);
    expect(pid.information.total).not.toBe((await heldoutAtoms(request(whole))).pid.information.total);
  });

  it("have the errors of their groups, whose labels are those of the complete rows", async () => {
    const groups = Array.from({ length: rows }, (_, row) => `subject ${Math.floor(row / 24)}`);
    const [alone, grouped] = [await heldoutAtoms(request(whole)), await heldoutAtoms(request({ ...whole, groups }))];
    expect(grouped.groups).toEqual(Array.from(kept(whole.validationRows), (row) => groups[row]));
    expect(grouped.pid.information).toEqual(alone.pid.information);
    expect(grouped.pid.standardErrors?.information.total).not.toBe(alone.pid.standardErrors?.information.total);
    expect(alone.pid.flags).not.toContain("few-groups");
    expect(grouped.pid.flags).toContain("few-groups");
  });

  it("need enough complete rows", async () => {
    const few = { ...request(whole), heldout: whole.validationRows.subarray(0, 36) };
    await expect(heldoutAtoms(few)).rejects.toThrow(
      "at least 30 held-out rows that have every modality, the part has 27",
    );
  });

  it("are steered by complete rows only", () => {
    expect([...readoutRows(fed.learner, whole, new Rng(1))]).toEqual([...subset.trainRows]);
  });
});

describe("completeRows and rowsWith", () => {
  it("give back the same rows where nothing is absent", () => {
    const all = Int32Array.of(1, 2, 3);
    expect(completeRows({}, all)).toBe(all);
    expect(completeRows({ complete: Uint8Array.of(0, 1, 1, 1) }, all)).toBe(all);
    expect([...completeRows({ complete: Uint8Array.of(1, 1, 0, 1) }, all)]).toEqual([1, 3]);
    expect([...rowsWith([{}, { present: Uint8Array.of(1, 0, 1, 1) }], all)]).toEqual([2, 3]);
  });
});
