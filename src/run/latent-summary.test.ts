import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { latentSummary } from "./latent-summary.js";

const rows = 600;
const d = 4;

/** Latents [rows, 2 * d] of two modalities whose rows are drawn by `first` and `second`. */
function latents(first: (rng: Rng) => number[], second: (rng: Rng) => number[]): Float32Array {
  const rng = new Rng(3);
  return Float32Array.from(Array.from({ length: rows }, () => [...first(rng), ...second(rng)]).flat());
}

const normals = (rng: Rng) => Array.from({ length: d }, () => rng.normal());

describe("summary of the latents", () => {
  it("finds normal latents normal, whatever their place and size", () => {
    const shifted = (rng: Rng) => normals(rng).map((v, j) => 100 * j + 10 ** j * v);
    const { modalities, rows: used } = latentSummary(latents(normals, shifted), rows, ["a", "b"]);
    expect(used).toBe(rows);
    for (const { dimensions, constant, w, radius, quantiles } of Object.values(modalities)) {
      expect([dimensions, constant, w.length]).toEqual([d, 0, d]);
      expect(Math.min(...w)).toBeGreaterThan(0.99);
      expect(radius?.w).toBeGreaterThan(0.99);
      for (const { normal, median } of quantiles) {
        // the largest standard error of a quantile of 600 rows, at +-2.8
        if (Math.abs(normal) < 2) expect(Math.abs(median - normal)).toBeLessThan(0.25);
      }
    }
  });

  it("sees a skewed coordinate, and a radius that swings", () => {
    const skewed = (rng: Rng) => normals(rng).map((v, j) => (j === 0 ? Math.exp(v) : v));
    const scale = (rng: Rng) => {
      const common = rng.uniform() < 0.5 ? 0.5 : 1.5;
      return normals(rng).map((v) => common * v);
    };
    const { modalities } = latentSummary(latents(skewed, scale), rows, ["a", "b"]);
    expect(modalities.a.departing).toBeGreaterThanOrEqual(1);
    expect(Math.min(...modalities.a.w)).toBeLessThan(0.8);
    expect(modalities.b.radius?.pValue).toBeLessThan(1e-4);
  });

  it("counts coordinates that stand still and tests no radius with too few rows", () => {
    const still = (rng: Rng) => normals(rng).map((v, j) => (j < 3 ? 7 : v));
    const { modalities } = latentSummary(latents(normals, still), rows, ["a", "b"]);
    expect(modalities.b).toMatchObject({ dimensions: d, constant: 3, radius: null });
    expect(modalities.b.w).toHaveLength(1);
    const few = latentSummary(latents(normals, normals).subarray(0, 18 * 2 * d), 18, ["a", "b"]);
    expect(few.modalities.a.radius).toBeNull();
    expect(Math.max(...few.modalities.a.quantiles.map((q) => q.normal))).toBeLessThan(2);
  });

  it("thins what is too long for the test", () => {
    const rng = new Rng(1);
    const many = Float32Array.from({ length: 12_000 * 2 }, () => rng.normal());
    expect(latentSummary(many, 12_000, ["a", "b"]).rows).toBe(4000);
  });
});
