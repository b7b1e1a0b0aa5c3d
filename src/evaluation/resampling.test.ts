import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { bootstrapInterval } from "./intervals.js";
import { errorInterval, relativeDifference, resampleErrors } from "./paired-errors.js";
import { fillCounts, resampledRows, resamplingOf, resamplingWords } from "./resampling.js";

/** The error of squared errors. */
const error = { ofMeanCost: Math.sqrt };
const rng = new Rng("groups");
const [groupCount, size] = [30, 20];
const rows = groupCount * size;
const groups = Array.from({ length: rows }, (_, i) => `subject ${i % groupCount}`);
const own = Array.from({ length: rows }, (_, i) => `row ${i}`);
/** Errors that the rows of a group share, almost. */
const shared = Array.from({ length: groupCount }, () => rng.normal());
const errors = (scale: number) => [
  Float64Array.from({ length: rows }, (_, i) => (scale * shared[i % groupCount] + 0.05 * rng.normal()) ** 2),
];
const models = [[errors(1)], [errors(1.1)]];

describe("resampling of whole groups", () => {
  it("widens the interval of an error that the rows of a group share, by about the root of their number", () => {
    const width = (given?: readonly string[]) => {
      const [first] = resampleErrors(models, {
        error,
        rng: new Rng(1),
        ...(given === undefined ? {} : { groups: given }),
      });
      const { low, high } = errorInterval(first);
      return high - low;
    };
    const ratio = width(groups) / width();
    // sqrt(20) = 4.5 for errors that are equal inside a group; 30 groups know the width to about 15 %.
    expect(ratio).toBeGreaterThan(3.5);
    expect(ratio).toBeLessThan(5.5);
  });

  it("is the resampling of rows where every group is one row, draw by draw", () => {
    const [a, b] = [undefined, own].map((given) => {
      const options = { error, rng: new Rng(2), ...(given === undefined ? {} : { groups: given }) };
      return resampleErrors(models, options);
    });
    expect(b.map(({ drawn }) => drawn)).toEqual(a.map(({ drawn }) => drawn));
    expect(relativeDifference(b[1], b[0])).toEqual(relativeDifference(a[1], a[0]));
    const values = models[0][0][0];
    const mean = (index: Int32Array) => index.reduce((sum: number, i) => sum + values[i], 0) / index.length;
    const interval = (given?: readonly string[]) =>
      bootstrapInterval(rows, mean, { rng: new Rng(3), draws: 200, ...(given === undefined ? {} : { groups: given }) });
    expect(interval(own)).toEqual(interval());
    const { low, high } = interval(groups);
    expect(high - low).toBeGreaterThan(3 * (interval().high - interval().low));
  });

  it("divides by the rows that were drawn, where groups differ in size", () => {
    const uneven = Array.from({ length: rows }, (_, i) => String(Math.floor(Math.sqrt(i))));
    const constant = [[[new Float64Array(rows).fill(4)]]];
    const [resampled] = resampleErrors(constant, { error, rng: new Rng(1), draws: 100, groups: uneven });
    expect([...resampled.drawn].every((value) => value === 2)).toBe(true);
  });

  it("draws the same rows as an index and as counts", () => {
    const many = Array.from({ length: rows }, (_, i) => `pair ${i % (rows / 2)}`);
    for (const given of [undefined, groups, many]) {
      const resampling = resamplingOf(rows, given);
      const counts = new Uint16Array(rows);
      fillCounts(resampling, new Rng(5), 3, counts);
      for (const row of resampledRows(resampling, new Rng(5), 3, new Int32Array(rows))) counts[row]--;
      expect(counts.every((count) => count === 0)).toBe(true);
    }
  });

  it("says what was drawn or left out, and where groups are few", () => {
    const words = (given?: readonly string[]) => resamplingWords(resamplingOf(given?.length ?? rows, given));
    expect(words()).toBe("bootstrap over rows");
    expect(words(groups)).toBe("jackknife over 30 whole groups");
    expect(words(own)).toBe("bootstrap over 600 whole groups");
    expect(words(["a", "a", "b", "b"])).toBe(
      "jackknife over 2 whole groups: so few that intervals are wide and may be off; 20 groups or more tell better",
    );
    expect(words(["a", "a"])).toBe(
      "bootstrap over rows, which come from 1 group: intervals say nothing of other groups, and are too narrow for them",
    );
  });

  it("counts groups of unequal size by what they tell", () => {
    // 30 rows, of which one group holds 15: 900 / (225 + 15) = 3.75 groups of equal size (Kish 1965).
    const uneven = Array.from({ length: 30 }, (_, i) => (i < 15 ? "large" : `${i}`));
    const { degrees, caution } = resamplingOf(30, uneven);
    expect(degrees).toBeCloseTo(2.75, 12);
    expect(caution).toContain(", which tell as much as 4 of equal size: so few");
  });
});
