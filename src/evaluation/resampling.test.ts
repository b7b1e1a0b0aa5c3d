import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { bootstrapInterval } from "./intervals.js";
import { errorInterval, relativeDifference, resampleErrors } from "./paired-errors.js";
import { drawCounts, drawIndex, resamplingOf } from "./resampling.js";

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
    // sqrt(20) = 4.5 for errors that are equal inside a group; a bootstrap of 30 groups knows its width to about 15 %.
    expect(ratio).toBeGreaterThan(3.5);
    expect(ratio).toBeLessThan(5.5);
  });

  it("is the resampling of rows where every group is one row, draw by draw", () => {
    const [a, b] = [undefined, own].map((given) => {
      const options = { error, rng: new Rng(2), ...(given === undefined ? {} : { groups: given }) };
      return resampleErrors(models, options);
    });
    expect(b).toEqual(a);
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
    const resampling = resamplingOf(rows, groups);
    const counts = new Uint16Array(rows);
    drawCounts(resampling, new Rng(5), counts);
    for (const row of drawIndex(resampling, new Rng(5), new Int32Array(rows))) counts[row]--;
    expect(counts.every((count) => count === 0)).toBe(true);
  });

  it("says what was drawn, and draws rows where groups are too few", () => {
    expect(resamplingOf(rows).text).toBe("over rows");
    expect(resamplingOf(rows, groups).text).toBe("over 30 whole groups");
    const few = resamplingOf(4, ["a", "a", "b", "b"]);
    expect(few).toMatchObject({ units: null, count: 4 });
    expect(few.text + few.caution).toContain("over rows, which come from 2 groups: too few to draw from");
  });
});
