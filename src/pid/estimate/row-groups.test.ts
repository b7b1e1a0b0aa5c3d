import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { combineValues } from "../closed-form/combine-values.js";
import type { PidValues } from "../types.js";
import { assignGroupFolds } from "./cross-fit.js";
import { effectiveRows } from "./effective-rows.js";
import { gaussianPidFromData, type PidFromDataOptions } from "./gaussian-pid-from-data.js";
import { permutationTest, type Shuffle } from "./permutation.js";
import { pidFromResiduals } from "./residuals.js";
import { type GroupLabel, membersOf, type RowGroups, rowGroups, widening } from "./row-groups.js";

const rows = 60;

/** y = a + b / 2 + noise, and a column of each modality that knows nothing. */
function table(n = rows, seed = "groups") {
  const rng = new Rng(seed);
  const [a, a2, b, b2, e] = Array.from({ length: 5 }, () => Float64Array.from({ length: n }, () => rng.normal()));
  const y = a.map((v, r) => v + b[r] / 2 + e[r]);
  return {
    target: { name: "y", columns: [y] },
    sources: [
      { name: "a", columns: [a, a2] },
      { name: "b", columns: [b, b2] },
    ],
  };
}

const estimate = (
  groups: ArrayLike<GroupLabel> | undefined,
  options: PidFromDataOptions = {},
  { target, sources } = table(),
) => gaussianPidFromData(target, sources, { ...options, groups });

const residualsOf = ({ target, sources } = table()) => ({
  names: ["a", "b"],
  target: target.columns[0],
  residuals: sources.map(({ columns }) => target.columns[0].map((v, r) => v - columns[0][r])),
  jointResiduals: target.columns[0].map((v, r) => v - sources[0].columns[0][r] - sources[1].columns[0][r] / 2),
});

/** Every column k times, one after the other. */
const repeated = (values: Float64Array, k: number) =>
  Float64Array.from({ length: k * values.length }, (_, r) => values[r % values.length]);

const largest = (a: PidValues, b: PidValues, compare: (x: number, y: number) => number) => {
  let most = 0;
  combineValues([a, b], ([x, y]) => {
    most = Math.max(most, compare(x, y));
    return 0;
  });
  return most;
};

describe("labels of groups", () => {
  it.each([
    ["null", null],
    ["undefined", undefined],
    ["an empty text", ""],
    ["NaN", Number.NaN],
  ])("refuses a row whose label is %s, and names it", (_, label) => {
    const labels: GroupLabel[] = Array.from({ length: rows }, (_row, r) => r % 6);
    labels[7] = label;
    expect(() => estimate(labels)).toThrow(/row 8 \(counted from 1\) has no label/);
    expect(() => pidFromResiduals({ ...residualsOf(), groups: labels })).toThrow(
      /row 8 \(counted from 1\) has no label/,
    );
  });

  it("refuses another number of labels than rows, and a single group", () => {
    expect(() => estimate([1, 2, 3])).toThrow("expected one label per row, 60 in all, got 3");
    expect(() => estimate(new Array(rows).fill("s1"))).toThrow(/all 60 rows are of the group "s1"/);
  });

  it("a single group of held-out rows has no errors, and says so", () => {
    const pid = pidFromResiduals({ ...residualsOf(), groups: new Array(rows).fill("s1") });
    expect(pid).toMatchObject({ standardErrors: null, contrasts: null, secondReading: { standardErrors: null } });
    expect(pid.flags).toContain("few-groups");
    expect(pid.information).toEqual(pidFromResiduals(residualsOf()).information);
  });

  it.each<[string, PidFromDataOptions]>([
    ["bias-corrected", { bootstrap: 20, permutations: 20, local: true }],
    ["cross-fitted", { estimator: "cross-fitted", bootstrap: 20, permutations: 20 }],
  ])("one row per group is the answer without groups, %s", (_, options) => {
    const own = Array.from({ length: rows }, (_row, r) => `p${r}`);
    expect(estimate(own, options)).toEqual(estimate(undefined, options));
    expect(pidFromResiduals({ ...residualsOf(), groups: own })).toEqual(pidFromResiduals(residualsOf()));
  });
});

