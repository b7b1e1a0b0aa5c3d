import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { correctedResampledInterval } from "./paired.js";

describe("correctedResampledInterval", () => {
  it("is the formula of Nadeau and Bengio", () => {
    // By hand: mean 2, variance 2.5, standard error sqrt((1/5 + 1/4) 2.5) = 1.0606602, t_4 = 2.7764451.
    const { value, low, high, standardError, pValue } = correctedResampledInterval([0, 1, 2, 3, 4], 0.25);
    expect(value).toBe(2);
    expect(standardError).toBeCloseTo(1.0606601717798212, 12);
    expect(high - value).toBeCloseTo(2.7764451051977987 * standardError, 9);
    expect(low + high).toBeCloseTo(4, 12);
    // P(|T_4| > 1.8856181) = 1 - sin(theta) (1 + cos(theta)^2 / 2) with tan(theta) = 0.9428090.
    expect(pValue).toBeCloseTo(0.13241, 4);
  });

  it("covers the difference of two learners over repeated folds, which the uncorrected interval does not", () => {
    // Two estimators of a mean of N(0, 1) that differ by a constant offset: mean of the training rows, and 0.
    let corrected = 0;
    let naive = 0;
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const differences = foldDifferences(new Rng(trial), 40, 5);
      const truth = 1 / 32; // E (y - mean of 32)^2 - E y^2
      const inside = (ratio: number) => {
        const { low, high } = correctedResampledInterval(differences, ratio);
        return Number(low <= truth && truth <= high);
      };
      corrected += inside(8 / 32);
      naive += inside(1e-12);
    }
    // Three binomial errors of 400 trials around 95 % are 3.3 %; the correction is known to be a little conservative.
    expect(corrected / trials).toBeGreaterThan(0.917);
    expect(naive / trials).toBeLessThan(0.93);
  });

  it("has no p-value where nothing varies, and refuses a single split", () => {
    expect(correctedResampledInterval([3, 3, 3], 0.2)).toMatchObject({ value: 3, low: 3, high: 3, pValue: null });
    expect(() => correctedResampledInterval([1], 0.2)).toThrow("at least 2 splits, got 1");
    expect(() => correctedResampledInterval([1, 2], 0)).toThrow("above 0, got 0");
  });
});

/** Per fold: squared error of the training mean minus squared error of 0. */
function foldDifferences(rng: Rng, n: number, folds: number): number[] {
  const y = Float64Array.from({ length: n }, () => rng.normal());
  const sum = y.reduce((a, b) => a + b);
  return Array.from({ length: folds * 4 }, (_, r) => {
    const order = rng.split(`repeat/${Math.floor(r / folds)}`).permutation(n);
    const test = Array.from(order.subarray(((r % folds) * n) / folds, ((r % folds) + 1) * (n / folds)), (i) => y[i]);
    const mean = (sum - test.reduce((a, b) => a + b)) / (n - test.length);
    return test.reduce((total, value) => total + (value - mean) ** 2 - value ** 2, 0) / test.length;
  });
}
