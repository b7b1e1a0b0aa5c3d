import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { calibrationErrors, evaluateIntervals, HalfWidths, type PredictedRows } from "./group-intervals.js";

/** Predictions whose error is three times as large in group b. */
function simulated(n: number, seed: number): Required<PredictedRows> {
  const rng = new Rng(seed);
  const groups = Array.from({ length: n }, () => (rng.uniform() < 0.5 ? "a" : "b"));
  const truth = Float64Array.from({ length: n }, () => 10 * rng.normal());
  return { groups, truth, prediction: truth.map((y, i) => y + (groups[i] === "a" ? 1 : 3) * rng.normal()) };
}

describe("intervals per group", () => {
  const errors = calibrationErrors(1, simulated(2000, 1), "site");
  const { targets } = evaluateIntervals(["y"], errors, 0.9, simulated(4000, 2));
  const { a, b } = targets.y.groups ?? {};

  it("hold the stated share of new rows in every group", () => {
    // Binomial error of 2000 rows at 0.9 is 0.007, that of the quantile of 1000 validation rows 0.009.
    for (const group of [a, b]) expect(Math.abs((group.achieved ?? 0) - 0.9)).toBeLessThan(0.035);
    expect(Math.abs(targets.y.achieved - 0.9)).toBeLessThan(0.025);
    // 1.645 standard deviations of the error.
    expect(a.halfWidth).toBeCloseTo(1.645, 0);
    expect(b.halfWidth).toBeCloseTo(4.935, 0);
  });

  it("shows what one width for all rows would have held: too much in one group, too little in the other", () => {
    expect(a.achievedPooled).toBeGreaterThan(0.98);
    expect(b.achievedPooled).toBeLessThan(0.85);
    expect(Math.abs(targets.y.achievedPooled - 0.9)).toBeLessThan(0.025);
  });
});

describe("the marginal guarantee", () => {
  it("holds on average over calibration sets, also small ones", () => {
    let inside = 0;
    let rows = 0;
    for (let trial = 0; trial < 400; trial++) {
      const errors = calibrationErrors(1, simulated(40, 10 + trial), "site");
      const { groups } = evaluateIntervals(["y"], errors, 0.8, simulated(50, 1000 + trial)).targets.y;
      for (const { achieved, testRows } of Object.values(groups ?? {})) {
        inside += (achieved ?? 0) * testRows;
        rows += testRows;
      }
    }
    // Between 0.8 and 0.8 + 1/(n + 1) for groups of about 20; binomial error 0.004 with calibration sets varying.
    expect(inside / rows).toBeGreaterThan(0.785);
    expect(inside / rows).toBeLessThan(0.86);
  });
});

describe("groups without widths of their own", () => {
  const groups = [...Array(20).fill("a"), ...Array(8).fill("toString"), null];
  const truth = groups.map((_, i) => i);
  const prediction = truth.map((y, i) => y + (i < 20 ? 1 : 5));
  const errors = calibrationErrors(1, { truth, prediction, groups }, "site");

  it("share the pooled width when they have fewer rows than the level needs, and it is said", () => {
    const widths = new HalfWidths(errors, 0.9);
    expect(widths.messages(["A "]).join()).toContain(
      '"A " in the table and "a" in the validation part differ only by blanks',
    );
    expect(widths.of("a")).toEqual([1]);
    expect(widths.of("toString")).toEqual([5]);
    expect(widths.isPooled("toString")).toBe(true);
    expect(widths.messages()).toEqual([
      expect.stringContaining('"site" toString (8); they share the width of all rows'),
    ]);
    expect(new HalfWidths(errors, 0.8).isPooled("toString")).toBe(false);
  });

  it("are told of when they are new or not known", () => {
    const [told] = new HalfWidths(errors, 0.9).messages(["a", "c", null]);
    expect(told).toBe(
      'intervals of coverage 0.9: no validation row has "site" c, empty; such rows get the width of all rows',
    );
    expect(new HalfWidths(errors, 0.9).of("c")).toEqual([5]);
  });

  it("are counted with no test rows, and no rows at all are null", () => {
    const test = { truth: [0, 0], prediction: [0, 9], groups: ["a", "c"] };
    const { y } = evaluateIntervals(["y"], errors, 0.9, test).targets;
    expect(y.groups?.toString).toMatchObject({ testRows: 0, achieved: null, pooled: true, validationRows: 8 });
    expect(y.groups?.c).toMatchObject({ testRows: 1, achieved: 0, pooled: true, validationRows: 0, halfWidth: 5 });
    expect(evaluateIntervals(["y"], errors, 0.99, test).targets.y.halfWidth).toBeNull();
  });
});
