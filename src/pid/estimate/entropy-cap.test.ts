import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import type { PidResult, PidValues } from "../types.js";
import { cutValues } from "./entropy-cap.js";
import { gaussianPidFromData } from "./gaussian-pid-from-data.js";
import { pidFromResiduals } from "./residual-pid.js";
import { entropyOfTies } from "./target-entropy.js";

const n = 600;
const rng = new Rng(4);
const normals = () => Float64Array.from({ length: n }, () => rng.normal());
const fair = Float64Array.from({ length: n }, (_, r) => r % 2);
const near = (spread: number) => fair.map((y) => y + spread * rng.normal());

/** Every amount that a reader could take for an information, with its place. */
function amounts(value: unknown, path = ""): [string, number][] {
  if (typeof value === "number") return [[path, value]];
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => amounts(part, `${path}/${key}`));
}

const isAmount = /\/(information|atoms|union|unique|redundancy|synergy|leaveOneOut|uniqueStrict|shapley|gain|without)/;
const isError = /standardErrors|cond|residual|share$/;

function expectWithin(result: PidResult, bits: number) {
  for (const [path, value] of amounts(result)) {
    if (isAmount.test(path) && !isError.test(path)) expect([path, value <= bits + 1e-9]).toEqual([path, true]);
  }
  const { unique, redundancy, partialRedundancy, synergy } = result.atoms;
  const sum = Object.values(unique).reduce((a, b) => a + b, 0) + redundancy + partialRedundancy + synergy;
  expect(sum).toBeCloseTo(result.information.total, 9);
}

const y = { name: "y", columns: [fair] };
const clear = { name: "a", columns: [near(0.1)] };
const dim = { name: "b", columns: [near(1)] };

describe("nothing is more than the entropy of a target with ties", () => {
  it("of a target of two values that one modality nearly determines", () => {
    const found = gaussianPidFromData(y, [clear, dim], { bootstrap: 20, local: true });
    expect(found.flags).toContain("above-entropy");
    expect(found.targetEntropy).toEqual({ bits: 1, values: 2 });
    expect(found.information.total).toBe(1);
    expect(found.information.byModality.a).toBe(1);
    expect(found.information.byModality.b).toBeLessThan(0.3);
    expect(found.atoms.unique.b).toBe(0);
    expect(found.atoms.unique.a + found.atoms.redundancy).toBeCloseTo(1, 12);
    expect(found.intervals?.lower.information.total).toBe(0);
    expect(found.intervals?.upper.information.total).toBe(1);
    expectWithin(found, 1);
    const mean = (values?: Float64Array) => (values?.reduce((a, b) => a + b, 0) ?? 0) / n;
    expect(mean(found.local?.information.total)).toBeCloseTo(1, 6);
    expect(mean(found.local?.unique.a)).toBeCloseTo(found.atoms.unique.a, 6);
  });

  it("of one that is determined exactly, where the reading is infinite", () => {
    for (const sources of [
      [{ name: "a", columns: [fair] }, dim],
      [{ name: "a", columns: [fair] }, { name: "c", columns: [fair] }, dim],
    ]) {
      const found = gaussianPidFromData(y, sources, {});
      expect(found.flags).toEqual(expect.arrayContaining(["saturated", "above-entropy"]));
      expect(found.information.total).toBe(1);
      expectWithin(found, 1);
    }
  });

  it("of several targets, jointly", () => {
    const other = Float64Array.from({ length: n }, (_, r) => Math.floor(r / 2) % 2);
    const both = { name: "y", columns: [fair, other] };
    const seesOther = { name: "c", columns: [other.map((v) => v + 0.05 * rng.normal())] };
    const found = gaussianPidFromData(both, [clear, seesOther], {});
    expect(found.targetEntropy).toEqual({ bits: 2, values: 4 });
    expect(found.information.total).toBe(2);
    expect(found.flags).toContain("above-entropy");
    expectWithin(found, 2);
  });

  it("of three modalities, with their pairs and shares", () => {
    const noise = { name: "c", columns: [normals()] };
    const found = gaussianPidFromData(y, [clear, dim, noise], {});
    expectWithin(found, 1);
    const shapley = Object.values(found.multi?.shapley ?? {}).reduce((a, b) => a + b, 0);
    expect(shapley).toBeCloseTo(1, 9);
  });

  it("of ranks taken for normal scores, and of held-out residuals", () => {
    const scores = gaussianPidFromData(y, [clear, dim], { transform: "inverse-normal" });
    expect(scores.information.total).toBe(1);
    const left = (column: Float64Array) => fair.map((v, r) => v - column[r]);
    const residuals = [left(clear.columns[0]), left(dim.columns[0]).map((e) => 0.45 * e)];
    const found = pidFromResiduals({ names: ["a", "b"], target: fair, residuals, jointResiduals: residuals[0] });
    expect(found.flags).toContain("above-entropy");
    expect(found.information.total).toBe(1);
    expectWithin(found, 1);
  });

  it("leaves alone what has no ties, and values below it", () => {
    const smooth = gaussianPidFromData({ name: "y", columns: [normals()] }, [clear, dim], {});
    expect(smooth.targetEntropy).toBeUndefined();
    expect(smooth.flags).not.toContain("above-entropy");
    const weak = gaussianPidFromData(y, [dim, { name: "c", columns: [normals()] }], {});
    expect(weak.flags).not.toContain("above-entropy");
    expect(weak.targetEntropy).toEqual({ bits: 1, values: 2 });
  });
});

