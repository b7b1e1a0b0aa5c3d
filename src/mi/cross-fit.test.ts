import { describe, expect, it } from "vitest";
import { rowGroups } from "../pid/estimate/row-groups.js";
import { type CrossFitFold, crossFit, crossFitFolds } from "./cross-fit.js";

const every = (folds: readonly CrossFitFold[]) => folds.flatMap(({ scored }) => [...scored]).sort((a, b) => a - b);

describe("folds", () => {
  it("score every row once and share no row between fitting, choosing and scoring", () => {
    const folds = crossFitFolds(103);
    expect(folds).toHaveLength(5);
    expect(every(folds)).toEqual(Array.from({ length: 103 }, (_, i) => i));
    for (const { train, validation, scored } of folds) {
      expect(new Set([...train, ...validation, ...scored]).size).toBe(103);
      expect(Math.abs(scored.length - 103 / 5)).toBeLessThan(1);
      expect(Math.abs(validation.length - (103 - scored.length) / 5)).toBeLessThanOrEqual(1);
    }
  });

  it("depend on the seed alone", () => {
    const rows = (seed: number) => crossFitFolds(60, { seed }).map(({ train }) => [...train]);
    expect(rows(3)).toEqual(rows(3));
    expect(rows(3)).not.toEqual(rows(4));
  });

  it("tear no group apart, and are about equal though groups are not", () => {
    const labels = Array.from({ length: 400 }, (_, i) => Math.floor(Math.sqrt(i)));
    const groups = rowGroups(labels, 400);
    const folds = crossFitFolds(400, { groups });
    expect(every(folds)).toHaveLength(400);
    for (const { train, validation, scored } of folds) {
      const of = (rows: Int32Array) => new Set(Array.from(rows, (r) => labels[r]));
      const [a, b, c] = [of(train), of(validation), of(scored)];
      expect(new Set([...a, ...b, ...c]).size).toBe(a.size + b.size + c.size);
      expect(Math.abs(scored.length - 80)).toBeLessThan(20);
      expect(validation.length).toBeGreaterThan(30);
    }
  });

  it("are as many as the groups where these are fewer, and refuse two", () => {
    const of = (count: number) =>
      rowGroups(
        Array.from({ length: 90 }, (_, i) => i % count),
        90,
      );
    const folds = crossFitFolds(90, { groups: of(3) });
    expect(folds).toHaveLength(3);
    for (const { train, validation } of folds) expect([train.length, validation.length]).toEqual([30, 30]);
    expect(() => crossFitFolds(90, { groups: of(2) })).toThrow("2 groups cannot be fitted, checked and scored apart");
    expect(() => crossFitFolds(10)).toThrow("10 rows are too few for 5 folds");
    expect(() => crossFitFolds(100, { folds: 1 })).toThrow("at least 2, got 1");
  });

  it("hold strata in equal shares", () => {
    const strata = Array.from({ length: 200 }, (_, i) => (i < 20 ? 1 : 0));
    for (const { train, validation, scored } of crossFitFolds(200, { strata })) {
      const rare = (rows: Int32Array) => rows.reduce((sum, r) => sum + strata[r], 0);
      expect(rare(scored)).toBe(4);
      expect(rare(validation)).toBeGreaterThanOrEqual(3);
      expect(rare(train)).toBeLessThanOrEqual(13);
    }
  });
});

describe("cross-fitting", () => {
  it("puts the scores of each fold where its rows stand, of any width", async () => {
    const folds = crossFitFolds(50);
    const { row, pair } = await crossFit(folds, async ({ scored }) => ({
      row: Float64Array.from(scored),
      pair: Float64Array.from({ length: 2 * scored.length }, (_, i) => scored[i >> 1] + (i % 2) / 2),
    }));
    expect([...row]).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect([...pair]).toEqual(Array.from({ length: 100 }, (_, i) => i / 2));
  });

  it("refuses another number of scores", async () => {
    const short = crossFit(crossFitFolds(50), async () => ({ row: new Float64Array(3) }));
    await expect(short).rejects.toThrow('"row" of fold 0: 3 scores of 10 rows');
  });

  it("finds nothing by heart: a fit that remembers its rows scores as chance", async () => {
    const folds = crossFitFolds(60);
    const { known } = await crossFit(folds, async ({ train, validation, scored }) => {
      const seen = new Set([...train, ...validation]);
      return { known: Float64Array.from(scored, (r) => Number(seen.has(r))) };
    });
    expect(known.reduce((a, b) => a + b, 0)).toBe(0);
  });
});
