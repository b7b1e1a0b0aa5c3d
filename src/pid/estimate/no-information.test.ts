import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { gaussianPidFromData } from "./gaussian-pid-from-data.js";
import { lacksInformation, withinChance, withinErrors } from "./no-information.js";
import { pidFromResiduals } from "./residuals.js";

const flagged = (low?: number | null) => ({
  flags: ["no-information"],
  ...(low === undefined ? {} : { intervals: { lower: { information: { total: low } } } }),
});

/** Two modalities of which the first knows a part `signal` of the target. */
function table(rows: number, signal: number, seed: number, widths: readonly [number, number] = [2, 2]) {
  const rng = new Rng(seed);
  const column = () => Float64Array.from({ length: rows }, () => rng.normal());
  const a = Array.from({ length: widths[0] }, column);
  const b = Array.from({ length: widths[1] }, column);
  const y = column().map((v, r) => v + signal * a[0][r]);
  const block = (name: string, columns: Float64Array[]) => ({ name, columns });
  return { y: block("y", [y]), a: block("a", a), b: block("b", b) };
}

describe("whether information was found", () => {
  it("takes the largest of several chi-squared values for chance, not more", () => {
    // quantiles of chi-squared at 1 - 0.0228 / 2, from the incomplete gamma function: 11.0611 of 3, 22.8279 of 10
    const level = { rows: 500, total: 1e6, single: [3, 10] };
    const bits = (chiSquared: number, df: number) => (chiSquared - df) / (2 * Math.LN2 * 500);
    const within = (first: number, second: number) =>
      withinChance({ total: 0, single: [bits(first, 3), bits(second, 10)] }, level);
    // the approximation of Wilson and Hilferty is off by less than 1 %
    expect(within(0.99 * 11.0611, 0.99 * 22.8279)).toBe(true);
    expect(within(1.01 * 11.0611, 0)).toBe(false);
    expect(within(0, 1.01 * 22.8279)).toBe(false);
  });

  it.each([
    ["no flag", { flags: [] }, false],
    ["the flag", flagged(), true],
    ["the flag and an interval that reaches 0", flagged(0), true],
    ["the flag of an older version beside an interval that does not", flagged(0.1), false],
    ["an infinite lower end", flagged(null), false],
  ])("of %s", (_, finding, expected) => {
    expect(lacksInformation(finding)).toBe(expected);
  });

  it("asks every modality too: a joint reading can be worse than a single one", () => {
    const errors = { total: 0.1, single: [0.05, 0.05] };
    expect(withinErrors({ total: 0.19, single: [0.11, 0] }, errors)).toBe(true);
    expect(withinErrors({ total: 0.21, single: [0, 0] }, errors)).toBe(false);
    // a single one must be further from 0 than the total: the larger of two noise readings is
    expect(withinErrors({ total: 0, single: [0.12, 0] }, errors)).toBe(false);
  });

  it("sees one good column beside two hundred of noise", () => {
    // 2 n ln 2 I is 33 above its mean: 33 of 201 degrees of freedom is chance, 33 of one is not
    const excess = 33 / (2 * Math.LN2 * 2000);
    const level = { rows: 2000, total: 201, single: [200, 1] };
    expect(withinChance({ total: excess, single: [0, excess] }, level)).toBe(false);
    expect(withinChance({ total: excess, single: [0, 0] }, level)).toBe(true);
  });

  it("never says so beside an interval that leaves 0 out, whatever the estimator", () => {
    let found = 0;
    let none = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { y, a, b } = table(80, 0.15, seed);
      for (const estimator of ["bias-corrected", "cross-fitted", "plug-in"] as const) {
        const { flags, intervals } = gaussianPidFromData(y, [a, b], { estimator });
        const lower = intervals?.lower;
        if (!flags.includes("no-information")) {
          found++;
          continue;
        }
        none++;
        const { unique, redundancy, synergy } = lower?.atoms ?? { unique: {}, redundancy: -1, synergy: -1 };
        const ends = [lower?.information.total, ...Object.values(unique), redundancy, synergy];
        expect(ends.every((end) => end === 0)).toBe(true);
      }
    }
    expect(Math.min(found, none)).toBeGreaterThan(20);
  });

  it("finds a modality whose company spoils the joint prediction", () => {
    const rng = new Rng(4);
    const rows = 60;
    const normal = (scale: number) => Float64Array.from({ length: rows }, () => scale * rng.normal());
    const known = normal(1);
    const noise = normal(0.5);
    const spoilt = normal(1.1);
    const target = known.map((v, r) => v + noise[r]);
    const result = pidFromResiduals({
      names: ["a", "b"],
      target,
      residuals: [noise, target.slice()],
      jointResiduals: spoilt,
    });
    expect(result.information.total).toBeGreaterThan(0.5);
    expect(result.flags).not.toContain("no-information");
  });

  it("calls pure noise information in few of many tables", () => {
    let wrong = 0;
    const tables = 300;
    for (let seed = 1; seed <= tables; seed++) {
      const { y, a, b } = table(100, 0, 1000 + seed, [3, 1]);
      if (!gaussianPidFromData(y, [a, b]).flags.includes("no-information")) wrong++;
    }
    // two standard deviations of χ² are exceeded by 4 to 5 %, three modality readings add what they do not share
    expect(wrong / tables).toBeLessThan(0.1);
  });
});
