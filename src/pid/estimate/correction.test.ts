import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { rawPid, setInformation } from "../closed-form/raw.js";
import { type CovarianceSystem, eliminateSources } from "../closed-form/system.js";
import { standardise } from "../covariance/covariance.js";
import { covarianceFactor, wishartCovariance } from "../covariance/wishart.js";
import { detailSets, fullSet, members, pairSets, singleSet } from "../multi/modality-sets.js";
import { correctedRaw, correctedSystem, noCorrection, sampleCorrection } from "./correction.js";

interface Population {
  readonly dm: number;
  readonly dims: readonly number[];
  readonly covariance: Float64Array;
}

function population(dm: number, dims: readonly number[], seed: number): Population {
  const p = dims.reduce((sum, d) => sum + d, dm);
  const rng = new Rng(seed);
  const factor = Array.from({ length: p }, (_, i) =>
    Array.from({ length: p }, (_, j) => (j < i ? 0.3 * rng.normal() : i === j ? 1 : 0)),
  );
  const covariance = factor.flatMap((a) => factor.map((b) => a.reduce((sum, v, k) => sum + v * b[k], 0)));
  return { dm, dims, covariance: Float64Array.from(covariance) };
}

function eliminate({ dm, dims }: Population, covariance: Float64Array) {
  const sources = dims.map((size, k) => ({ name: `z${k}`, size }));
  const standard = standardise(covariance, dm, sources);
  return { standard, system: eliminateSources(standard, detailSets(dims.length)) };
}

/** Ranks of all sets when no columns depend on others. */
const ranks = (system: CovarianceSystem, dims: readonly number[]) =>
  new Map(
    [...system.posteriors.keys()].map((set) => [set, members(set, dims.length).reduce((sum, k) => sum + dims[k], 0)]),
  );

describe("corrections of a sample decomposition", () => {
  it.each([
    ["four targets, two modalities", 4, [6, 6], 1],
    ["two targets, three modalities", 2, [4, 4, 4], 2],
  ] as const)("%s: bring the mean over samples to the truth", (_, dm, dims, seed) => {
    const truth = population(dm, dims, seed);
    const exact = rawPid(eliminate(truth, truth.covariance).system, "broja").raw;
    const factor = covarianceFactor(truth.covariance, dm + dims.reduce((sum, d) => sum + d, 0));
    const n = 80;
    const tables = 40;
    const plugIn = [0, 0, 0];
    const corrected = [0, 0, 0];
    for (let t = 0; t < tables; t++) {
      const rng = new Rng(`sample/${t}`);
      const { standard, system } = eliminate(truth, wishartCovariance(factor, n - 1, rng));
      const correction = sampleCorrection(standard, system, ranks(system, dims), () => n, rng.split("bias"));
      const raws = [rawPid(system, "broja").raw, correctedRaw(system, "broja", correction)];
      [plugIn, corrected].forEach((sums, i) => {
        const { unique, redundancy, synergy } = raws[i];
        const all = unique.reduce((sum, u) => sum + u, 0);
        const whole = exact.unique.reduce((sum, u) => sum + u, 0);
        sums[0] += (all - whole) / tables;
        sums[1] += (redundancy - exact.redundancy) / tables;
        sums[2] += (synergy - exact.synergy) / tables;
      });
    }
    const size = (sums: number[]) => sums.reduce((sum, v) => sum + Math.abs(v), 0);
    expect(size(plugIn)).toBeGreaterThan(0.15);
    expect(size(corrected)).toBeLessThan(0.6 * size(plugIn));
  });

  it("keeps larger sets at least as informative as their parts, and information at 0 or above", () => {
    const truth = population(2, [2, 2, 2], 3);
    const { system } = eliminate(truth, truth.covariance);
    const bias = new Map([...system.posteriors.keys()].map((set) => [set, set === fullSet(3) ? 9 : 0.05]));
    const scaled = correctedSystem(system, { bias, spreadNoise: 0, ellipsoids: null }, 1);
    const largest = Math.max(...pairSets(3).map((set) => setInformation(scaled, set)));
    expect(setInformation(scaled, fullSet(3))).toBeCloseTo(largest, 12);
    const flat = correctedSystem(system, { ...noCorrection, bias: new Map([[singleSet(0), 99]]) }, 1);
    expect(setInformation(flat, singleSet(0))).toBe(0);
  });

  it("bounds the unique parts of two modalities by what both know together, however large the bias is", () => {
    for (const seed of [1, 2, 3, 4]) {
      const { system } = eliminate(population(2, [2, 2], seed), population(2, [2, 2], seed).covariance);
      const bias = new Map([...system.posteriors.keys()].map((set) => [set, set === fullSet(2) ? 9 : 0]));
      const correction = { bias, spreadNoise: 0, ellipsoids: null };
      const { total, single, unique, union, synergy, redundancy } = correctedRaw(system, "broja", correction);
      expect(total).toBeCloseTo(Math.max(...single), 12);
      expect(Math.min(synergy, redundancy, ...unique)).toBeGreaterThan(-1e-12);
      expect(union).toBeLessThanOrEqual(total + 1e-12);
      // I_a - I_b = u_a - u_b and u_a + r = I_a hold all the same
      expect(unique[0] - unique[1]).toBeCloseTo(single[0] - single[1], 12);
      expect(unique[0] + redundancy).toBeCloseTo(single[0], 12);
    }
  });

  it("of three modalities still add up to what all know together", () => {
    const { system } = eliminate(population(2, [2, 2, 2], 5), population(2, [2, 2, 2], 5).covariance);
    const exact = rawPid(system, "broja").raw;
    const ellipsoids = { union: 0.02, redundancy: 0.01, without: [0.01, 0.015, 0.02] };
    const raw = correctedRaw(system, "broja", { ...noCorrection, ellipsoids });
    const sum = raw.unique.reduce((a, b) => a + b, 0) + raw.redundancy + raw.partialRedundancy + raw.synergy;
    expect(sum).toBeCloseTo(raw.total, 12);
    expect(raw.union).toBeCloseTo(exact.union - 0.02, 12);
    expect(raw.redundancy).toBeCloseTo(Math.max(0, exact.redundancy - 0.01), 12);
  });

  it("changes nothing without a correction", () => {
    const truth = population(3, [2, 3], 4);
    const { system } = eliminate(truth, truth.covariance);
    const raw = correctedRaw(system, "broja", noCorrection);
    const exact = rawPid(system, "broja").raw;
    expect(raw.unique[0]).toBeCloseTo(exact.unique[0], 12);
    expect(raw.synergy).toBeCloseTo(exact.synergy, 12);
  });
});
