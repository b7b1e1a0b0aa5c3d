import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { gaussianPidFromData, type PidFromDataOptions } from "./gaussian-pid-from-data.js";
import { influentialResiduals } from "./influential-rows.js";
import { outlyingRows } from "./outlying-rows.js";
import { pidFromResiduals } from "./residuals.js";

type Shape = "normal" | "t5" | "lognormal" | "counts" | "binary";

/** y = a_1 + b_1 + noise, every column then of the given shape. */
function table(shape: Shape, rows: number, seed: number, width = 2) {
  const rng = new Rng(`${shape}/${rows}/${seed}`);
  const chi = () => [1, 2, 3, 4, 5].reduce((sum) => sum + rng.normal() ** 2, 0);
  const shaped: Record<Shape, (v: number) => number> = {
    normal: (v) => v,
    t5: (v) => v / Math.sqrt(chi() / 5),
    lognormal: (v) => Math.exp(v),
    counts: (v) => Math.max(0, Math.round(v + 1)),
    binary: (v) => Number(v > 0.5),
  };
  const column = () => Float64Array.from({ length: rows }, () => rng.normal());
  const a = Array.from({ length: width }, column);
  const b = Array.from({ length: width }, column);
  const y = column().map((v, r) => 0.7 * v + a[0][r] + b[0][r]);
  const [target, ...sources] = [[y], a, b].map((columns) => columns.map((c) => c.map(shaped[shape])));
  return { y: target[0], a: sources[0], b: sources[1] };
}

type Table = ReturnType<typeof table>;

const estimate = ({ y, a, b }: Table, options: PidFromDataOptions = {}) =>
  gaussianPidFromData(
    { name: "y", columns: [y] },
    [
      { name: "a", columns: a },
      { name: "b", columns: b },
    ],
    options,
  );

const outliers: Record<string, (t: Table, row: number, value: number) => void> = {
  "target and modality": ({ y, a }, row, value) => {
    y[row] = value;
    a[0][row] = value;
  },
  "the target": ({ y }, row, value) => {
    y[row] = value;
  },
  "one modality": ({ a }, row, value) => {
    a[0][row] = value;
  },
};

describe("rows that carry an estimate", () => {
  it.each(Object.keys(outliers).flatMap((where) => [1, 2, 3].map((count) => ({ where, count }))))(
    "names $count of 300 far out in $where, and says what the others tell",
    ({ where, count }) => {
      for (const shape of ["normal", "t5"] as const) {
        const t = table(shape, 300, 1);
        const rest = estimate(table(shape, 300, 1)).information.total;
        const rows = [20, 77, 140].slice(0, count);
        rows.forEach((row, i) => void outliers[where](t, row, 1000 + 50 * i));
        const { influentialRows: found, information } = estimate(t);
        expect(found?.rows).toEqual(rows);
        // what k rows carry together is all but nothing of 1
        expect(found?.share).toBeGreaterThan(0.9 / count);
        expect(Math.abs((found?.without.information.total ?? 0) - rest)).toBeLessThan(0.1);
        expect(Math.abs(information.total - rest)).toBeGreaterThan(0.2);
      }
    },
  );

  it.each([1, 2, 3])("gives each of %i rows its part of what leaving them out changes", (count) => {
    const t = table("normal", 300, 7);
    // moderately far out, so that the share is neither 0 nor all
    for (const row of [20, 77, 140].slice(0, count)) {
      t.y[row] = 9 + row / 100;
      t.a[0][row] = -9 - row / 100;
    }
    const { influentialRows: found, information } = estimate(t);
    const without = found?.without as NonNullable<typeof found>["without"];
    const change = information.total - without.information.total;
    const error = without.standardErrors?.total as number;
    expect(found).toMatchObject({ of: null });
    expect(found?.rows).toHaveLength(count);
    expect(found?.share).toBeCloseTo((change / count) ** 2 / (change ** 2 / count + error ** 2), 12);
    // what k rows carry together is less than all
    expect(found?.share).toBeLessThan(1 / count);
  });

  it("names one row that makes the information infinite", () => {
    const t = table("normal", 300, 2);
    t.y[9] = 1e9;
    t.a[0][9] = 1e9;
    const { information, influentialRows: found } = estimate(t);
    expect(information.total).toBe(Number.POSITIVE_INFINITY);
    expect(found).toMatchObject({ rows: [9], share: 1, of: null });
    expect(found?.without.information.total).toBeLessThan(2);
  });

  it.each(["cross-fitted", "plug-in"] as const)("does so for the estimator %s", (estimator) => {
    const t = table("normal", 120, 3);
    t.y[5] = 1000;
    t.a[0][5] = 1000;
    expect(estimate(t, { estimator }).influentialRows?.rows).toEqual([5]);
  });

  it("has nothing to name where ranks have taken the distance away", () => {
    const t = table("normal", 300, 4);
    t.y[5] = 1000;
    t.a[0][5] = 1000;
    const ranks = { transform: "inverse-normal", transformSources: true } as const;
    expect(estimate(t, ranks).influentialRows).toBeNull();
  });

  it("says nothing of a row far out that changes nothing", () => {
    const t = table("normal", 300, 5);
    // on the line that the others lie on
    t.b[1][8] = 60;
    t.a[1] = t.b[1].map((v) => 2 * v);
    expect(outlyingRows([t.y, ...t.a, ...t.b])[0]).toEqual([8]);
    const { influentialRows } = estimate(t);
    expect(influentialRows?.rows ?? []).toEqual([]);
  });

  it.each(["normal", "t5", "lognormal", "counts", "binary"] as const)(
    "names none in all but one of a hundred clean tables: %s",
    (shape) => {
      let named = 0;
      let tables = 0;
      for (const rows of [30, 60, 300, 1000]) {
        for (let seed = 1; seed <= (rows > 500 ? 30 : 60); seed++) {
          tables++;
          if (estimate(table(shape, rows, 100 + seed)).influentialRows !== null) named++;
        }
      }
      expect(named / tables).toBeLessThanOrEqual(0.01);
    },
  );

  it("names rows of held-out residuals", () => {
    const residuals = ({ y, a, b }: Table) => ({
      names: ["a", "b"],
      target: y,
      residuals: [y.map((v, r) => v - a[0][r]), y.map((v, r) => v - b[0][r])],
      jointResiduals: y.map((v, r) => v - a[0][r] - b[0][r]),
    });
    const clean = residuals(table("normal", 200, 6));
    expect(influentialResiduals(clean, pidFromResiduals(clean))).toBeNull();
    const t = table("normal", 200, 6);
    t.y[3] = 50;
    const rows = residuals(t);
    const found = influentialResiduals(rows, pidFromResiduals(rows));
    expect(found?.rows).toEqual([3]);
    expect(found?.without.information.total).toBeCloseTo(pidFromResiduals(clean).information.total, 1);
  });
});
