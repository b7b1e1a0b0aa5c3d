import { describe, expect, it } from "vitest";
import { digamma, erf, erfc, logNormalDensity, normalCdf, normalQuantile } from "./special.js";

/** Relative error, absolute near 0. */
const error = (got: number, want: number) => Math.abs(got - want) / Math.max(Math.abs(want), 1e-300);

// Reference values: scipy 1.10.1, scipy.special.digamma, ndtri, ndtr, erf, erfc.
describe("digamma", () => {
  it.each([
    [0.1, -10.423754940411076],
    [0.5, -1.9635100260214235],
    [1, -0.5772156649015329],
    [2.5, 0.7031566406452432],
    [10, 2.251752589066721],
    [123.4, 4.8113737751162775],
  ])("psi(%f) as scipy", (x, want) => expect(error(digamma(x), want)).toBeLessThan(4e-15));

  it("refuses what is not positive", () => expect(() => digamma(0)).toThrow("x must be positive, got 0"));
});

describe("normal distribution", () => {
  it.each([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798409],
    [1e-5, -4.264890793922825],
    [0.02, -2.053748910631823],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.7, 0.5244005127080407],
    [0.999999, 4.753424308817087],
  ])("quantile of %f as scipy", (p, want) => expect(Math.abs(normalQuantile(p) - want)).toBeLessThan(1e-14));

  it.each([
    [-10, 7.61985302416047e-24],
    [-5, 2.866515718791933e-7],
    [-1.5, 0.06680720126885807],
    [-0.3, 0.3820885778110474],
    [0, 0.5],
    [0.7, 0.758036347776927],
    [3, 0.9986501019683699],
    [8, 0.9999999999999993],
  ])("cdf at %f as scipy", (x, want) => expect(error(normalCdf(x), want)).toBeLessThan(5e-15));

  it.each([
    [0.1, 0.1124629160182849, 0.8875370839817152],
    [0.5, 0.5204998778130465, 0.4795001221869535],
    [1, 0.8427007929497148, 0.15729920705028516],
    [2, 0.9953222650189527, 0.004677734981047266],
    [3, 0.9999779095030014, 2.2090496998585445e-5],
  ])("erf and erfc at %f as scipy", (x, wantErf, wantErfc) => {
    expect(error(erf(x), wantErf)).toBeLessThan(1e-15);
    expect(error(erfc(x), wantErfc)).toBeLessThan(1e-15);
    expect(erf(-x)).toBe(-erf(x));
    expect(error(erfc(10), 2.0884875837625446e-45)).toBeLessThan(1e-14);
  });

  it("quantile inverts the cdf over the whole range", () => {
    for (let x = -8; x <= 5; x += 0.01) expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(1e-9);
  });

  it("has limits, and refuses what is no probability", () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalCdf(-60)).toBe(0);
    expect(normalCdf(60)).toBe(1);
    expect(() => normalQuantile(1.5)).toThrow("must lie in [0, 1], got 1.5");
    expect(normalCdf(Number.NaN)).toBeNaN();
  });

  it("log density of N(1, 2^2) at 2", () => {
    // scipy.stats.norm.logpdf(2, 1, 2)
    expect(logNormalDensity(2, 1, 2)).toBeCloseTo(-1.737085713764618, 14);
  });
});
