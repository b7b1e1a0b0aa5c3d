import { describe, expect, it } from "vitest";
import { readRows } from "../../data/rows.js";
import { Rng } from "../../math/rng.js";
import { gridOf, partialDependence } from "./dependence.js";
import type { PredictRows } from "./measure.js";

/** y = a^2 + b c, one modality of three inputs. */
const product: PredictRows = async ([input], rows) => {
  const values = new Float32Array(rows * 3);
  await readRows(
    input,
    Int32Array.from({ length: rows }, (_, i) => i),
    values,
  );
  return Float64Array.from({ length: rows }, (_, i) => values[3 * i] ** 2 + values[3 * i + 1] * values[3 * i + 2]);
};

const rng = new Rng(1);
const values = Float32Array.from({ length: 300 }, () => rng.normal());
const rows = { inputs: [{ name: "a", width: 3, values }], predict: product, targets: 1 };
const at = [-1, 0, 2];
const points = at.map((value) => ({ at: value, values: [value] }));

describe("partial dependence", () => {
  it("on a part that adds is its function, and its band has no width", async () => {
    const [curve] = await partialDependence(rows, 0, { name: "x", inputs: [0], points });
    const rest = mean((i) => values[3 * i + 1] * values[3 * i + 2]);
    curve.forEach((point, p) => {
      expect(point.at).toBe(at[p]);
      // Float32 inputs.
      expect(point.mean).toBeCloseTo(at[p] ** 2 + rest, 5);
      expect(point.high - point.low).toBeLessThan(1e-5);
    });
  });

  it("on a factor has a band as wide as the other factor spreads", async () => {
    const [curve] = await partialDependence(rows, 0, { name: "x", inputs: [1], points });
    const others = Array.from({ length: 100 }, (_, i) => values[3 * i + 2]).sort((a, b) => a - b);
    // Curve of a row: c (x - mean of the grid) about its own mean.
    const spread = others[89] - others[10];
    expect(curve[2].high - curve[2].low).toBeGreaterThan((2 - 1 / 3) * spread * 0.9);
    expect(curve[2].mean - curve[0].mean).toBeCloseTo(3 * mean((i) => values[3 * i + 2]), 5);
  });
});

describe("the values of a column", () => {
  it("are those that occur where they are few, within the percentiles", () => {
    expect(gridOf([3, 1, 1, 2, 9, Number.NaN], 1, 3)).toEqual([1, 2, 3]);
  });

  it("are spaced evenly where they are many", () => {
    const many = Array.from({ length: 101 }, (_, i) => i);
    expect(gridOf(many, 5, 95, 4)).toEqual([5, 35, 65, 95]);
  });
});

function mean(value: (i: number) => number): number {
  return Array.from({ length: 100 }, (_, i) => value(i)).reduce((a, b) => a + b, 0) / 100;
}
