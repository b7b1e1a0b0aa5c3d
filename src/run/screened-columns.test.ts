import { describe, expect, it } from "vitest";
import { rankedInputs } from "../../test/support/ranked-inputs.js";
import { parseConfig } from "../config/load.js";
import type { Dataset } from "../data/dataset.js";
import { fitModality, preprocessorMessages } from "../data/prepare/preprocessor.js";
import { Rng } from "../math/rng.js";
import { screenColumns } from "../mi/screening/screen.js";
import { screenedOut } from "./screened-columns.js";

const config = (columns: number) =>
  parseConfig({
    name: "s",
    data: {
      file: "t.csv",
      target: "y",
      modalities: { a: { columns: ["a*"], screen: { columns } }, b: { columns: ["b"] } },
    },
  }).data;

const columnNames = (width: number) => Array.from({ length: width }, (_, j) => `a${j}`);
const table = (values: Float64Array, width: number, y: Float64Array): Pick<Dataset, "modalities" | "targets"> => ({
  modalities: [
    { name: "a", columns: columnNames(width), values },
    { name: "b", columns: ["b"], values: y.slice() },
  ],
  targets: [{ name: "y", values: y }],
});
const places = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);

/** Columns and target that know nothing of one another. */
function noise(rows: number, width: number, seed: string) {
  const rng = new Rng(seed);
  const values = Float64Array.from({ length: rows * width }, () => rng.normal());
  return { values, y: Float64Array.from({ length: rows }, () => rng.normal()) };
}

describe("screenedOut", () => {
  it("keeps the columns that tell most, also what is not monotone, and names the others with the reason", () => {
    const [rows, width] = [400, 12];
    const { values, y } = noise(rows, width, "told");
    const rng = new Rng("told/y");
    for (let i = 0; i < rows; i++) {
      values[i * width + 11] = 1; // constant: never kept before one that varies
      y[i] = values[i * width + 3] + values[i * width + 7] ** 2 + 0.3 * rng.normal();
    }
    const all = places(0, rows);
    const found = screenedOut(table(values, width, y), all, config(2));
    expect([...found.keys()]).toEqual(["a"]);
    const leftOut = found.get("a");
    expect(columnNames(width).filter((name) => !leftOut?.columns.has(name))).toEqual(["a3", "a7"]);
    const [modality] = table(values, width, y).modalities;
    const data = config(2);
    const fitted = fitModality(modality, all, { ...data, inputs: rankedInputs(data.inputs), leftOut });
    expect(fitted.columns.map(({ name }) => name)).toEqual(["a3", "a7"]);
    expect(fitted.dropped).toHaveLength(10);
    expect(preprocessorMessages({ missing: "error", modalities: [fitted] })).toEqual([
      expect.stringContaining(
        "left out 10 columns (not among the 2 that tell most about the target in the training part)",
      ),
    ]);
    expect(screenedOut(table(values, width, y), all, config(11)).get("a")?.columns).toEqual(new Set(["a11"]));
    expect(screenedOut(table(values, width, y), all, config(12)).size).toBe(0);
  });

  it("sees no other rows than those of the training part", () => {
    const { values, y } = noise(120, 30, "rows");
    const own = screenedOut(table(values, 30, y), places(0, 80), config(5));
    for (let i = 80; i < 120; i++) {
      y[i] = 100 * i;
      for (let j = 0; j < 30; j++) values[i * 30 + j] = j < 5 ? y[i] : 0;
    }
    expect(screenedOut(table(values, 30, y), places(0, 80), config(5))).toEqual(own);
  });

  it("chosen before the split, columns of pure noise seem to tell about the test rows; chosen on training rows they do not", () => {
    const [rows, width, cut, tables] = [160, 100, 80, 20];
    /** Mean bits on the test rows, less their bias, of the columns that were kept by what the first rows show. */
    const bitsOnTest = (shown: number) => {
      const all = Array.from({ length: tables }, (_, k) => {
        const { values, y } = noise(rows, width, `leak/${k}`);
        const leftOut = screenedOut(table(values, width, y), places(0, shown), config(5)).get("a");
        const kept = columnNames(width).flatMap((name, j) => (leftOut?.columns.has(name) ? [] : [[name, j] as const]));
        const test = Object.fromEntries(
          kept.map(([name, j]) => [name, Float64Array.from(places(cut, rows), (i) => values[i * width + j])]),
        );
        return screenColumns(y.slice(cut), test).columns.map(({ bits }) => bits);
      }).flat();
      return all.reduce((sum, bits) => sum + bits, 0) / all.length;
    };
    // sd of G with 9 degrees of freedom, in bits of 80 rows: 0.038; of the mean over 100 columns 0.004
    expect(bitsOnTest(rows)).toBeGreaterThan(0.03);
    expect(Math.abs(bitsOnTest(cut))).toBeLessThan(0.015);
  });

  it("says which modality has too few training rows", () => {
    const { values, y } = noise(12, 8, "few");
    expect(() => screenedOut(table(values, 8, y), places(0, 12), config(3))).toThrow(
      "data.modalities.a.screen: on the training rows, a screening needs at least 20 rows",
    );
  });
});
