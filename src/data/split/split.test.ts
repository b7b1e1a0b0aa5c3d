import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitSchema } from "../../config/split.js";
import { Rng } from "../../math/rng.js";
import { makeSplit, restoreSplit, type Split, type SplitSource } from "./split.js";

function source(rows: number, extra: Partial<SplitSource> = {}): SplitSource {
  const values = new Float64Array(rows);
  new Rng("y").fillNormal(values);
  const rowIds = Array.from({ length: rows }, (_, i) => `r${i}`);
  return { rows, rowIds, targets: [{ name: "y", values }], ...extra };
}
const sizes = (split: Split) => [split.train.length, split.validation.length, split.test.length];
const config = (extra = {}) => splitSchema.parse(extra);

/** Shares that sum to 1. */
const shares = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 8 }))
  .map(([a, b, c]) => {
    const sum = a + b + c;
    return { train: 1 - b / sum - c / sum, validation: b / sum, test: c / sum };
  });

function expectPartition(split: Split, rows: number): void {
  const all = [...split.train, ...split.validation, ...split.test].sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: rows }, (_, i) => i));
  expect([...split.train]).toEqual([...split.train].sort((a, b) => a - b));
  expect(split.rowIds.test).toEqual(Array.from(split.test, (row) => `r${row}`));
}

