import { describe, expect, it } from "vitest";
import { type PreparedRows, readRows } from "../../data/rows.js";
import { Rng } from "../../math/rng.js";
import type { HeadlineError } from "../headline.js";
import { columnItems, wholeModality } from "./items.js";
import { measureItems, type PredictRows } from "./measure.js";

const rmse: HeadlineError = {
  ...{ key: "rmse", name: "RMSE", oneOf: "an RMSE", scale: null },
  rowCosts: (truth, prediction) => Float64Array.from(truth, (value, i) => (value - prediction[i]) ** 2),
  ofMeanCost: Math.sqrt,
};
/** The mean squared error itself, whose increase has a closed form. */
const mse: HeadlineError = { ...rmse, ofMeanCost: (cost) => cost };

/** y = sum of coefficient times input, over all modalities. */
function linear(coefficients: readonly (readonly number[])[]): PredictRows {
  return async (inputs: readonly PreparedRows[], rows) => {
    const out = new Float64Array(rows);
    for (const [m, input] of inputs.entries()) {
      const values = new Float32Array(rows * input.width);
      await readRows(
        input,
        Int32Array.from({ length: rows }, (_, i) => i),
        values,
      );
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < input.width; j++) out[i] += coefficients[m][j] * values[i * input.width + j];
      }
    }
    return out;
  };
}

function features(width: number) {
  return Array.from({ length: width }, (_, j) => ({ name: `x${j}`, inputs: [j] }));
}

function made(rows: number, seed: number, noise = 0.5, perGroup = 1) {
  const rng = new Rng(seed);
  const width = 3;
  const values = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      values[i * width + j] = i % perGroup === 0 ? rng.normal() : values[(i - 1) * width + j];
    }
  }
  const coefficients = [2, -1, 0];
  const truth = Float64Array.from({ length: rows }, (_, i) =>
    coefficients.reduce((sum, c, j) => sum + c * values[i * width + j], noise * rng.normal()),
  );
  return { inputs: [{ name: "a", width, values }], truth, coefficients, rng };
}

const items = [...columnItems(features(3)), wholeModality({ name: "a", width: 3 }, features(3))];

describe("permutation importance", () => {
  it("of a linear model is 2 beta^2 var in squared error, column by column and together", async () => {
    const { inputs, truth, coefficients, rng } = made(4000, 1);
    const measured = { inputs, predict: linear([coefficients]), truth, targets: ["y"], error: mse };
    const { items: found } = await measureItems(measured, 0, items, { repeats: 20, rng });
    const variances = [0, 1, 2].map((j) => varianceOf(inputs[0].values, 3, j));
    const expected = coefficients.map((beta, j) => 2 * beta ** 2 * variances[j]);
    // The sum over 20 permutations of 4000 rows has a relative standard error of about 1 / sqrt(20 * 4000) * a few.
    for (const j of [0, 1]) expect(Math.abs(found[j][0].increase / expected[j] - 1)).toBeLessThan(0.03);
    expect(found[2][0]).toEqual({ increase: 0, low: 0, high: 0 });
    const sum = expected[0] + expected[1];
    expect(Math.abs(found[3][0].increase / sum - 1)).toBeLessThan(0.05);
  });

  it("has intervals that hold the true increase about as often as they say, rows independent or in groups", async () => {
    for (const perGroup of [1, 4]) {
      let inside = 0;
      const runs = 120;
      for (let seed = 1; seed <= runs; seed++) {
        const { inputs, truth, coefficients, rng } = made(160, seed, 1, perGroup);
        const groups = perGroup === 1 ? {} : { groups: Array.from(truth, (_, i) => `g${Math.floor(i / perGroup)}`) };
        const measured = { inputs, predict: linear([coefficients]), truth, targets: ["y"], error: mse, ...groups };
        const { items: found } = await measureItems(measured, 0, items.slice(0, 1), { repeats: 5, rng });
        const [[{ low, high }]] = found;
        // Of the population: 2 * 2^2 * 1.
        inside += Number(low <= 8 && 8 <= high);
      }
      // 0.95 less the narrowness of percentile intervals of 40 groups, and two standard errors of a share of 120.
      expect(inside / runs, `${perGroup} rows a group`).toBeGreaterThan(0.88);
      expect(inside / runs, `${perGroup} rows a group`).toBeLessThan(1);
    }
  });

  it("takes what is equal within groups from other groups, so that copies of rows do not shrink it", async () => {
    const { inputs, truth, coefficients, rng } = made(400, 3, 0, 40);
    const measured = { inputs, predict: linear([coefficients]), truth, targets: ["y"], error: mse };
    const groups = Array.from(truth, (_, i) => `g${Math.floor(i / 40)}`);
    const options = { repeats: 200, rng };
    const known = await measureItems({ ...measured, groups }, 0, items.slice(0, 1), options);
    const blind = await measureItems(measured, 0, items.slice(0, 1), options);
    // Of 10 groups 1 in 10 rows takes from its own where groups are not known.
    expect(blind.items[0][0].increase / known.items[0][0].increase).toBeGreaterThan(0.85);
    expect(blind.items[0][0].increase / known.items[0][0].increase).toBeLessThan(0.95);
  });

  it("is the same whatever else is measured, and for the same inputs under two names", async () => {
    const { inputs, truth, coefficients } = made(300, 5);
    const measured = { inputs, predict: linear([coefficients]), truth, targets: ["y"], error: rmse };
    const all = await measureItems(measured, 0, items, { repeats: 3, rng: new Rng(1) });
    const one = await measureItems(measured, 0, [{ ...items[1], name: "again" }], { repeats: 3, rng: new Rng(1) });
    expect(one.items[0]).toEqual(all.items[1]);
  });
});

function varianceOf(values: Float32Array, width: number, j: number): number {
  const column = Array.from({ length: values.length / width }, (_, i) => values[i * width + j]);
  const mean = column.reduce((a, b) => a + b, 0) / column.length;
  return column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (column.length - 1);
}
