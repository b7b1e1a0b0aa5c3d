import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { fusionTerms } from "../../models/fusion.js";
import { placed, placesOf } from "./places.js";

const rows = 300;
const latentDim = 2;
const rng = new Rng("places");
/** Latents of two modalities; the second coordinate of the first differs most. */
const latents = Float32Array.from({ length: rows * 4 }, (_, i) => 1 + [1, 5, 1, 2][i % 4] * rng.normal());
const terms = fusionTerms(["a", "b"], { method: "pid", interaction: "hadamard" });

function squared(values: Float32Array, i: number, j: number, weights: readonly number[]): number {
  const width = weights.length;
  return weights.reduce((sum, w, k) => sum + w * (values[i * width + k] - values[j * width + k]) ** 2, 0);
}

describe("places of rows", () => {
  it("are as far from one another as latents weighed by the fusion", () => {
    const projection = placesOf(latents, rows, { terms, weights: [0.5, 0.1, 0.2], latentDim });
    const places = placed(projection, latents, rows);
    expect(projection.width).toBe(4);
    // own terms, and half of that of the product
    const weights = [0.6, 0.6, 0.2, 0.2];
    for (const [i, j] of [
      [0, 1],
      [5, 200],
      [299, 7],
    ]) {
      expect(squared(places, i, j, [1, 1, 1, 1])).toBeCloseTo(squared(latents, i, j, weights), 3);
    }
  });

  it("have their mean at 0 and begin with the coordinate that differs most", () => {
    const { matrix, origin, width } = placesOf(latents, rows, { terms, weights: [0.4, 0.4, 0.2], latentDim });
    const places = placed({ matrix, origin, width }, latents, rows);
    const moment = (k: number, power: number) =>
      Array.from({ length: rows }, (_, i) => places[i * width + k] ** power).reduce((a, b) => a + b, 0) / rows;
    for (let k = 0; k < width; k++) expect(moment(k, 1)).toBeCloseTo(0, 4);
    for (let k = 1; k < width; k++) expect(moment(k, 2)).toBeLessThan(moment(k - 1, 2));
  });

  it("do not count a modality of no weight", () => {
    const { matrix } = placesOf(latents, rows, { terms, weights: [1, 0, 0], latentDim });
    for (const value of matrix.subarray(2 * 4)) expect(Math.abs(value)).toBe(0);
  });

  it("have at most 32 coordinates", () => {
    const many = Float32Array.from({ length: rows * 80 }, () => rng.normal());
    const { matrix, width } = placesOf(many, rows, { terms, weights: [0.4, 0.4, 0.2], latentDim: 40 });
    expect([width, matrix.length]).toEqual([32, 80 * 32]);
  });
});
