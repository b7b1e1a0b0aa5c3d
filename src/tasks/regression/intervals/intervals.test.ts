import { describe, expect, it } from "vitest";
import { Rng } from "../../../math/rng.js";
import type { CalibrationRows } from "../../task-intervals.js";
import { regressionIntervals } from "./intervals.js";

/** Predictions whose error is three times as large in group b. */
function simulated(n: number, seed: number) {
  const rng = new Rng(seed);
  const groups = Array.from({ length: n }, () => (rng.uniform() < 0.5 ? "a" : "b"));
  const truth = Float64Array.from({ length: n }, () => 10 * rng.normal());
  const prediction = truth.map((y, i) => y + (groups[i] === "a" ? 1 : 3) * rng.normal());
  return { groups, truth, prediction, scale: truth.map(() => 1) };
}

const calibrated = (rows: CalibrationRows, targets = 1) => regressionIntervals.calibrate(targets, rows, "site");
const evaluated = (made: ReturnType<typeof calibrated>, level: number, test: CalibrationRows) =>
  regressionIntervals.evaluate({ names: ["y"], calibrated: made, level, test }).intervals;

describe("intervals per group", () => {
  const { targets } = evaluated(calibrated(simulated(2000, 1)), 0.9, simulated(4000, 2));
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
      const { groups } = evaluated(calibrated(simulated(40, 10 + trial)), 0.8, simulated(50, 1000 + trial)).targets.y;
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
  const prediction = truth.map((y, i) => y + (i % 2 === 0 ? 1 : -1) * (i < 20 ? 1 : 5));
  const scale = truth.map(() => 1);
  const made = calibrated({ truth, prediction, scale, groups });
  const at = (level: number) => regressionIntervals.at(made, { level });
  const halfOf = (group: string) => {
    const { low, high } = at(0.9).ends({ target: 0, prediction: 0, scale: 1, group });
    return (high - low) / 2;
  };

  it("share the intervals of all rows when they have fewer rows than the level needs, and it is said", () => {
    expect(at(0.9).messages(["A "]).join()).toContain(
      '"A " in the table and "a" in the validation part differ only by blanks',
    );
    expect([halfOf("a"), halfOf("toString")]).toEqual([1, 5]);
    expect(at(0.9).isPooled("toString")).toBe(true);
    expect(at(0.9).messages()).toEqual([
      expect.stringContaining('"site" toString (8); they share the width of all rows'),
    ]);
    expect(at(0.8).isPooled("toString")).toBe(false);
  });

  it("are told of when they are new or not known", () => {
    const [told] = at(0.9).messages(["a", "c", null]);
    expect(told).toBe(
      'intervals of coverage 0.9: no validation row has "site" c, empty; such rows get the width of all rows',
    );
    expect(halfOf("c")).toBe(5);
  });

  it("are counted with no test rows, and no rows at all are null", () => {
    const test = { truth: [0, 0], prediction: [0, 9], scale: [1, 1], groups: ["a", "c"] };
    const { y } = evaluated(made, 0.9, test).targets;
    expect(y.groups?.toString).toMatchObject({ testRows: 0, achieved: null, pooled: true, validationRows: 8 });
    expect(y.groups?.c).toMatchObject({ testRows: 1, achieved: 0, pooled: true, validationRows: 0, halfWidth: 5 });
    expect(evaluated(made, 0.99, test).targets.y.halfWidth).toBeNull();
  });
});

