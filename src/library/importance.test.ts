import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { permutationImportance } from "./importance.js";

const rows = 1500;
const rng = new Rng("importance");
const columns = ["lh_a_area", "rh_a_area", "lh_b_area", "rh_b_area"];
const shared = Array.from({ length: rows }, () => rng.normal());
// Left and right of a hold nearly the same.
const values = Float64Array.from({ length: rows * 4 }, (_, i) => {
  const own = rng.normal();
  return i % 4 < 2 ? 0.95 * shared[Math.floor(i / 4)] + Math.sqrt(1 - 0.95 ** 2) * own : own;
});
const beta = [1, 1, 2, 0];
const linear = (x: Float64Array, count: number) =>
  Float64Array.from({ length: count }, (_, i) => beta.reduce((sum, b, j) => sum + b * x[4 * i + j], 0));
const truth = linear(Float64Array.from(values, Math.fround), rows).map((y) => y + rng.normal());
const options = {
  modalities: { brain: { columns, values } },
  truth,
  predict: ({ brain }: Readonly<Record<string, Float64Array>>, count: number) => linear(brain, count),
};

describe("permutation importance through the library", () => {
  it("of a linear model is 2 beta^2 var, and of columns together 2 beta' Cov beta", async () => {
    const found = await permutationImportance({ ...options, repeats: 10 });
    const predicted = linear(Float64Array.from(values, Math.fround), rows);
    const base = Math.sqrt(truth.reduce((sum, y, i) => sum + (y - predicted[i]) ** 2, 0) / rows);
    const squared = (kind: string, name: string) => {
      const item = found.find((each) => each.kind === kind && each.name === name);
      return ((item?.increase ?? Number.NaN) + base) ** 2 - base ** 2;
    };
    const covariance = (a: number, b: number) => {
      const at = (j: number) => Array.from({ length: rows }, (_, i) => values[4 * i + j]);
      const [x, y] = [at(a), at(b)];
      const mean = (v: number[]) => v.reduce((s, e) => s + e, 0) / rows;
      const [mx, my] = [mean(x), mean(y)];
      return x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) / (rows - 1);
    };
    const expected = (members: number[]) =>
      members.reduce((sum, a) => sum + members.reduce((s, b) => s + 2 * beta[a] * beta[b] * covariance(a, b), 0), 0);
    const within = (value: number, known: number) => expect(Math.abs(value / known - 1)).toBeLessThan(0.06);
    within(squared("column", "lh_a_area"), expected([0]));
    within(squared("column", "lh_b_area"), expected([2]));
    within(squared("group", "lh_a_area + 1"), expected([0, 1]));
    within(squared("region", "b"), expected([2, 3]));
    within(squared("hemisphere", "left"), expected([0, 2]));
    within(squared("modality", "brain"), expected([0, 1, 2, 3]));
    // Together more than twice each alone: correlated columns share importance.
    expect(squared("group", "lh_a_area + 1")).toBeGreaterThan(1.8 * 2 * squared("column", "lh_a_area"));
    const nothing = found.find(({ name }) => name === "rh_b_area");
    expect(nothing).toMatchObject({ increase: 0, low: 0, high: 0 });
  });

  it("is a function of its seed", async () => {
    const once = await permutationImportance({ ...options, repeats: 1, seed: 2 });
    expect(await permutationImportance({ ...options, repeats: 1, seed: 2 })).toEqual(once);
    expect(await permutationImportance({ ...options, repeats: 1, seed: 3 })).not.toEqual(once);
  });

  it.each([
    [{ truth: [1] }, "truth: 1 values"],
    [{ repeats: 0 }, "repeats: 0; expected a whole number"],
    [{ groups: ["a"] }, "groups: 1 labels for 1500 rows"],
    [
      { modalities: { brain: { columns: ["a"], values } } },
      "modalities.brain: 6000 values are not 1500 rows of 1 columns",
    ],
    [{ predict: () => [1] }, "predict: gave 1 predictions of 1500 rows"],
  ])("refuses %o", async (wrong, message) => {
    await expect(permutationImportance({ ...options, ...wrong })).rejects.toThrow(message);
  });
});
