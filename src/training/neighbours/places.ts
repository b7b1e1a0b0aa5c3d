import { Matrix } from "ml-matrix";
import { covariance, symmetricEigen } from "../../math/linalg.js";
import type { FusionTerm } from "../../models/fusion.js";

/** How latents become the place of a row: z A - a. */
export interface Projection {
  /** A, row-major [M d, D]. */
  readonly matrix: Float64Array;
  /** a, [D]. */
  readonly origin: Float64Array;
  /** D. */
  readonly width: number;
}

/** Most coordinates of a place; on four tables 64 erred as 32, 16 a little more. */
export const mostCoordinates = 32;
/** Rows that the directions are found from at most. */
const mostRows = 2000;

/**
 * The principal directions of latents, in which a modality counts by what its fusion terms weigh: every squared difference of its
 * latent has the weight of its own term and half of those of its products.
 * @param latents row-major [rows, M d]
 * @param weights of the terms
 */
export function placesOf(
  latents: Float32Array,
  rows: number,
  { terms, weights, latentDim }: { terms: readonly FusionTerm[]; weights: readonly number[]; latentDim: number },
): Projection {
  const columns = latents.length / rows;
  const scale = Float64Array.from({ length: columns }, (_, c) =>
    Math.sqrt(weightOf(Math.floor(c / latentDim), terms, weights)),
  );
  const count = Math.min(rows, mostRows);
  const seen = new Matrix(count, columns);
  for (let i = 0; i < count; i++) {
    const from = Math.floor((i * rows) / count) * columns;
    for (let c = 0; c < columns; c++) seen.set(i, c, scale[c] * latents[from + c]);
  }
  const { vectors } = symmetricEigen(covariance(seen), "covariance of the latents");
  const width = Math.min(mostCoordinates, columns);
  // eigenvalues ascend
  const matrix = Float64Array.from({ length: columns * width }, (_, i) => {
    const c = Math.floor(i / width);
    return scale[c] * vectors.get(c, columns - 1 - (i % width));
  });
  const origin = new Float64Array(width);
  meanLatent(latents, columns).forEach((value, c) => {
    for (let k = 0; k < width; k++) origin[k] += value * matrix[c * width + k];
  });
  return { matrix, origin, width };
}

/** Places of rows of latents, row-major [rows, D]. */
export function placed({ matrix, origin, width }: Projection, latents: Float32Array, rows: number): Float32Array {
  const columns = latents.length / rows;
  const out = new Float32Array(rows * width);
  const own = new Float64Array(width);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < width; k++) own[k] = -origin[k];
    for (let c = 0; c < columns; c++) {
      const value = latents[r * columns + c];
      for (let k = 0; k < width; k++) own[k] += value * matrix[c * width + k];
    }
    out.set(own, r * width);
  }
  return out;
}

/** [M d] */
function meanLatent(latents: Float32Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  latents.forEach((value, i) => {
    sums[i % columns] += value;
  });
  return sums.map((sum) => (sum * columns) / latents.length);
}

function weightOf(modality: number, terms: readonly FusionTerm[], weights: readonly number[]): number {
  return terms.reduce((sum, { modalities }, t) => {
    return modalities.includes(modality) ? sum + weights[t] / modalities.length : sum;
  }, 0);
}
