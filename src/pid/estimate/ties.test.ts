import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { directionContrasts } from "./ties.js";

describe("direction contrasts", () => {
  it("independent residuals: 1/2 log2 of the variance ratio, standard error 1 / (ln 2 sqrt n)", () => {
    // (p'e2)^2 / d and (p'e1)^2 are independent chi-squared(1) variables: the variance of their difference is 4
    const n = 20_000;
    const rng = new Rng("ties");
    const draw = (sd: number) => Float64Array.from({ length: n }, () => sd * rng.normal());
    const [contrast] = directionContrasts(1, Float64Array.of(1), Float64Array.of(9), draw(1), draw(3));
    expect(contrast.bits).toBeCloseTo(Math.log2(3), 12);
    // 5 %: five standard errors of a standard deviation of heavy-tailed values at n = 20000
    expect(contrast.standardError * Math.LN2 * Math.sqrt(n)).toBeCloseTo(1, 1);
    expect(Math.abs(contrast.standardError * Math.LN2 * Math.sqrt(n) - 1)).toBeLessThan(0.05);
  });

  it("equal residuals: no difference, no error", () => {
    const rng = new Rng("equal");
    const e = Float64Array.from({ length: 60 }, () => rng.normal());
    const cov = Float64Array.of(1, 0.2, 0.2, 2);
    for (const { bits, standardError } of directionContrasts(2, cov, cov, e, e)) {
      expect(Math.abs(bits)).toBeLessThan(1e-15);
      expect(standardError).toBeLessThan(1e-14);
    }
  });
});
