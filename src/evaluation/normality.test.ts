import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { shapiroFranciaTest } from "./normality.js";

describe("Shapiro-Francia test", () => {
  // numpy and scipy: squared correlation with norm.ppf((i - 3/8) / (n + 1/4)), Royston's formula, norm.sf
  const weights = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236];

  it("agrees with the formula worked elsewhere", () => {
    expect(shapiroFranciaTest(weights)?.w).toBeCloseTo(0.771381939646386, 12);
    expect(shapiroFranciaTest(weights)?.pValue).toBeCloseTo(0.0073476400145605905, 12);
    const few = shapiroFranciaTest([3.1, -0.4, 2.2, 7.9, 4.2, 5.0, 1.1]);
    expect(few?.w).toBeCloseTo(0.9823875248883753, 12);
    expect(few?.pValue).toBeCloseTo(0.9930115043971254, 12);
  });

  it("does not depend on order, location and scale", () => {
    const first = shapiroFranciaTest(weights);
    const second = shapiroFranciaTest([...weights].reverse().map((x) => 5 - 3 * x));
    expect(second?.w).toBeCloseTo(first?.w ?? 0, 12);
  });

  it("refuses normal samples as rarely as it says, and others often", () => {
    const rng = new Rng(1);
    const share = (draw: () => number) => {
      let refused = 0;
      for (let t = 0; t < 400; t++) {
        const test = shapiroFranciaTest(Float64Array.from({ length: 100 }, draw));
        refused += Number((test?.pValue ?? 1) < 0.05);
      }
      return refused / 400;
    };
    // 5 % of 400, within three binomial errors of 1.1 %
    expect(Math.abs(share(() => rng.normal()) - 0.05)).toBeLessThan(0.033);
    expect(share(() => rng.normal() ** 2)).toBeGreaterThan(0.99);
  });

  it("says null of a constant, and refuses sizes it does not know", () => {
    expect(shapiroFranciaTest([1, 1, 1, 1, 1])).toBeNull();
    expect(() => shapiroFranciaTest([1, 2])).toThrow("expected 5 to 5000 values, got 2");
  });
});
