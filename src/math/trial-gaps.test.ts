import { describe, expect, it } from "vitest";
import { TrialGaps } from "./trial-gaps.js";

describe("gaps between successes", () => {
  it.each([0.001, 0.01, 0.05, 0.2, 0.7, 1])("of rate %d are the inverse of the geometric distribution", (rate) => {
    const gaps = new TrialGaps(rate);
    const atMost = (gap: number) => (gap < 0 ? 0 : 2 ** 32 * (1 - (1 - rate) ** (gap + 1)));
    for (let i = 0; i <= 4000; i++) {
      const bits = Math.min(Math.round((i / 4000) * 2 ** 32), 2 ** 32 - 1);
      const gap = gaps.at(bits);
      expect(bits).toBeGreaterThanOrEqual(Math.floor(atMost(gap - 1) - 1e-4)); // powers differ in their last bits
      if (gap < Math.log(2 ** -32) / Math.log(1 - rate) - 2) expect(bits).toBeLessThan(atMost(gap) + 1e-4);
    }
  });

  it("of rate 0.5: half of all bits give 0, a quarter 1, an eighth 2", () => {
    const gaps = new TrialGaps(0.5);
    expect([0, 2 ** 31 - 1, 2 ** 31, 3 * 2 ** 30 - 1, 3 * 2 ** 30].map((bits) => gaps.at(bits))).toEqual([
      0, 0, 1, 1, 2,
    ]);
    expect(gaps.at(2 ** 32 - 1)).toBe(31); // the longest: what is beyond it has 2^-32
  });
});
