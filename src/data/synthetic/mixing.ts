import type { Rng } from "../../math/rng.js";
import type { MixingName } from "./generators.js";

/**
 * An injective map of latents [width] to columns [width]: it loses nothing, so the columns know exactly what the latents
 * know. linear: a random rotation; mlp: two random rotations, each followed by x -> tanh(1.5 x) + x/4 per entry (strictly
 * increasing), then a last rotation.
 */
export function randomMixing(kind: MixingName, width: number, rng: Rng): (latents: Float64Array) => Float64Array {
  const layers = kind === "linear" ? 0 : 2;
  const rotations = Array.from({ length: layers + 1 }, (_, i) => randomRotation(width, rng.split(`layer/${i}`)));
  return (latents) => {
    let values = latents;
    for (let i = 0; i < layers; i++) values = rotate(rotations[i], values).map(bend);
    return rotate(rotations[layers], values);
  };
}

function bend(x: number): number {
  return Math.tanh(1.5 * x) + 0.25 * x;
}

/** Random orthogonal matrix as rows: Gram-Schmidt, twice for accuracy, on normal draws. */
export function randomRotation(width: number, rng: Rng): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let i = 0; i < width; i++) {
    const row = new Float64Array(width);
    rng.fillNormal(row);
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of rows) {
        const overlap = product(row, earlier);
        for (let j = 0; j < width; j++) row[j] -= overlap * earlier[j];
      }
    }
    const length = Math.sqrt(product(row, row));
    rows.push(row.map((x) => x / length));
  }
  return rows;
}

function rotate(rows: readonly Float64Array[], x: Float64Array): Float64Array {
  return Float64Array.from(rows, (row) => product(row, x));
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