describe("cut amounts", () => {
  const values = (total: number, a: number, b: number, union: number): PidValues => ({
    information: { total, byModality: { a, b } },
    atoms: {
      unique: { a: union - b, b: union - a },
      ...{ redundancy: a + b - union, synergy: total - union, partialRedundancy: 0 },
    },
    union,
  });
  it.each([
    { was: values(3, 0.4, 0.3, 0.5), expected: values(1, 0.4, 0.3, 0.5) },
    { was: values(3, 0.8, 0.7, 1.4), expected: values(1, 0.8, 0.7, 1) },
    { was: values(3, 2, 0.3, 2), expected: values(1, 1, 0.3, 1) },
    { was: values(3, 2, 1.5, 2.5), expected: values(1, 1, 1, 1) },
    { was: values(0.9, 0.4, 0.3, 0.5), expected: values(0.9, 0.4, 0.3, 0.5) },
  ])("keep singles <= union <= total and no part below 0", ({ was, expected }) => {
    const cut = cutValues(was, 1);
    const flat = (v: PidValues) => amounts(v).map(([, value]) => value);
    flat(cut).forEach((v, i) => void expect(v).toBeCloseTo(flat(expected)[i], 12));
  });
});

describe("ties of a target", () => {
  const repeat = (value: number, times: number) => new Array<number>(times).fill(value);
  it.each([
    { name: "two values", column: [0, 0, 1, 1], values: 2 },
    { name: "one rare value of two", column: [...repeat(0, 99), 1], values: 2 },
    { name: "ages in years", column: Array.from({ length: 200 }, (_, r) => 20 + ((r * r) % 61)), values: 31 },
    { name: "all different", column: Array.from({ length: 50 }, (_, r) => r), values: null },
    {
      name: "a limit of detection",
      column: [...repeat(0, 60), ...Array.from({ length: 40 }, (_, r) => r + 0.5)],
      values: null,
    },
  ])("$name", ({ column, values }) => {
    expect(entropyOfTies([column])?.values ?? null).toBe(values);
  });

  it("are of combinations where targets are several", () => {
    const unlike = Array.from({ length: n }, (_, r) => r);
    expect(entropyOfTies([fair, unlike])).toBeNull();
    expect(
      entropyOfTies([
        [0, 0, 1, Number.NaN],
        [0, 1, 1, 1],
      ])?.values,
    ).toBe(3);
  });
});
