import { describe, expect, it } from "vitest";
import { InputError } from "../errors.js";
import { Rng } from "../math/rng.js";
import { conformalHalfWidth, coverage, coverageRange, sortedAbsoluteResiduals } from "./conformal.js";

describe("split-conformal intervals", () => {
  it("order residuals by size, whatever their sign", () => {
    expect(sortedAbsoluteResiduals([1, 2, 3, 10], [4, 2, 1, 11])).toEqual([0, 1, 2, 3]);
  });

  it("are as wide as the ceil((n + 1) level)-th smallest residual", () => {
    const residuals = [1, 2, 3, 4, 5, 6, 7, 8, 9]; // n + 1 = 10
    expect([0.1, 0.11, 0.5, 0.51, 0.9].map((level) => conformalHalfWidth(residuals, level))).toEqual([1, 2, 5, 6, 9]);
  });

  it("have no end where there are too few residuals for the level", () => {
    expect(conformalHalfWidth([1, 2, 3, 4, 5, 6, 7, 8, 9], 0.91)).toBe(Number.POSITIVE_INFINITY);
    expect(conformalHalfWidth([], 0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([0, 1, -0.5, 2, Number.NaN])("refuse level %d", (level) => {
    expect(() => conformalHalfWidth([1], level)).toThrow(InputError);
    expect(() => conformalHalfWidth([1], level)).toThrow(`expected a number between 0 and 1, got ${level}`);
  });

  it("hold the share of rows that they promise, ends included", () => {
    expect(coverage([0, 1, 2, 3], [1, 1, 1, 1], 1)).toBe(0.75);
    const rng = new Rng("conformal");
    const draw = (n: number) => Float64Array.from({ length: n }, () => rng.normal() ** 3);
    const zeros = (n: number) => new Float64Array(n);
    // the mean over calibration parts is k / (n + 1) exactly: of 49 rows and level 0.8 that is 40 / 50
    const parts = Array.from({ length: 200 }, () => {
      const half = conformalHalfWidth(sortedAbsoluteResiduals(draw(49), zeros(49)), 0.8);
      return coverage(draw(200), zeros(200), half);
    });
    // standard error of the mean: 0.063 / sqrt(200)
    expect(Math.abs(parts.reduce((a, b) => a + b) / 200 - 0.8)).toBeLessThan(0.015);
  });

  it("hold of new rows what the Beta law of their number says", () => {
    // scipy.stats.beta(91, 10).ppf and beta(451, 50).ppf
    const [few, many] = [coverageRange(100, 0.9), coverageRange(500, 0.9)];
    expect(few?.low).toBeCloseTo(0.83602, 4);
    expect(few?.high).toBeCloseTo(0.951, 4);
    expect(many?.low).toBeCloseTo(0.87251, 4);
    expect(many?.high).toBeCloseTo(0.92486, 4);
    expect(coverageRange(8, 0.9)).toBeNull();
  });
});