describe("rows of a value that no validation row has", () => {
  /** Sites whose rows are off by an amount of their site. */
  const sites = (seed: number, count: number, rows: number) => {
    const rng = new Rng(seed);
    const groups = Array.from({ length: count * rows }, (_, i) => `${seed}/${Math.floor(i / rows)}`);
    const shifts = Array.from({ length: count }, () => 3 * rng.normal());
    const truth = groups.map((_, i) => shifts[Math.floor(i / rows)] + rng.normal());
    return { groups, truth, prediction: truth.map(() => 0), scale: truth.map(() => 1) };
  };

  it("get the intervals of a new group: they hold the stated share, where those of all rows hold less", () => {
    let [fresh, pooled] = [0, 0];
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const at = regressionIntervals.at(calibrated(sites(1 + trial, 21, 10)), { level: 0.9 });
      const { truth } = sites(10_000 + trial, 10, 2);
      const share = (group: string | null) => {
        const { low, high } = at.ends({ target: 0, prediction: 0, scale: 1, group });
        return truth.filter((y) => low <= y && y <= high).length / truth.length;
      };
      fresh += share("new") / trials;
      pooled += share(null) / trials;
    }
    // Of 21 sites 0.9 or more; sites of 400 sets of ten leave an error of 0.006. Rows as such hold less: their sites repeat.
    expect(fresh).toBeGreaterThan(0.9);
    expect(pooled).toBeLessThan(fresh - 0.01);
    const made = calibrated(sites(1, 21, 10));
    expect(regressionIntervals.at(made, { level: 0.9 }).messages(["new"]).join()).toContain(
      'such rows get intervals for a new "site"',
    );
  });
});

describe("rows that depend on one another by group", () => {
  const many = Array.from({ length: 60 }, (_, i) => i);
  const rows = { truth: many, prediction: many.map((y) => y + (y % 2 ? 1 : -1) * (y + 1)), scale: many.map(() => 1) };

  it("count by group: one that has half the rows does not have half the say", () => {
    const units = many.map((i) => (i < 30 ? "large" : `own ${i}`));
    const { pooled } = regressionIntervals.calibrate(1, { ...rows, units });
    const [mass] = pooled.map(({ masses = [] }) => masses.reduce((sum, value) => sum + value, 0));
    expect(mass).toBeCloseTo(31 / 32, 12);
    expect(Math.min(...(pooled[0].masses ?? []))).toBeCloseTo(1 / 32 / 30, 12);
    const alone = regressionIntervals.calibrate(1, { ...rows, units: many.map(String) });
    expect(alone.pooled[0].masses).toBeUndefined();
  });

  it("are counted one by one where groups are too few, and it is said", () => {
    const units = many.map((i) => `g${i % 5}`);
    const made = regressionIntervals.calibrate(1, { ...rows, units });
    const at = regressionIntervals.at(made, { level: 0.9 });
    const plain = regressionIntervals.at(regressionIntervals.calibrate(1, rows), { level: 0.9 });
    const row = { target: 0, prediction: 0, scale: 1, group: null };
    expect(at.ends(row)).toEqual(plain.ends(row));
    expect(at.messages()).toEqual([expect.stringContaining("the validation part has too few groups")]);
    expect(plain.messages()).toEqual([]);
  });
});

describe("few validation rows", () => {
  const rng = new Rng("few");
  const made = (n: number) => {
    const truth = Array.from({ length: n }, () => rng.normal());
    return regressionIntervals.calibrate(1, { truth, prediction: truth.map(() => 0), scale: truth.map(() => 1) });
  };
  const row = { target: 0, prediction: 0, scale: 1, group: null };

  it("place each end by itself from 19 rows on, at 0.9; give one width from 9 rows on, and say so; else none", () => {
    const at = (n: number) => regressionIntervals.at(made(n), { level: 0.9 });
    for (const n of [20, 50, 100]) {
      expect(at(n).messages()).toEqual([]);
      const { low, high } = at(n).ends(row);
      expect(-low).not.toBe(high);
    }
    const { low, high } = at(18).ends(row);
    expect(-low).toBe(high);
    expect(at(18).messages()).toEqual([expect.stringContaining("18 validation rows are too few to place each end")]);
    expect(at(8).ends(row)).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
  });

  it("hold what they should on average over draws of 20, 50 and 100 of them", () => {
    for (const n of [20, 50, 100]) {
      let inside = 0;
      const trials = 4000;
      for (let trial = 0; trial < trials; trial++) {
        const { low, high } = regressionIntervals.at(made(n), { level: 0.9 }).ends(row);
        const y = rng.normal();
        inside += Number(low <= y && y <= high);
      }
      // Between 0.9 and 0.9 + 2/(n + 1); three binomial errors of 4000 draws are 0.014.
      expect(inside / trials).toBeGreaterThan(0.886);
      expect(inside / trials).toBeLessThan(0.914 + 2 / (n + 1));
    }
  });
});