describe("errors by groups", () => {
  it("rows that were entered k times in one group have the error of the rows once, times Student's t", () => {
    const once = pidFromResiduals(residualsOf());
    const left = residualsOf();
    const groups = Array.from({ length: 3 * rows }, (_, r) => r % rows);
    const again = pidFromResiduals({
      names: left.names,
      target: repeated(left.target, 3),
      residuals: left.residuals.map((r) => repeated(r, 3)),
      jointResiduals: repeated(left.jointResiduals, 3),
      groups,
    });
    const factor = widening(rowGroups(groups, 3 * rows) as RowGroups, 0.95);
    expect(factor).toBeGreaterThan(1.02);
    const error = (pid: typeof once) => pid.standardErrors as PidValues;
    expect(largest(error(again), error(once), (x, y) => Math.abs(x - factor * y))).toBeLessThan(1e-12);
  });

  it("fewer than 20 groups are flagged, and their errors are no smaller than those of the influence", () => {
    const groups = Array.from({ length: rows }, (_, r) => r % 6);
    const found = estimate(groups);
    expect(found.flags).toContain("few-groups");
    expect(estimate(Array.from({ length: rows }, (_, r) => r % 30)).flags).not.toContain("few-groups");
    expect(found.intervals?.method).toContain("groups of rows");
  });

  it("modalities that are constant within groups: an estimate, worth one row per group", () => {
    const { target, sources } = table(400);
    const groups = Array.from({ length: 400 }, (_, r) => Math.floor(r / 10));
    const constant = sources.map(({ name, columns }) => ({
      name,
      columns: columns.map((column) => column.map((_, r) => column[10 * groups[r]])),
    }));
    const y = {
      name: "y",
      columns: [target.columns[0].map((_, r) => target.columns[0][10 * groups[r]] + 0.01 * sources[0].columns[1][r])],
    };
    const grouped = gaussianPidFromData(y, constant, { groups }).standardErrors?.information.total as number;
    const alone = gaussianPidFromData(y, constant).standardErrors?.information.total as number;
    // ten equal rows each: errors larger by the square root of 10, and a little by Student's t
    expect(grouped / alone).toBeGreaterThan(3);
    expect(grouped / alone).toBeLessThan(4.2);
  });

  it("independent rows that happen to have groups are worth themselves; equal ones one per group", () => {
    const rng = new Rng("worth");
    const groups = rowGroups(
      Array.from({ length: 400 }, (_, r) => r % 80),
      400,
    ) as RowGroups;
    const unit = (column: Float64Array) => {
      const mean = column.reduce((sum, v) => sum + v / column.length, 0);
      const length = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0));
      return column.map((v) => (v - mean) / length);
    };
    const worth = (draw: () => Float64Array) => effectiveRows([unit(draw())], [unit(draw())], groups);
    const mean = (draw: () => Float64Array) =>
      Array.from({ length: 40 }, () => 1 / worth(draw)).reduce((a, b) => a + b / 40, 0) ** -1;
    const own = () => Float64Array.from({ length: 400 }, () => rng.normal());
    const same = () =>
      repeated(
        Float64Array.from({ length: 80 }, () => rng.normal()),
        5,
      );
    expect(mean(own)).toBeGreaterThan(330);
    // residuals and leverages of so few rows are not quite orthogonal
    expect(Math.abs(worth(same) - 80)).toBeLessThan(10);
  });
});

describe("resampling by groups", () => {
  const sizes = [9, 5, 5, 4, 3, 3, 2, 1, 1, 1];
  const labels = sizes.flatMap((size, g) => new Array<number>(size).fill(g));
  const groups = rowGroups(labels, labels.length) as RowGroups;

  it.each([2, 3, 10, 20])("no group straddles %i folds, and no fold is empty", (folds) => {
    const fold = assignGroupFolds(groups, folds, new Rng("folds"));
    for (const rows of membersOf(groups)) expect(new Set(rows.map((r) => fold[r])).size).toBe(1);
    expect(new Set(fold).size).toBe(Math.min(folds, sizes.length));
  });

  const shufflesOf = (of: RowGroups) => {
    const seen: Shuffle[] = [];
    permutationTest(["a"], of.of.length, of, (shuffle) => [seen.push(shuffle), 0], 20, new Rng("p"));
    return seen.slice(1);
  };

  it("groups of equal size exchange their targets whole", () => {
    const equal = rowGroups(
      Array.from({ length: 12 }, (_, r) => r % 4),
      12,
    ) as RowGroups;
    const target = Float64Array.from({ length: 12 }, (_, r) => 100 * (r % 4) + Math.floor(r / 4));
    for (const shuffle of shufflesOf(equal)) {
      const drawn = shuffle.apply(target);
      for (const rows of membersOf(equal)) {
        expect(new Set(Array.from(rows, (r) => Math.floor(drawn[r] / 100))).size).toBe(1);
        expect(Array.from(rows, (r) => drawn[r] % 100)).toEqual([0, 1, 2]);
      }
    }
  });

  it("groups of other sizes change signs whole", () => {
    const target = Float64Array.from(labels, (_, r) => Math.sin(r));
    for (const shuffle of shufflesOf(groups)) {
      const drawn = shuffle.apply(target);
      const shift = drawn.map((v, r) => Math.min(Math.abs(v - target[r]), Math.abs(v + target[r])));
      // the mean that is taken off again is the same in every row
      const signs = membersOf(groups).map((rows) => {
        const plus = Array.from(rows, (r) => drawn[r] - target[r]);
        const minus = Array.from(rows, (r) => drawn[r] + target[r]);
        return [plus, minus].some((list) => Math.max(...list) - Math.min(...list) < 1e-12);
      });
      expect(signs.every(Boolean)).toBe(true);
      expect(shift.length).toBe(labels.length);
    }
  });

  it("a bootstrap of whole groups is as wide as the groups are few", () => {
    const found = estimate(
      Array.from({ length: rows }, (_, r) => r % 6),
      { bootstrap: 100 },
    );
    const alone = estimate(undefined, { bootstrap: 100 });
    expect(found.bootstrap?.standardErrors.information.total).not.toBe(
      alone.bootstrap?.standardErrors.information.total,
    );
  });
});

describe("which estimator", () => {
  it.each<[string, number, number | null, string]>([
    ["rows to spare", 9, null, "cross-fitted"],
    ["as many groups as columns", 200, 8, "cross-fitted"],
    ["more groups than columns", 200, 50, "bias-corrected"],
    ["no groups", 200, null, "bias-corrected"],
  ])("%s", (_, n, count, expected) => {
    const width = n === 9 ? 10 : 2;
    const rng = new Rng("which");
    const count_ = n === 9 ? 24 : n;
    const column = () => Float64Array.from({ length: count_ }, () => rng.normal());
    const source = (name: string) => ({ name, columns: Array.from({ length: width }, column) });
    const groups = count === null ? undefined : Array.from({ length: count_ }, (_row, r) => r % count);
    const found = gaussianPidFromData({ name: "y", columns: [column()] }, [source("a"), source("b")], { groups });
    expect(found.estimator).toBe(expected);
    expect(found.flags.includes("few-rows")).toBe(expected === "cross-fitted");
  });
});
