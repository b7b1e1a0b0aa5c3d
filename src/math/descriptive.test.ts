import { describe, expect, it } from "vitest";
import { averageRanks, correlation, mean, median, quantile, standardDeviation, variance } from "./descriptive.js";

describe("descriptive statistics", () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];

  it("as numpy 1.24 (mean, var, percentile type linear) and scipy.stats.rankdata", () => {
    expect(mean(values)).toBe(3.875);
    expect(variance(values)).toBeCloseTo(7.553571428571429, 14);
    expect(variance(values, 0)).toBeCloseTo(6.609375, 14);
    expect(standardDeviation(values)).toBeCloseTo(2.7483761439387138, 14);
    expect(median(values)).toBe(3.5);
    expect(quantile(values, 0.1)).toBe(1);
    expect(quantile(values, 0.9)).toBeCloseTo(6.9, 14);
    expect([...averageRanks(values)]).toEqual([4, 1.5, 5, 1.5, 6, 8, 3, 7]);
  });

  it("keeps its digits beside a large offset", () => {
    const shifted = values.map((v) => v + 1e9);
    expect(variance(shifted)).toBeCloseTo(7.553571428571429, 12);
  });

  it("correlation: numpy corrcoef, sign, constant, length", () => {
    const other = [2, 7, 1, 8, 2, 8, 1, 8];
    expect(correlation(values, other)).toBeCloseTo(0.20965531907301216, 14);
    expect(
      correlation(
        values,
        values.map((v) => -v),
      ),
    ).toBeCloseTo(-1, 14);
    expect(
      correlation(
        values,
        values.map(() => 1),
      ),
    ).toBeNaN();
    expect(() => correlation([1], [1, 2])).toThrow("lengths differ, 1 and 2");
  });

  it("says NaN where there is nothing to say", () => {
    expect(mean([])).toBeNaN();
    expect(variance([1])).toBeNaN();
    expect(median([])).toBeNaN();
  });
});
