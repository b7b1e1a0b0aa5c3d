import { describe, expect, it } from "vitest";
import { mean, standardDeviation } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import { rowGroups } from "../pid/estimate/row-groups.js";
import { calibrate, calibrated, heldOutBound } from "./bound.js";

const rho = 0.75;
/** -1/2 log2(1 - rho^2). */
const truth = 0.5963;

/** Pairs of a bivariate normal distribution with correlation rho, and their log-ratio, nats. */
function normalPairs(n: number, seed: string, sameWithin = 1) {
  const rng = new Rng(seed);
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const first = i - (i % sameWithin);
    x[i] = first === i ? rng.normal() : x[first];
    y[i] = first === i ? rho * x[i] + Math.sqrt(1 - rho * rho) * rng.normal() : y[first];
  }
  const ratio = (correlation: number) => (i: number, j: number) => {
    const r2 = correlation * correlation;
    const square = r2 * (x[i] ** 2 + y[j] ** 2) - 2 * correlation * x[i] * y[j];
    return -0.5 * Math.log(1 - r2) - square / (2 * (1 - r2));
  };
  return { x, y, ratio };
}

describe("the bound of held-out rows", () => {
  const sets = Array.from({ length: 200 }, (_, s) => normalPairs(200, `bound/${s}`));
  const found = sets.map(({ ratio }) => heldOutBound(ratio(rho), 200));

  it("is the information for the true log-ratio, on average over tables", () => {
    const bits = found.map((f) => f.bits);
    expect(Math.abs(mean(bits) - truth)).toBeLessThan((3 * standardDeviation(bits)) / Math.sqrt(bits.length));
  });

  // 200 tables: the standard deviation of a standard deviation is 5 %, that of a coverage 1.5 %.
  it("has standard errors that cover", () => {
    const errors = found.map((f) => f.standardError);
    expect(mean(errors) / standardDeviation(found.map((f) => f.bits))).toBeGreaterThan(0.87);
    expect(mean(errors) / standardDeviation(found.map((f) => f.bits))).toBeLessThan(1.15);
    const within = found.filter((f) => Math.abs(f.bits - truth) < 1.96 * f.standardError).length;
    expect(within / found.length).toBeGreaterThan(0.9);
    expect(found.filter((f) => f.bits - 2 * f.standardError > truth).length / found.length).toBeLessThan(0.05);
  });

  it.each([
    [
      "a correlation too small",
      (i: number, j: number, r: (c: number) => (i: number, j: number) => number) => r(0.4)(i, j),
    ],
    [
      "a correlation too large",
      (i: number, j: number, r: (c: number) => (i: number, j: number) => number) => r(0.9)(i, j),
    ],
    ["a constant", () => 0.3],
  ] as const)("is below the information for %s", (_, wrong) => {
    const bits = sets.slice(0, 60).map(({ ratio }) => heldOutBound((i, j) => wrong(i, j, ratio), 200).bits);
    expect(mean(bits)).toBeLessThan(truth - 0.05);
  });

  it("takes off what a ratio is too large by, and says so", () => {
    const [{ ratio }] = sets;
    const { bits, correction, warnings } = heldOutBound((i, j) => ratio(rho)(i, j) + Math.log(2), 200);
    expect(correction).toBeCloseTo(2 * (1 + found[0].correction) - 1, 10);
    expect(bits).toBeCloseTo(found[0].bits + (Math.LN2 - (1 + found[0].correction)) / Math.LN2, 10);
    expect(warnings[0]).toMatch(/unrelated pairs is [12]\.\d\d and not 1/);
    expect(found.find((f) => Math.abs(f.correction) < 0.05)?.warnings).toEqual([]);
  });

  it("takes a matrix, whatever the order of its rows", () => {
    const t = sets[0].ratio(rho);
    const order = new Rng("order").permutation(200);
    const matrix = Float64Array.from({ length: 200 * 200 }, (_, k) => t(order[Math.floor(k / 200)], order[k % 200]));
    const { bits, standardError } = heldOutBound(matrix, 200);
    expect(bits).toBeCloseTo(found[0].bits, 12);
    expect(standardError).toBeCloseTo(found[0].standardError, 12);
    expect(() => heldOutBound(new Float64Array(9), 200)).toThrow("all 200 x 200 pairs, got 9 values");
  });

  it("forms pairs within a part only", () => {
    const t = sets[0].ratio(rho);
    const parts = [0, 1].map((p) => Int32Array.from({ length: 100 }, (_, i) => 2 * i + p));
    const other = heldOutBound((i, j) => (i % 2 === j % 2 ? t(i, j) : Number.NaN), 200, { parts });
    expect(other.bits).toBeGreaterThan(truth - 0.5);
    expect(() => heldOutBound(t, 200, { parts: parts.slice(1) })).toThrow("hold 100 rows, expected each of 200 once");
  });

  it("agrees with all pairs where it takes some of them", () => {
    const { ratio } = normalPairs(2400, "many");
    const some = heldOutBound(ratio(rho), 2400);
    const all = heldOutBound(ratio(rho), 2400, {
      parts: [Int32Array.from({ length: 1200 }, (_, i) => i), Int32Array.from({ length: 1200 }, (_, i) => 1200 + i)],
    });
    expect(Math.abs(some.bits - all.bits)).toBeLessThan(0.03);
    expect(Math.abs(some.standardError / all.standardError - 1)).toBeLessThan(0.2);
  });

  it("refuses ratios that are no numbers", () => {
    expect(() => heldOutBound(() => Number.NaN, 20)).toThrow(
      "the log-ratio of row 1 (counted from 1) with itself is not a number",
    );
    expect(() => heldOutBound(() => 0, 1)).toThrow("at least 2 rows");
  });
});

