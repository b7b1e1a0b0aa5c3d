import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { siteTable } from "../../../test/support/site-table.js";
import { mean, standardDeviation } from "../../math/descriptive.js";
import { Rng } from "../../math/rng.js";
import { dealFolds, type FoldOptions } from "./folds.js";
import type { SplitSource } from "./split.js";

function source(rows: number, group?: readonly string[]): SplitSource {
  const values = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
  return { rows, rowIds: Array.from(values, (_, i) => `r${i}`), targets: [{ name: "y", values }], group };
}
const options = (more: Partial<FoldOptions> = {}): FoldOptions => ({
  folds: 4,
  validationShare: 0.2,
  stratify: 0,
  ...more,
});
const rowOf = (id: string) => Number(id.slice(1));

describe("dealFolds", () => {
  it("tests every row once, and every fold holds all rows in three disjoint parts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 200 }), fc.integer({ min: 2, max: 6 }), fc.integer(), (n, folds, seed) => {
        const splits = dealFolds(source(n), options({ folds }), new Rng(seed));
        expect(new Set(splits.flatMap(({ test }) => test)).size).toBe(n);
        for (const { train, validation, test } of splits) {
          expect(new Set([...train, ...validation, ...test]).size).toBe(n);
          expect(train.length + validation.length + test.length).toBe(n);
          expect(Math.abs(test.length - n / folds)).toBeLessThan(1);
          expect(Math.abs(validation.length - 0.2 * (n - test.length))).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("deals some of the rows, and leaves the others out of every fold", () => {
    const group = Array.from({ length: 40 }, (_, i) => `g${i % 10}`);
    const among = Int32Array.from({ length: 32 }, (_, i) => i);
    const splits = dealFolds(source(40, group), options({ among }), new Rng(3));
    expect(new Set(splits.flatMap(({ test }) => test))).toEqual(new Set(Array.from(among, (row) => `r${row}`)));
    for (const { train, validation, test, leftOut } of splits) {
      expect(leftOut).toEqual(["r32", "r33", "r34", "r35", "r36", "r37", "r38", "r39"]);
      expect(train.length + validation.length + test.length).toBe(32);
      const tested = new Set(test.map((id) => group[rowOf(id)]));
      expect([...train, ...validation].some((id) => tested.has(group[rowOf(id)]))).toBe(false);
    }
    const all = Int32Array.from({ length: 40 }, (_, i) => i);
    const whole = dealFolds(source(40), options(), new Rng(3));
    expect(dealFolds(source(40), options({ among: all }), new Rng(3))).toEqual(
      whole.map((split) => ({ ...split, leftOut: [] })),
    );
  });

  it("is another deal for another stream only", () => {
    const deal = (seed: number) => dealFolds(source(40), options(), new Rng(seed));
    expect(deal(1)).toEqual(deal(1));
    expect(deal(1)).not.toEqual(deal(2));
  });

  it("keeps groups whole at both borders, and outer groups at the test border", () => {
    const site = Array.from({ length: 120 }, (_, i) => `site${i % 6}`);
    const subject = Array.from({ length: 120 }, (_, i) => `sub${i % 30}`); // 30 is a multiple of 6: inside a site
    const splits = dealFolds(source(120, subject), options({ folds: 3, outerGroup: site }), new Rng(1));
    for (const { train, validation, test } of splits) {
      const of = (ids: readonly string[], names: readonly string[]) => new Set(ids.map((id) => names[rowOf(id)]));
      expect([...of(test, site)].filter((name) => of([...train, ...validation], site).has(name))).toEqual([]);
      expect([...of(train, subject)].filter((name) => of(validation, subject).has(name))).toEqual([]);
      expect(of(test, site).size).toBe(2);
    }
  });

  it("balances the target over folds of whole sites and over the validation parts inside them", () => {
    for (const seed of [1, 2, 3]) {
      const { site, age } = siteTable(seed);
      const rowIds = site.map((_, i) => `r${i}`);
      const data = { rows: site.length, rowIds, targets: [{ name: "age", values: age }], group: site };
      const years = (ids: readonly string[]) => Float64Array.from(ids, (id) => age[rowOf(id)]);
      for (const { train, validation, test } of dealFolds(data, options({ folds: 4 }), new Rng(seed))) {
        for (const part of [train, validation, test]) {
          expect(Math.abs(mean(years(part)) - mean(age)) / standardDeviation(age)).toBeLessThan(0.4);
          expect(standardDeviation(years(part)) / standardDeviation(age)).toBeGreaterThan(0.65);
          expect(new Set(part.map((id) => site[rowOf(id)])).size).toBeGreaterThanOrEqual(3);
        }
        expect(Math.abs(test.length - 225)).toBeLessThan(45);
      }
    }
  });

  it("stratified folds hold the same share of every part of the target", () => {
    const data = source(200);
    const high = (ids: readonly string[]) => ids.filter((id) => data.targets[0].values[rowOf(id)] > 0.5).length;
    const all = high(data.rowIds);
    for (const { test } of dealFolds(data, options({ stratify: 10 }), new Rng(3))) {
      expect(Math.abs(high(test) - all / 4)).toBeLessThanOrEqual(1);
    }
  });

  it("refuses what cannot be dealt", () => {
    const deal = (n: number, more: Partial<FoldOptions>, group?: string[]) => () =>
      dealFolds(source(n, group), options(more), new Rng(1));
    expect(deal(10, { folds: 1 })).toThrow("--folds 1: expected a whole number, at least 2");
    expect(deal(3, {})).toThrow("3 rows cannot fill 4 folds");
    const site = Array.from({ length: 30 }, (_, i) => `site${i % 3}`);
    expect(deal(30, { outerGroup: site })).toThrow("3 groups cannot fill 4 folds");
    const subject = Array.from({ length: 30 }, (_, i) => `sub${i % 2}`);
    expect(deal(30, { folds: 2, outerGroup: site }, subject)).toThrow('group "sub0" of data.group has rows in "site0"');
  });
});
