import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { permutedRows, withRowsOf } from "./permute-targets.js";

const rows = 12;
const values = Float64Array.from({ length: rows }, (_, i) => i * i);
const target = { name: "y", values };
const sorted = (source: ArrayLike<number>) => Array.from(source).sort((a, b) => a - b);
const all = Array.from({ length: rows }, (_, i) => i);

describe("targets dealt anew", () => {
  it("are the same values in another order, by the seed alone", () => {
    const source = permutedRows([target], rows, {}, new Rng(1));
    expect(sorted(source)).toEqual(all);
    expect(Array.from(source)).not.toEqual(all);
    expect(permutedRows([target], rows, {}, new Rng(1))).toEqual(source);
    expect(permutedRows([target], rows, {}, new Rng(2))).not.toEqual(source);
    const [moved] = withRowsOf([target], source);
    expect(Array.from(moved.values)).toEqual(Array.from(source, (row) => row * row));
  });

  it("stay within groups in which they vary; groups of one row deal theirs among one another", () => {
    const group = all.map((i) => (i < 5 ? "a" : i < 9 ? "b" : `single ${i}`));
    const source = permutedRows([target], rows, { group }, new Rng(3));
    expect(sorted(source.slice(0, 5))).toEqual([0, 1, 2, 3, 4]);
    expect(sorted(source.slice(5, 9))).toEqual([5, 6, 7, 8]);
    expect(sorted(source.slice(9))).toEqual([9, 10, 11]);
    expect(Array.from(source)).not.toEqual(all);
  });

  it("of groups in which they are constant move as wholes", () => {
    const group = all.map((i) => `subject ${Math.floor(i / 3)}`);
    const constant = { name: "age", values: Float64Array.from(all, (i) => 10 * Math.floor(i / 3)) };
    const [moved] = withRowsOf([constant], permutedRows([constant], rows, { group }, new Rng(5)));
    const ofSubjects = [0, 3, 6, 9].map((first) => new Set(moved.values.slice(first, first + 3)));
    expect(ofSubjects.every(({ size }) => size === 1)).toBe(true);
    expect(sorted(moved.values)).toEqual(sorted(constant.values));
    expect(moved.values).not.toEqual(constant.values);
  });

  it("stay within strata, and the targets of a row together", () => {
    const within = all.map((i) => (i % 2 === 0 ? "even" : "odd"));
    const other = { name: "z", values: values.map((value) => value + 0.5) };
    const source = permutedRows([target, other], rows, { within }, new Rng(7));
    expect(Array.from(source, (row) => row % 2)).toEqual(all.map((i) => i % 2));
    const [y, z] = withRowsOf([target, other], source);
    expect(z.values).toEqual(y.values.map((value) => value + 0.5));
  });
});
