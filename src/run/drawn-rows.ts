import type { Rng } from "../math/rng.js";

/** At most so many of the rows, in their order. */
export function drawn(rows: Int32Array, most: number, rng: Rng): Int32Array {
  if (rows.length <= most) return rows;
  return rng
    .permutation(rows.length)
    .subarray(0, most)
    .sort()
    .map((i) => rows[i]);
}
