import { describe, expect, it } from "vitest";
import { Rng } from "./rng.js";
import { earlierCopies, RowHashes, SeenRows } from "./row-copies.js";

function hashesOf(columns: readonly ArrayLike<number>[]): RowHashes {
  const hashes = new RowHashes(columns[0].length);
  for (const column of columns) for (let r = 0; r < column.length; r++) hashes.add(r, column[r]);
  return hashes;
}

describe("rows that repeat earlier ones", () => {
  it("finds the first of equal rows; -0 is 0, a gap equals a gap, and the order of values counts", () => {
    const a = [1, 2, 1, -0, 0, Number.NaN, Number.NaN, 2, 1];
    const b = [2, 1, 2, 5, 5, 3, 3, 1, 2];
    expect([...earlierCopies(hashesOf([a, b]))]).toEqual([-1, -1, 0, -1, 3, -1, 5, 1, 0]);
  });

  it("tells values apart that differ in the last bit", () => {
    const next = 1 + Number.EPSILON;
    expect([...earlierCopies(hashesOf([[1, next, 1]]))]).toEqual([-1, -1, 0]);
    expect([...earlierCopies(hashesOf([[Number.NaN, 0]]))]).toEqual([-1, -1]);
  });

  it("finds none among 200,000 rows of few values that all differ, nor among drawn ones, and all planted ones", () => {
    const rows = 200_000;
    const digits = [0, 1, 2].map((d) => Float64Array.from({ length: rows }, (_, r) => Math.floor(r / 60 ** d) % 60));
    expect(earlierCopies(hashesOf(digits)).every((row) => row === -1)).toBe(true);
    const rng = new Rng(1);
    const drawn = [0, 1].map(() => Float64Array.from({ length: rows }, () => rng.normal()));
    for (const column of drawn) for (let r = 0; r < 50; r++) column[rows - 1 - r] = column[r * 7];
    const copies = earlierCopies(hashesOf(drawn));
    expect(copies.filter((row) => row >= 0)).toEqual(Int32Array.from({ length: 50 }, (_, i) => 7 * (49 - i)));
  });

  it("keeps the two halves of a hash unrelated", () => {
    const hashes = hashesOf([Float64Array.from({ length: 20_000 }, (_, r) => r)]);
    const seen = new SeenRows();
    // 20,000 draws of 2^32 values: 0.05 pairs expected
    let halves = 0;
    for (let r = 0; r < hashes.rows; r++) if (seen.add(hashes.high[r], 0, r) >= 0) halves++;
    expect(halves).toBeLessThan(5);
  });
});
