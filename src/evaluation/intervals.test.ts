import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { bootstrapInterval, metricInterval, pairedDifference } from "./intervals.js";
import { rmse } from "./metrics.js";

const normals = (n: number, seed: number) => {
  const out = new Float64Array(n);
  new Rng(seed).fillNormal(out);
  return out;
};
const mean = (values: Float64Array) => (index: Int32Array) =>
  index.reduce((sum: number, i) => sum + values[i], 0) / index.length;

describe("bootstrapInterval", () => {
  it("gives the standard error of a mean", () => {
    const values = normals(400, 1);
    const interval = bootstrapInterval(400, mean(values), { rng: new Rng(2), draws: 2000 });
    const centre = values.reduce((a, b) => a + b) / 400;
    const sd = Math.sqrt(values.reduce((a, b) => a + (b - centre) ** 2, 0) / 400);
    // The bootstrap error of a mean is sd / sqrt(n) exactly; 2000 draws leave it within 5 % (three of its own errors).
    expect(interval.standardError / (sd / 20)).toBeGreaterThan(0.95);
    expect(interval.standardError / (sd / 20)).toBeLessThan(1.05);
    expect(interval.value).toBeCloseTo(centre, 12);
    expect(interval.high - interval.low).toBeCloseTo(2 * 1.96 * interval.standardError, 1);
  });

  it("covers the true mean as often as it says", () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const values = normals(60, 100 + trial);
      const { low, high } = bootstrapInterval(60, mean(values), { rng: new Rng(trial), draws: 300, level: 0.9 });
      if (low <= 0 && 0 <= high) covered++;
    }
    // 90 % of 200 trials, within three binomial errors (0.021) and the known small undercoverage at n = 60.
    expect(covered / 200).toBeGreaterThan(0.82);
    expect(covered / 200).toBeLessThan(0.965);
  });

  it("is the same for the same seed and differs for another", () => {
    const values = normals(50, 5);
    const run = (seed: number) => bootstrapInterval(50, mean(values), { rng: new Rng(seed), draws: 100 });
    expect(run(1)).toEqual(run(1));
    expect(run(1).low).not.toBe(run(2).low);
  });

  it("refuses what cannot be resampled", () => {
    const rng = new Rng(1);
    expect(() => bootstrapInterval(1, () => 0, { rng })).toThrow("at least 2 rows, got 1");
    expect(() => bootstrapInterval(5, () => 0, { rng, draws: 10 })).toThrow("at least 100 draws, got 10");
    expect(() => bootstrapInterval(5, () => 0, { rng, level: 95 })).toThrow("between 0 and 1, got 95");
    expect(() => bootstrapInterval(5, () => null, { rng })).toThrow("does not exist");
  });
});

describe("intervals of predictions", () => {
  const truth = normals(300, 7);
  const noise = normals(300, 8);
  const good = truth.map((y, i) => y + 0.5 * noise[i]);
  const worse = truth.map((y, i) => y + 0.51 * noise[i]);

  it("contains the metric", () => {
    const interval = metricInterval(rmse, truth, good, { rng: new Rng(1), draws: 300 });
    expect(interval.value).toBe(rmse(truth, good));
    expect(interval.low).toBeLessThan(interval.value);
    expect(interval.high).toBeGreaterThan(interval.value);
  });

  it("resolves a small difference because rows are paired", () => {
    const options = () => ({ rng: new Rng(1), draws: 300 });
    const alone = metricInterval(rmse, truth, good, options());
    const paired = pairedDifference(rmse, truth, good, worse, options());
    expect(alone.high).toBeGreaterThan(rmse(truth, worse)); // apart, the two intervals overlap
    expect(paired.high).toBeLessThan(0);
    expect(pairedDifference(rmse, truth, worse, good, options()).low).toBeGreaterThan(0);
    expect(pairedDifference(rmse, truth, good, good, options())).toMatchObject({ value: 0, low: 0, high: 0 });
  });
});
