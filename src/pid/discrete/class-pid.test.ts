import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { rowGroups } from "../estimate/row-groups.js";
import { classPid } from "./class-pid.js";
import type { ClassPosteriors } from "./class-types.js";

const rows = 6000;
const density = (x: number, deviation: number) => Math.exp(-0.5 * (x / deviation) ** 2) / deviation;

/** Exact posteriors of classes seen in normal noise by each source, which are independent given the class. */
function seen(
  classes: number,
  sources: readonly { readonly at: (y: number) => number; readonly noise: number }[],
  options: { readonly n?: number; readonly seed?: number } = {},
): ClassPosteriors {
  const { n = rows, seed = 1 } = options;
  const rng = new Rng(seed);
  const labels = Int32Array.from({ length: n }, () => rng.integer(classes));
  const normalised = (values: Float64Array) => {
    for (let r = 0; r < n; r++) {
      const row = values.subarray(r * classes, (r + 1) * classes);
      const sum = row.reduce((a, b) => a + b, 0);
      row.forEach((v, y) => void row.fill(v / sum, y, y + 1));
    }
    return values;
  };
  const likelihoods = sources.map(({ at, noise }) => {
    const out = new Float64Array(n * classes);
    labels.forEach((own, r) => {
      const x = at(own) + noise * rng.normal();
      for (let y = 0; y < classes; y++) out[r * classes + y] = density(x - at(y), noise);
    });
    return out;
  });
  const joint = likelihoods.reduce((all, own) => all.map((v, i) => v * own[i]));
  return {
    names: sources.map((_, k) => `z${k + 1}`),
    classes: Array.from({ length: classes }, (_, y) => String(y)),
    ...{ labels, byModality: likelihoods.map((own) => normalised(own)), joint: normalised(joint), groups: null },
  };
}

const sign = (y: number) => 2 * y - 1;
const bit = (k: number) => (y: number) => 2 * ((y >> k) & 1) - 1;

/** Atoms that sum up, in order, and nothing above H(Y). */
function expectWhole({ information, atoms, union, classes, intervals }: ReturnType<typeof classPid>) {
  const unique = Object.values(atoms.unique);
  const sum = unique.reduce((a, b) => a + b, 0) + atoms.redundancy + atoms.partialRedundancy + atoms.synergy;
  expect(sum).toBeCloseTo(information.total, 9);
  expect(information.total - atoms.synergy).toBeCloseTo(union, 9);
  for (const amount of [...unique, atoms.redundancy, atoms.synergy]) expect(amount).toBeGreaterThanOrEqual(0);
  const entropy = classes?.entropy as number;
  for (const amount of [information.total, ...Object.values(information.byModality), union]) {
    expect(amount).toBeLessThanOrEqual(entropy + 1e-12);
  }
  expect(intervals?.upper.information.total).toBeLessThanOrEqual(entropy + 1e-12);
}

