import { dot } from "../math/dot.js";
import type { Rng } from "../math/rng.js";

/** Rounds of the subspace iteration: enough for directions that explain well, which is all that is asked of them. */
const rounds = 8;

/**
 * Leading principal components of columns, by subspace iteration from a random start.
 * @param columns each [rows]; not centred: their means over the training rows are near 0
 * @param train   rows that the directions are those of
 * @param count   components wanted; fewer come back where the columns have no more
 * @returns scores of all rows, each [rows]
 */
export function leadingComponents(
  columns: readonly Float64Array[],
  train: Int32Array,
  count: number,
  rng: Rng,
): Float64Array[] {
  const p = columns.length;
  const given = columns.map((column) => Float64Array.from(train, (r) => column[r]));
  let directions: Float64Array[] = Array.from({ length: Math.min(count, p, train.length) }, () => {
    const direction = new Float64Array(p);
    rng.fillNormal(direction);
    return direction;
  });
  for (let round = 0; round < rounds; round++) {
    directions = orthonormal(directions.map((direction) => throughRows(given, direction)));
  }
  return directions.map((direction) => combined(columns, direction));
}

/** X'X v. */
function throughRows(columns: readonly Float64Array[], direction: Float64Array): Float64Array {
  const score = combined(columns, direction);
  return Float64Array.from(columns, (column) => dot(column, score, score.length));
}

function combined(columns: readonly Float64Array[], direction: Float64Array): Float64Array {
  const out = new Float64Array(columns[0].length);
  columns.forEach((column, j) => {
    const weight = direction[j];
    for (let r = 0; r < out.length; r++) out[r] += weight * column[r];
  });
  return out;
}

/** Gram-Schmidt, twice each; directions that the others hold are left out. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const kept: Float64Array[] = [];
  for (const vector of vectors) {
    const before = Math.sqrt(dot(vector, vector, vector.length));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of kept) {
        const share = dot(vector, other, vector.length);
        for (let j = 0; j < vector.length; j++) vector[j] -= share * other[j];
      }
    }
    const length = Math.sqrt(dot(vector, vector, vector.length));
    if (length > 1e-10 * before) kept.push(vector.map((v) => v / length));
  }
  return kept;
}