describe("groups beside quantiles", () => {
  const rng = new Rng("levels");
  const groups = Array.from({ length: 160 }, (_, i) => (i < 100 ? "A" : i < 147 ? "B" : i < 153 ? "C" : `site ${i}`));
  const spread = (name: string) => ({ A: 3, B: 1, C: 4 })[name] ?? 2;
  const truth = groups.map((name) => spread(name) * rng.normal());
  const made = calibrated({ truth, prediction: truth.map(() => 0), scale: truth.map(() => 1), groups });
  const row = (group: string | null) => ({ target: 0, prediction: 0, scale: 1, group });
  const shares = [0.01, 0.05, 0.25, 0.4, 0.5, 0.6, 0.75, 0.95, 0.99];
  const kinds = ["A", "B", "C", "new", null];

  it("leave the intervals of every group as they are without them", () => {
    const [plain, asked] = [[], shares].map((quantiles) => regressionIntervals.at(made, { level: 0.9, quantiles }));
    for (const kind of kinds) {
      expect(asked.ends(row(kind))).toEqual(plain.ends(row(kind)));
      expect(asked.isPooled(kind)).toBe(plain.isPooled(kind));
    }
    expect(plain.isPooled("B")).toBe(false);
    expect(asked.messages(["B"])).toEqual([
      expect.stringMatching(/^quantile 0.01, quantile 0.99: too few validation rows of "site" B \(47\)/),
    ]);
  });

  it("are the ends of their own level, whatever level the intervals have", () => {
    const at = regressionIntervals.at(made, { level: 0.9, quantiles: shares });
    for (const kind of ["A", "B", "C"]) {
      for (const [low, high, level] of [
        [0.25, 0.75, 0.5],
        [0.01, 0.99, 0.98],
        [0.05, 0.95, 0.9],
      ]) {
        const { low: from, high: to } = regressionIntervals.at(made, { level }).ends(row(kind));
        expect([at.quantile(row(kind), low), at.quantile(row(kind), high)]).toEqual([from, to]);
      }
    }
  });

  it("rise with their share where a group has too few rows for the outer ones", () => {
    for (const level of [0.5, 0.8, 0.9, 0.98]) {
      const at = regressionIntervals.at(made, { level, quantiles: shares });
      for (const kind of kinds) {
        const values = shares.map((p) => at.quantile(row(kind), p));
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }
    }
  });
});

describe("quantiles", () => {
  const rng = new Rng("quantiles");
  const truth = Array.from({ length: 99 }, () => Math.exp(rng.normal()));
  const made = regressionIntervals.calibrate(1, { truth, prediction: truth.map(() => 1), scale: truth.map(() => 2) });
  const row = { target: 0, prediction: 4, scale: 3, group: null };
  const shares = [0.004, 0.005, 0.01, 0.02, 0.05, 0.25, 0.4, 0.5, 0.6, 0.75, 0.95, 0.98, 0.99, 0.995];

  it("are monotone, and those of a level's ends are the interval", () => {
    const at = regressionIntervals.at(made, { level: 0.9, quantiles: shares });
    const values = shares.map((p) => at.quantile(row, p));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(at.ends(row)).toEqual({ low: at.quantile(row, 0.05), high: at.quantile(row, 0.95) });
    // 99 rows have no end of level 0.992, and one width for that of 0.99: the largest error
    expect(values[0]).toBe(Number.NEGATIVE_INFINITY);
    expect(values[1]).toBeCloseTo(4 - 1.5 * Math.max(...truth.map((y) => Math.abs(y - 1))), 12);
    // 100 x 0.05 = 5: the fifth smallest score; the distribution is skewed, and so are its quantiles
    const fifth = [...truth].sort((a, b) => a - b)[4];
    expect(at.quantile(row, 0.05)).toBeCloseTo(4 + (3 * (fifth - 1)) / 2, 12);
    expect(values[shares.length - 4] - values[7]).toBeGreaterThan(1.5 * (values[7] - values[4]));
  });

  it("stay within the bounds, as the ends do", () => {
    const bounds = [{ min: 3, max: 5 }];
    const at = regressionIntervals.at(made, { level: 0.999, quantiles: shares, bounds });
    expect(at.ends(row)).toEqual({ low: 3, high: 5 });
    const values = shares.map((p) => at.quantile(row, p));
    expect([Math.min(...values), Math.max(...values)]).toEqual([3, 5]);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });

  it("are refused outside 0 and 1", () => {
    for (const quantiles of [[0], [1], [Number.NaN], [-0.1]]) {
      expect(() => regressionIntervals.at(made, { level: 0.9, quantiles })).toThrow(
        "expected a number between 0 and 1",
      );
    }
  });
});

