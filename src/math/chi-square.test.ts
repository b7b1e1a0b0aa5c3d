import { expect, it } from "vitest";
import { chiSquareTail, logGamma } from "./chi-square.js";

// scipy 1.10: scipy.stats.chi2.sf(x, dof)
it.each([
  [1, 1, 0.31731050786291115],
  [60, 49, 0.1348643465253207],
  [49, 49, 0.4731282956547652],
  [300, 49, 9.26849126063993e-38],
  [0.5, 3, 0.9188914116546758],
  [700, 7, 6.896512574090415e-147],
])("P(chi-square(dof) > %f), dof %i", (x, dof, tail) => {
  expect(chiSquareTail(x, dof) / tail).toBeCloseTo(1, 11);
});

it("ends of the tail", () => {
  expect(chiSquareTail(0, 4)).toBe(1);
  expect(chiSquareTail(1e5, 4)).toBe(0);
  expect(chiSquareTail(Number.POSITIVE_INFINITY, 4)).toBe(0);
  expect(() => chiSquareTail(-1, 4)).toThrow("x must be at least 0, got -1");
  expect(() => chiSquareTail(Number.NaN, 4)).toThrow("x must be at least 0");
  expect(() => chiSquareTail(1, 0)).toThrow("degrees of freedom must be positive, got 0");
});

// scipy 1.10: scipy.special.gammaln
it.each([
  [0.5, 0.5723649429247],
  [1.5, -0.12078223763524526],
  [3, Math.LN2],
  [9.99, 12.779315214350195],
  [25, 54.78472939811232],
  [1000, 5905.220423209181],
])("logGamma(%f)", (x, value) => {
  expect(logGamma(x)).toBeCloseTo(value, 11);
});

it("logGamma refuses what has none", () => {
  expect(() => logGamma(0)).toThrow("x must be positive, got 0");
});
