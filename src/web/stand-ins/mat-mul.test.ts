import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { multiply } from "./mat-mul.js";

describe("multiply", () => {
  it.each([
    [1, 1, 1],
    [2, 3, 4],
    [3, 5, 1],
    [32, 17, 6],
    [5, 40, 11],
    [4, 0, 3],
  ])("%i x %i times %i columns: every entry is its sum", (rows, inner, columns) => {
    const rng = new Rng(`${rows} ${inner} ${columns}`);
    const a = Float32Array.from({ length: rows * inner }, () => rng.normal());
    const b = Float32Array.from({ length: inner * columns }, () => rng.normal());
    const entry = (i: number, j: number) =>
      Array.from({ length: inner }, (_, k) => a[i * inner + k] * b[k * columns + j]).reduce((sum, x) => sum + x, 0);
    const expected = Float32Array.from({ length: rows * columns }, (_, at) =>
      entry(Math.floor(at / columns), at % columns),
    );
    expect([...multiply(a, b, rows, inner, columns)]).toEqual([...expected]);
  });
});