describe("the bound of rows in groups", () => {
  /** 30 groups of 6 equal rows: as good as 30 rows. */
  const sets = Array.from({ length: 120 }, (_, s) => normalPairs(180, `groups/${s}`, 6));
  const groups = rowGroups(
    Int32Array.from({ length: 180 }, (_, i) => Math.floor(i / 6)),
    180,
  );

  it("has the errors of groups, and pairs rows of two groups", () => {
    const found = sets.map(({ ratio }) => heldOutBound(ratio(rho), 180, { groups }));
    const spread = standardDeviation(found.map((f) => f.bits));
    expect(Math.abs(mean(found.map((f) => f.bits)) - truth)).toBeLessThan((3 * spread) / Math.sqrt(sets.length));
    // wider than the spread by Student's t for 30 groups, 1.04
    expect(mean(found.map((f) => f.standardError)) / spread).toBeGreaterThan(0.87);
    const within = found.filter((f) => Math.abs(f.bits - truth) < 1.96 * f.standardError).length;
    expect(within / found.length).toBeGreaterThan(0.9);
    const ungrouped = sets.map(({ ratio }) => heldOutBound(ratio(rho), 180));
    const without = ungrouped.filter((f) => Math.abs(f.bits - truth) < 1.96 * f.standardError).length;
    expect(without / ungrouped.length).toBeLessThan(0.75);
  });

  it("refuses rows of one group alone", () => {
    const one = rowGroups(new Int32Array(180), 180);
    expect(() => heldOutBound(() => 0, 180, { groups: one })).toThrow("all 180 rows are of one group");
    const two = rowGroups(
      Int32Array.from({ length: 180 }, (_, i) => Number(i >= 100)),
      180,
    );
    const parts = [Array.from({ length: 100 }, (_, i) => i), Array.from({ length: 80 }, (_, i) => 100 + i)];
    expect(() => heldOutBound(() => 0, 180, { groups: two, parts })).toThrow(
      "one group fills a fold, with 100 of the 180 rows",
    );
  });
});

describe("calibration on other rows", () => {
  const rows = Int32Array.from({ length: 300 }, (_, i) => i);

  it("leaves the true ratio nearly as it is, and shrinks one that says too much", () => {
    const { ratio } = normalPairs(300, "calibrate");
    expect(calibrate(ratio(rho), rows).scale).toBeGreaterThanOrEqual(0.7);
    const bold = (i: number, j: number) => 2 * ratio(rho)(i, j);
    const chosen = calibrate(bold, rows);
    expect(chosen.scale).toBeLessThanOrEqual(0.7);
    const { ratio: fresh } = normalPairs(1000, "fresh");
    const raw = heldOutBound((i, j) => 2 * fresh(rho)(i, j), 1000);
    const better = heldOutBound(
      calibrated((i, j) => 2 * fresh(rho)(i, j), chosen),
      1000,
    );
    expect(better.bits).toBeGreaterThan(raw.bits + 0.05);
    expect(better.bits - 2 * better.standardError).toBeLessThan(truth);
  });

  it("says exactly 0 where the ratio knows nothing", () => {
    const rng = new Rng("noise");
    const noise = Float64Array.from({ length: 300 * 300 }, () => rng.normal());
    const chosen = calibrate((i, j) => noise[i * 300 + j], rows);
    expect(chosen).toEqual({ scale: 0, shift: 0 });
    expect(
      heldOutBound(
        calibrated(() => Number.NEGATIVE_INFINITY, chosen),
        50,
      ),
    ).toMatchObject({ bits: 0, standardError: 0 });
  });

  it("works where some pairs cannot be", () => {
    const impossible = (i: number, j: number) => (i % 2 === j % 2 ? Math.LN2 : Number.NEGATIVE_INFINITY);
    const chosen = calibrate(impossible, rows);
    const { bits } = heldOutBound(calibrated(impossible, chosen), 100);
    expect(bits).toBeCloseTo(1, 1);
  });
});