describe("errors of models of older versions, absolute and without a scale", () => {
  const errors = Array.from({ length: 39 }, (_, i) => i + 1);
  const made = { absolute: true, pooled: [{ values: errors }], groups: null };
  const at = regressionIntervals.at(made, { level: 0.9, quantiles: [0.05, 0.5, 0.95] });
  const row = { target: 0, prediction: 100, scale: 7, group: null };

  it("give the intervals that they gave: plus or minus the ceil((n + 1) level)-th error, whatever the scale", () => {
    expect(at.ends(row)).toEqual({ low: 64, high: 136 });
    expect([0.05, 0.5, 0.95].map((p) => at.quantile(row, p))).toEqual([64, 100, 136]);
    expect(at.messages()).toEqual([]);
  });
});

describe("coverage by kinds of rows", () => {
  const rng = new Rng("kinds");
  const prediction = Array.from({ length: 500 }, (_, i) => i);
  const scale = prediction.map((_, i) => 1 + i / 100);
  const truth = prediction.map((p, i) => p + scale[i] * rng.normal());
  const made = regressionIntervals.calibrate(1, { truth, prediction, scale });
  const missing = prediction.map((_, i) => (i % 10 === 0 ? ["mri"] : []));
  const test = { truth, prediction, scale, missing, units: prediction.map((_, i) => (i < 40 ? "a" : `${i}`)) };
  const { y } = regressionIntervals.evaluate({ names: ["y"], calibrated: made, level: 0.9, test }).intervals.targets;

  it("is by fifths of prediction and truth, by absent modality, and by group of ten rows", () => {
    expect(y.byPrediction.map(({ rows, from }) => [rows, from])).toEqual(
      [0, 100, 200, 300, 400].map((from) => [100, from]),
    );
    const widths = y.byPrediction.map(({ halfWidth }) => halfWidth ?? 0);
    expect(widths[4] / widths[0]).toBeCloseTo(5.495 / 1.495, 6);
    expect(y.byTruth).toHaveLength(5);
    expect(y.byMissing?.map(({ missing: names, rows }) => [names, rows])).toEqual([
      [[], 450],
      [["mri"], 50],
    ]);
    expect(Object.keys(y.byUnit ?? {})).toEqual(["a"]);
    expect(y.curve.map(({ level }) => level)).toContain(0.95);
  });

  it("keeps equal values in one fifth, and is left out for few rows", () => {
    const ties = { ...test, prediction: prediction.map((_, i) => (i < 300 ? 0 : i)) };
    const request = { names: ["y"], calibrated: made, level: 0.9 };
    const [first] = regressionIntervals.evaluate({ ...request, test: ties }).intervals.targets.y.byPrediction;
    expect([first.rows, first.from, first.to]).toEqual([300, 0, 0]);
    const few = { truth: truth.slice(0, 49), prediction: prediction.slice(0, 49), scale: scale.slice(0, 49) };
    expect(regressionIntervals.evaluate({ ...request, test: few }).intervals.targets.y.byTruth).toEqual([]);
  });
});