describe("atoms of classes from posteriors", () => {
  // A class of two values seen through noise 0.8 and 1.4: the second is a degraded view of the first, so that unique
  // information is I1 - I2 and 0, and the total that of both (one-dimensional quadrature).
  it("of a degraded second source", () => {
    const found = classPid(
      seen(2, [
        { at: sign, noise: 0.8 },
        { at: sign, noise: 1.4 },
      ]),
    );
    const expected = [0.295, 0.342, 0, 0.096];
    const { unique, redundancy, synergy } = found.atoms;
    // 6000 rows have an error of 0.01 bits, twelve cells lose 0.005
    [redundancy, unique.z1, unique.z2, synergy].forEach((v, i) => {
      expect(Math.abs(v - expected[i])).toBeLessThan(0.03);
    });
    expect(found.flags).toEqual([]);
    expectWhole(found);
  });

  /** Modalities that tell the same but for their noise: neither has anything unique. */
  const copies = (classes: number, n: number) =>
    seen(
      classes,
      [0, 1].map(() => ({ at: (y: number) => y, noise: 0.8 })),
      { n },
    );

  it("few rows for classes and cells do not make parts unique where posteriors are right", () => {
    const { atoms, classes } = classPid(copies(10, 600));
    expect(Math.max(atoms.unique.z1, atoms.unique.z2)).toBeLessThan(0.06);
    expect(classes?.posteriorRows.z1).toBeGreaterThan(100);
  });

  it("few rows for classes and cells are told, with a limit of what it does to the parts", () => {
    const right = copies(10, 600);
    const wrong = (own: Float64Array, k: number) => {
      const rng = new Rng(`w${k}`);
      // taken for rarer or more frequent than they are, so that mean posteriors of cells do not agree with their rows
      const weights = Array.from({ length: 10 }, () => Math.exp(0.7 * rng.normal()));
      const out = own.map((p, i) => p * weights[i % 10]);
      for (let r = 0; r < 600; r++) {
        const row = out.subarray(10 * r, 10 * r + 10);
        const sum = row.reduce((a, b) => a + b, 0);
        row.forEach((v, y) => void row.fill(v / sum, y, y + 1));
      }
      return out;
    };
    const few = classPid({ ...right, byModality: right.byModality.map(wrong) });
    expect(few.flags).toContain("few-rows-per-cell");
    expect(few.classes?.posteriorRows.z1).toBeLessThan(100);
    // What the lesser one tells should be redundant.
    const { z1, z2 } = few.atoms.unique;
    expect(few.classes?.unionExcess).toBeGreaterThan(Math.min(z1, z2));
    expect(few.classes?.unionExcess).toBeGreaterThan(0.05);
    const many = classPid(copies(2, 6000));
    expect(many.classes?.unionExcess).toBeLessThan(0.05);
    expect(many.flags).not.toContain("few-rows-per-cell");
  });

  it("of four classes of which each source sees one bit", () => {
    const found = classPid(
      seen(4, [
        { at: bit(0), noise: 0.6 },
        { at: bit(1), noise: 0.9 },
      ]),
    );
    const { unique, redundancy, synergy } = found.atoms;
    [redundancy, unique.z1, unique.z2, synergy].forEach((v, i) => {
      expect(Math.abs(v - [0, 0.824, 0.556, 0][i])).toBeLessThan(0.04);
    });
    expectWhole(found);
  });

  it("of three sources: two copies of one view, and another bit", () => {
    const given = seen(
      4,
      [
        { at: bit(0), noise: 0.6 },
        { at: bit(1), noise: 0.9 },
      ],
      { n: 6000 },
    );
    const [first, second] = given.byModality;
    const found = classPid({ ...given, names: ["a", "copy", "b"], byModality: [first, first, second] }, { cells: 5 });
    const { unique, redundancy } = found.atoms;
    // five cells per source lose 0.03 bits of the larger bit
    expect(unique.a + unique.copy).toBeLessThan(0.02);
    expect(Math.abs(unique.b - 0.556)).toBeLessThan(0.06);
    expect(Math.abs(redundancy - 0.824)).toBeLessThan(0.08);
    expect(found.classes?.sharedNotSplit).toBe(true);
    expect(found.gain.byModality).toEqual({});
    expectWhole(found);
  });

  it("swaps with the sources, and permuting rows changes nothing", () => {
    const given = seen(
      2,
      [
        { at: sign, noise: 0.8 },
        { at: sign, noise: 1.4 },
      ],
      { n: 2000 },
    );
    const own = classPid(given);
    const swapped = classPid({ ...given, names: ["z2", "z1"], byModality: [...given.byModality].reverse() });
    // the minimisation ends within 1e-4 bits
    expect(Math.abs(swapped.atoms.unique.z1 - own.atoms.unique.z1)).toBeLessThan(3e-4);
    const order = Int32Array.from(given.labels.keys()).reverse();
    const moved = (values: Float64Array) => Float64Array.from(values, (_, i) => values[2 * order[i >> 1] + (i & 1)]);
    const other = classPid({
      ...given,
      labels: given.labels.map((_, i) => given.labels[order[i]]),
      byModality: given.byModality.map(moved),
      joint: moved(given.joint),
    });
    expect(other.atoms.redundancy).toBeCloseTo(own.atoms.redundancy, 9);
  });

  it("finds nothing where posteriors are the shares", () => {
    const given = seen(
      2,
      [
        { at: () => 0, noise: 1 },
        { at: () => 0, noise: 1 },
      ],
      { n: 1000 },
    );
    const found = classPid(given);
    expect(found.flags).toContain("no-information");
    expect(found.intervals?.lower.information.total).toBe(0);
    expectWhole(found);
  });

  it("has wider errors for rows that repeat one another by group", () => {
    const given = seen(
      2,
      [
        { at: sign, noise: 0.8 },
        { at: sign, noise: 1.4 },
      ],
      { n: 300 },
    );
    const many = (values: Float64Array) =>
      Float64Array.from({ length: 10 * values.length }, (_, i) => values[2 * Math.floor(i / 20) + (i % 2)]);
    const repeated = {
      ...given,
      labels: Int32Array.from({ length: 3000 }, (_, r) => given.labels[Math.floor(r / 10)]),
      byModality: given.byModality.map(many),
      joint: many(given.joint),
    };
    const groups = rowGroups(
      Int32Array.from({ length: 3000 }, (_, r) => Math.floor(r / 10)),
      3000,
    );
    const alone = classPid(given).standardErrors?.information.total ?? 0;
    const together = classPid({ ...repeated, groups }).standardErrors?.information.total ?? 0;
    const ignored = classPid(repeated).standardErrors?.information.total ?? 0;
    expect(together / alone).toBeGreaterThan(0.9);
    expect(ignored / alone).toBeLessThan(0.5);
  });

  it("tests by shuffling, refuses groups of different sizes, and gives bootstrap and rows on request", () => {
    const given = seen(
      2,
      [
        { at: sign, noise: 0.8 },
        { at: () => 0, noise: 1 },
      ],
      { n: 600 },
    );
    const found = classPid(given, { permutations: 19, bootstrap: 20, local: true });
    expect(found.permutation?.pValues.byModality.z1).toBe(1 / 20);
    expect(found.permutation?.pValues.byModality.z2).toBeGreaterThan(1 / 20);
    expect(found.bootstrap?.bca.upper.information.total).toBeLessThanOrEqual(found.classes?.entropy as number);
    const mean = (values?: Float64Array) => (values?.reduce((a, b) => a + b, 0) ?? 0) / 600;
    expect(mean(found.local?.unique.z1)).toBeCloseTo(found.atoms.unique.z1, 9);
    expect(mean(found.local?.information.total)).toBeCloseTo(found.information.total, 9);
    const groups = rowGroups(
      Int32Array.from({ length: 600 }, (_, r) => (r < 30 ? 0 : 1 + (r % 25))),
      600,
    );
    expect(() => classPid({ ...given, groups }, { permutations: 5 })).toThrow("these groups are of different sizes");
  });

  it("takes what cutting loses neither for synergy nor for gain, and names the amounts of held-out rows", () => {
    const given = seen(
      2,
      [
        { at: sign, noise: 0.6 },
        { at: () => 0, noise: 1 },
      ],
      { n: 3000 },
    );
    const found = classPid(given, { cells: 2 });
    expect(found.classes?.quantisationLoss.z1).toBeGreaterThan(0.05);
    expect(found.information.byModality.z1).toBeCloseTo(found.classes?.heldOut.information.byModality.z1 as number, 12);
    expect(found.atoms.synergy).toBeLessThan(1e-9);
    expect(found.gain.byModality.z2).toBeLessThan(1e-9);
    expect(found.classes?.certificate).toBeLessThanOrEqual(found.union);
    expectWhole(found);
    const three = classPid({
      ...given,
      names: ["a", "b", "c"],
      byModality: [...given.byModality, given.byModality[1]],
    });
    expect(three.atoms.synergy).toBeLessThan(1e-9);
    expectWhole(three);
  });

  it("holds in its intervals what coarse cells leave open of the parts", () => {
    const given = seen(
      2,
      [
        { at: sign, noise: 0.8 },
        { at: sign, noise: 1.4 },
      ],
      { n: 6000 },
    );
    const { intervals } = classPid(given, { cells: 2 });
    const [redundancy, synergy] = [0.295, 0.096];
    expect(intervals?.lower.atoms.redundancy).toBeLessThan(redundancy);
    expect(intervals?.upper.atoms.redundancy).toBeGreaterThan(redundancy);
    expect(intervals?.lower.atoms.synergy).toBeLessThan(synergy);
    expect(intervals?.upper.atoms.synergy).toBeGreaterThan(synergy);
  });

  it("names every class of few rows", () => {
    const given = seen(
      3,
      [
        { at: sign, noise: 0.8 },
        { at: sign, noise: 1.4 },
      ],
      { n: 300 },
    );
    const labels = given.labels.map((_, r) => (r < 8 ? 1 : r < 20 ? 2 : 0));
    expect(classPid({ ...given, labels }).notes.join(" ")).toContain("Classes 1 and 2 have fewer than 20 rows each");
  });

  it("says so where the joint posterior shows less than single ones", () => {
    const given = seen(
      2,
      [
        { at: sign, noise: 0.8 },
        { at: sign, noise: 1.4 },
      ],
      { n: 2000 },
    );
    const found = classPid({ ...given, joint: given.joint.map(() => 0.5) });
    expect(found.atoms.synergy).toBe(0);
    expect(found.information.total).toBeCloseTo(found.union, 12);
    expect(found.notes.join(" ")).toContain("it did not use what the single ones use");
  });

  it("refuses one modality and five", () => {
    const given = seen(2, [{ at: sign, noise: 0.8 }], { n: 200 });
    expect(() => classPid(given)).toThrow("2 to 4 modalities, got 1");
  });
});
