import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { standardise } from "../covariance/covariance.js";
import { gainsOf } from "../estimate/correction.js";
import { detailSets, emptySet, type ModalitySet, singleSet } from "../multi/modality-sets.js";
import type { PidMeasure } from "../types.js";
import { flatten } from "./flat-values.js";
import { directionGradients, valueGradients } from "./gradients.js";
import { rawPid } from "./raw.js";
import { eliminateSources, type PosteriorSystem } from "./system.js";

function randomSystem(dm: number, dims: readonly number[], seed: number): PosteriorSystem {
  const p = dims.reduce((sum, d) => sum + d, dm);
  const rng = new Rng(seed);
  const factor = Array.from({ length: p }, () => Float64Array.from({ length: p + 3 }, () => rng.normal()));
  const covariance = factor.map((a) => factor.map((b) => a.reduce((sum, v, k) => sum + v * b[k], 0)));
  const sources = dims.map((size, k) => ({ name: `z${k}`, size }));
  return eliminateSources(standardise(covariance, dm, sources), detailSets(dims.length));
}

const values = (system: PosteriorSystem, measure: PidMeasure) => flatten(rawPid(system, measure).raw, gainsOf(system));

/** The system with one posterior (the empty set: the target) moved along a symmetric direction. */
function moved(system: PosteriorSystem, set: ModalitySet, direction: Float64Array, step: number): PosteriorSystem {
  const move = (e: Float64Array) => e.map((v, i) => v + step * direction[i]);
  if (set === emptySet) return { ...system, target: move(system.target) };
  const posteriors = new Map(system.posteriors);
  posteriors.set(set, move(posteriors.get(set) as Float64Array));
  return { ...system, posteriors };
}

function symmetricDirection(n: number, rng: Rng): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      out[i * n + j] = rng.normal();
      out[j * n + i] = out[i * n + j];
    }
  }
  return out;
}

describe("derivatives by the posterior covariances", () => {
  it.each([
    ["scalar, two modalities", 1, [2, 3], "broja"],
    ["three targets, two modalities", 3, [4, 3], "broja"],
    ["idep, two targets", 2, [3, 2], "idep"],
    ["idep, scalar", 1, [3, 2], "idep"],
    ["scalar, three modalities", 1, [2, 2, 2], "broja"],
    ["two targets, three modalities", 2, [3, 2, 3], "broja"],
  ] as const)("%s: equal to finite differences", (_, dm, dims, measure) => {
    const rng = new Rng(3);
    for (let seed = 0; seed < 4; seed++) {
      const system = randomSystem(dm, dims, seed);
      const gradients = valueGradients(system, measure);
      for (const set of [emptySet, ...system.posteriors.keys()]) {
        const direction = symmetricDirection(dm, rng);
        const h = 1e-5;
        const up = values(moved(system, set, direction, h), measure);
        const down = values(moved(system, set, direction, -h), measure);
        gradients.forEach((gradient, i) => {
          const matrix = gradient.get(set);
          const slope = matrix === undefined ? 0 : matrix.reduce((sum, g, at) => sum + g * direction[at], 0);
          // 2e-4: the solver behind three modalities leaves 1e-9 bits, divided by the step
          expect(Math.abs((up[i] - down[i]) / (2 * h) - slope)).toBeLessThan(dims.length > 2 && dm > 1 ? 2e-4 : 1e-6);
        });
      }
    }
  });

  it("directions: their bits sum to I_a - I_b, and so do their derivatives", () => {
    const system = randomSystem(3, [4, 3], 9);
    const raw = rawPid(system, "broja").raw;
    const directions = directionGradients(system, 0, 1);
    expect(directions.reduce((sum, d) => sum + d.bits, 0)).toBeCloseTo(raw.single[0] - raw.single[1], 12);
    const gradients = valueGradients(system, "broja");
    const first = directions.reduce((sum, d) => sum + (d.gradient.get(singleSet(0)) as Float64Array)[4], 0);
    expect(first).toBeCloseTo((gradients[1].get(singleSet(0)) as Float64Array)[4], 12);
    const second = directions.reduce((sum, d) => sum + (d.gradient.get(singleSet(1)) as Float64Array)[4], 0);
    expect(second).toBeCloseTo(-(gradients[2].get(singleSet(1)) as Float64Array)[4], 12);
  });
});
