import { describe, expect, it } from "vitest";
import { mean, variance } from "./descriptive.js";
import { Rng } from "./rng.js";
import { normalCdf } from "./special.js";

const draw = (n: number, next: () => number) => Float64Array.from({ length: n }, next);

describe("Rng", () => {
  it("one seed, one stream; another seed or label, another", () => {
    const stream = (r: Rng) => Array.from({ length: 5 }, () => r.bits());
    expect(stream(new Rng(1))).toEqual(stream(new Rng(1)));
    expect(stream(new Rng(1))).not.toEqual(stream(new Rng(2)));
    expect(stream(new Rng(1).split("a"))).not.toEqual(stream(new Rng(1).split("b")));
  });

  it("a split does not depend on what was drawn before", () => {
    const used = new Rng(3);
    for (let i = 0; i < 10; i++) used.normal();
    expect(used.split("x").bits()).toBe(new Rng(3).split("x").bits());
  });

  it("normals follow N(0, 1): moments and Kolmogorov distance", () => {
    const rng = new Rng("normal");
    const n = 100_000;
    const values = draw(n, () => rng.normal());
    // five standard errors each
    expect(Math.abs(mean(values))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(variance(values) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    values.sort();
    let distance = 0;
    for (const [i, v] of values.entries()) {
      distance = Math.max(distance, Math.abs(normalCdf(v) - (i + 0.5) / n));
    }
    // P(sqrt(n) D > 1.95) = 0.001
    expect(distance * Math.sqrt(n)).toBeLessThan(1.95);
    expect(values[0]).toBeLessThan(-3.6); // the ziggurat's tail is reached
  });

  it("uniform, integer, permutation, chi-squared", () => {
    const rng = new Rng("others");
    const u = draw(20_000, () => rng.uniform());
    expect(Math.min(...u)).toBeGreaterThan(0);
    expect(Math.abs(mean(u) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 20_000));
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[rng.integer(3)]++;
    for (const c of counts) expect(Math.abs(c - 10_000)).toBeLessThan(5 * Math.sqrt(30_000 * (2 / 9)));
    expect([...rng.permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    for (const degrees of [1, 7.5]) {
      const c = draw(20_000, () => rng.chiSquared(degrees));
      expect(Math.abs(mean(c) - degrees)).toBeLessThan(5 * Math.sqrt((2 * degrees) / 20_000));
      expect(Math.abs(variance(c) / (2 * degrees) - 1)).toBeLessThan(0.15);
    }
  });

  it.each([0.003, 0.01, 0.05, 0.2, 0.25, 0.5])(
    "dropout mask of rate %d: rate, scale, neighbours independent",
    (rate) => {
      const mask = new Float32Array(200_001);
      new Rng("mask").fillDropout(mask, rate);
      const share = (kept: (i: number) => boolean) => Array.from(mask.keys()).filter(kept).length / mask.length;
      const near = (p: number) => 5 * Math.sqrt((p * (1 - p)) / mask.length) + 2 ** -16;
      expect(Math.abs(share((i) => mask[i] === 0) - rate)).toBeLessThan(near(rate));
      for (const apart of [1, 2, 7]) {
        const both = share((i) => mask[i] === 0 && mask[i + apart] === 0);
        expect(Math.abs(both - rate ** 2)).toBeLessThan(near(rate ** 2));
      }
      const steps = Math.round(rate * 65536) / 65536;
      expect([...new Set(mask)].sort()).toEqual([0, Math.fround(1 / (1 - steps))]);
    },
  );
});
