import { describe, expect, it } from "vitest";
import { Rng } from "./rng.js";
import { serialCorrelation } from "./serial-correlation.js";

const drawn = (seed: string, n: number, step: (rng: Rng, before: number) => number) => {
  const rng = new Rng(seed);
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = step(rng, i === 0 ? 0 : values[i - 1]);
  return values;
};

describe("how alike neighbours are", () => {
  it("by hand: ranks 1 2 4 3, steps 1 + 4 + 1, spread 5", () => {
    expect(serialCorrelation(Float64Array.of(0.1, 0.2, 9, 1)).correlation).toBeCloseTo(1 - 6 / 10, 12);
  });

  it("shares ranks among equal values, and is 0 where all are equal", () => {
    expect(serialCorrelation(Float64Array.of(5, 5, 7, 7)).correlation).toBeCloseTo(1 - 4 / (2 * 4), 12);
    expect(serialCorrelation(Float64Array.of(3, 3, 3))).toEqual({ correlation: 0, standardErrors: 0 });
  });

  it("does not change with the scale of the values", () => {
    const values = drawn("scale", 50, (rng) => rng.normal());
    expect(serialCorrelation(values.map(Math.exp))).toEqual(serialCorrelation(values));
  });

  it("is near the first autocorrelation of an autoregression", () => {
    const { correlation } = serialCorrelation(drawn("ar", 5000, (rng, before) => 0.8 * before + rng.normal()));
    // Of normal variables correlated by 0.8, ranks are correlated by 6 / pi asin(0.4) = 0.79.
    expect(Math.abs(correlation - 0.786)).toBeLessThan(0.03);
  });

  it("has standard errors of 1 without any order, of heavy tails too", () => {
    const errors = Array.from({ length: 400 }, (_, k) => {
      return serialCorrelation(drawn(`none/${k}`, 80, (rng) => Math.exp(2 * rng.normal()))).standardErrors;
    });
    const square = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
    // Standard error of a mean of 400 squares of normal variables: 0.07.
    expect(Math.abs(square - 1)).toBeLessThan(0.2);
    expect(Math.max(...errors)).toBeLessThan(4);
  });
});
