import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { normalCdf, normalDensity, normalQuantile } from "../math/special.js";
import { PredictiveScores } from "./predictive-scores.js";

const free = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };

/** CRPS of N(m, s^2) at y: s (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)), z = (y - m) / s (Gneiting & Raftery 2007, eq. 21). */
function gaussianCrps(y: number, m: number, s: number): number {
  const z = (y - m) / s;
  return s * (z * (2 * normalCdf(z) - 1) + 2 * normalDensity(z) - 1 / Math.sqrt(Math.PI));
}

/** Normal quantiles at the middles of n shares: as near to a normal sample as n values can be. */
const normalScores = (n: number) => Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n));

describe("the continuous ranked probability score", () => {
  it("is that of the normal distribution for normal scores, at any centre and scale", () => {
    const scores = new PredictiveScores({ values: normalScores(4000) });
    for (const [truth, centre, scale] of [
      [0, 0, 1],
      [3, 1, 2],
      [-10, 2, 0.5],
      [1e6, 1e6 + 5, 30],
    ]) {
      // 4000 steps for a continuous distribution: 3e-5 of the scale.
      const crps = scores.crps({ truth, centre, scale, bounds: free });
      expect(Math.abs(crps - gaussianCrps(truth, centre, scale)) / scale).toBeLessThan(1e-4);
    }
  });

  it("is the integral of (F(x) - 1{y <= x})^2, with unequal masses and within bounds too", () => {
    const rng = new Rng("crps");
    const values = Array.from({ length: 9 }, () => 3 * rng.normal()).sort((a, b) => a - b);
    const masses = values.map(() => 0.1 * rng.uniform());
    const whole = masses.reduce((a, b) => a + b);
    for (const bounds of [free, { min: -1, max: 4 }]) {
      for (const truth of [-9, -1, 0.3, 3.9, 12]) {
        const [centre, scale] = [0.7, 1.3];
        const points = values.map((v) => Math.min(bounds.max, Math.max(bounds.min, centre + scale * v)));
        const step = 1e-3;
        let integral = 0;
        for (let x = -20 + step / 2; x < 20; x += step) {
          const below = points.reduce((sum, point, i) => sum + (point <= x ? masses[i] / whole : 0), 0);
          integral += (below - Number(truth <= x)) ** 2 * step;
        }
        const crps = new PredictiveScores({ values, masses }).crps({ truth, centre, scale, bounds });
        // Steps of 1e-3 at ten jumps.
        expect(Math.abs(crps - integral)).toBeLessThan(5e-3);
      }
    }
  });

  it("is the absolute error for a single value", () => {
    const scores = new PredictiveScores({ values: [0] });
    expect(scores.crps({ truth: 5, centre: 2, scale: 1, bounds: free })).toBe(3);
    expect(scores.crps({ truth: -1, centre: 2, scale: 1, bounds: free })).toBe(3);
  });
});

describe("the log score", () => {
  it("is near the negative log density of the normal distribution for normal scores", () => {
    const scores = new PredictiveScores({ values: normalScores(400) });
    for (const z of [-2, -1, 0, 0.5, 1.5]) {
      const exact = Math.log(3) + 0.5 * Math.log(2 * Math.PI) + 0.5 * z * z;
      // Smoothing 400 values by 0.27 of their deviation adds 7 % to the variance: up to 0.11 at z = -2.
      expect(Math.abs(scores.logScore({ truth: 10 + 3 * z, centre: 10, scale: 3 }) - exact)).toBeLessThan(0.12);
    }
  });

  it("is that of a density: its exponential integrates to 1, for thinned and weighted scores too", () => {
    const rng = new Rng("density");
    const many = Array.from({ length: 1200 }, () => rng.normal() ** 3).sort((a, b) => a - b);
    const weighted = many.slice(0, 40);
    for (const list of [{ values: many }, { values: weighted, masses: weighted.map((_, i) => (i + 1) / 1000) }]) {
      const scores = new PredictiveScores(list);
      let total = 0;
      const step = 0.02;
      for (let y = -150; y < 150; y += step)
        total += Math.exp(-scores.logScore({ truth: y, centre: 0, scale: 1.5 })) * step;
      // Tails of Student's t beyond 150 and the step of the sum.
      expect(Math.abs(total - 1)).toBeLessThan(2e-3);
    }
  });

  it("grows by the log of the factor when the unit shrinks, and stays finite far from all scores", () => {
    const scores = new PredictiveScores({ values: normalScores(100) });
    const plain = scores.logScore({ truth: 1, centre: 0, scale: 1 });
    expect(scores.logScore({ truth: 1000, centre: 0, scale: 1000 })).toBeCloseTo(plain + Math.log(1000), 12);
    const far = scores.logScore({ truth: 1e6, centre: 0, scale: 1 });
    expect(far).toBeGreaterThan(20);
    expect(far).toBeLessThan(200);
  });
});