describe("makeSplit", () => {
  it("parts are disjoint and cover every row, in the wanted shares", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 300 }),
        shares,
        fc.integer(),
        fc.constantFrom(0, 2, 5),
        (n, s, seed, bins) => {
          const split = makeSplit(source(n), config({ ...s, stratify: bins }), new Rng(seed));
          expectPartition(split, n);
          expect(split.train.length).toBeGreaterThan(0);
          expect(split.validation.length).toBeGreaterThan(0);
          expect(split.test.length > 0).toBe(s.test > 0);
          expect(Math.abs(split.test.length - n * s.test)).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it("groups never straddle and no part is empty", () => {
    const groups = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 20, maxLength: 120 });
    fc.assert(
      fc.property(groups, shares, fc.integer(), (labels, s, seed) => {
        const group = labels.map((label, i) => `g${i < 10 ? i : label}`);
        const split = makeSplit(source(group.length, { group }), config({ ...s, by: "group" }), new Rng(seed));
        expectPartition(split, group.length);
        const parts = [split.train, split.validation, split.test].map(
          (rows) => new Set(Array.from(rows, (r) => group[r])),
        );
        expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(new Set(group).size);
        expect(parts.every((part, p) => part.size > 0 || (p === 2 && s.test === 0))).toBe(true);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("balances groups to the shares, also with by: random and a group column", () => {
    const group = Array.from({ length: 2000 }, (_, i) => `g${Math.floor(i ** 0.6)}`);
    const split = makeSplit(source(2000, { group }), config(), new Rng(3));
    const [train, validation, test] = sizes(split);
    expect(Math.abs(train - 1400)).toBeLessThan(40);
    expect(Math.abs(validation - 200)).toBeLessThan(40);
    expect(Math.abs(test - 400)).toBeLessThan(40);
  });

  it("stratified parts hold equal shares of every target quantile", () => {
    const data = source(1000);
    const split = makeSplit(data, config({ stratify: 10 }), new Rng(1));
    const order = Array.from(data.targets[0].values.keys()).sort(
      (a, b) => data.targets[0].values[a] - data.targets[0].values[b],
    );
    const bin = new Map(order.map((row, rank) => [row, Math.floor(rank / 100)]));
    for (let b = 0; b < 10; b++) {
      expect(split.train.filter((row) => bin.get(row) === b).length).toBeGreaterThanOrEqual(69);
      expect(split.validation.filter((row) => bin.get(row) === b).length).toBeGreaterThanOrEqual(9);
    }
  });

  it("depends on the seed and on nothing else", () => {
    const split = (seed: number, extra = {}) => makeSplit(source(100), config(extra), new Rng(seed)).rowIds;
    expect(split(1)).toEqual(split(1));
    expect(split(1)).not.toEqual(split(2));
    expect(split(1, { seed: 9 })).toEqual(split(2, { seed: 9 }));
  });

  it("of rows is the one that earlier versions dealt", () => {
    const hash = (extra: object) => {
      const { rowIds } = makeSplit(source(400), config(extra), new Rng(1));
      return createHash("sha256").update(JSON.stringify(rowIds)).digest("hex").slice(0, 16);
    };
    expect(hash({})).toBe("fb4e6f3ce93e19d7");
    expect(hash({ stratify: 5 })).toBe("e1be90bc2f577d21");
  });

  it("gives no group to a part without a share, and balances the others", () => {
    const group = Array.from({ length: 120 }, (_, i) => `g${i % 12}`);
    const values = Float64Array.from(group, (name, i) => Number(name.slice(1)) + (i % 5) / 10);
    const data = source(120, { group, targets: [{ name: "y", values }] });
    const split = makeSplit(data, config({ train: 0.5, validation: 0.5, test: 0 }), new Rng(1));
    expect(sizes(split)).toEqual([60, 60, 0]);
    const means = [split.train, split.validation].map((rows) => rows.reduce((sum, row) => sum + values[row], 0) / 60);
    expect(Math.abs(means[0] - means[1])).toBeLessThan(0.7);
  });

  it("reads a split column", () => {
    const by = config({ by: "column", column: "fold" });
    const split = (labels: string[], extra = {}) =>
      makeSplit(source(labels.length, { splitLabels: labels, ...extra }), by, new Rng(1));
    expect(sizes(split(["train", " Test ", "validation", "train"]))).toEqual([2, 1, 1]);
    expect(() => split(["train", "valid"])).toThrow(/row "r1" says "valid"; expected train, validation or test/);
    expect(() => split(["train", "test"])).toThrow(/no row says validation/);
    const group = ["a", "b", "a"];
    expect(() => split(["train", "validation", "test"], { group })).toThrow(/group "a" is in both train and test/);
  });

  it("refuses too few rows or groups", () => {
    expect(() => makeSplit(source(2), config(), new Rng(1))).toThrow(/2 rows cannot fill 3 parts/);
    const group = ["a", "b", "a", "b"];
    expect(() => makeSplit(source(4, { group }), config(), new Rng(1))).toThrow(/2 groups cannot fill 3 parts/);
  });
});

describe("restoreSplit", () => {
  it("finds the rows again and refuses another table", () => {
    const data = source(50);
    const split = makeSplit(data, config(), new Rng(1));
    const saved = JSON.parse(JSON.stringify(split.rowIds));
    expect(restoreSplit(data, saved)).toEqual(split);
    expect(() => restoreSplit(source(51), saved)).toThrow(/1 rows of the table \(first "r50"\) are in no part/);
    expect(() => restoreSplit(source(49), saved)).toThrow(/row "r49" is not in the table/);
  });
});

describe("a split by file", () => {
  const saved = { train: ["r4", "r0", "r2"], validation: ["r1"], test: ["r3"] };
  const byFile = config({ by: "file", file: "split.json" });

  it("takes the rows that the file names, in the order of the table", () => {
    const split = makeSplit(source(5, { savedSplit: saved }), byFile, new Rng(1));
    expectPartition(split, 5);
    expect([...split.train]).toEqual([0, 2, 4]);
    expect(split.rowIds).toEqual({ train: ["r0", "r2", "r4"], validation: ["r1"], test: ["r3"] });
  });

  it("refuses groups that straddle, parts that are empty and ids that are unknown", () => {
    const split = (savedSplit: typeof saved, group?: string[]) => () =>
      makeSplit(source(5, { savedSplit, group }), byFile, new Rng(1));
    expect(split(saved, ["a", "a", "b", "b", "b"])).toThrow(
      'data.split.file: group "a" is in both train and validation',
    );
    expect(split({ ...saved, train: [], validation: [...saved.train, "r1"] })).toThrow("names no row for train");
    expect(split({ ...saved, test: ["r9"] })).toThrow('row "r9" is not in the table');
  });
});
