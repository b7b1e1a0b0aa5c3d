import { choleskyFactor } from "../math/dense.js";
import type { Rng } from "../math/rng.js";
import { psiBias } from "./bias.js";
import { type StandardCovariance, standardise } from "./covariance.js";
import { conditionallyIndependentInformation, dependencyAtoms } from "./idep.js";
import { solvePencil } from "./pencil.js";
import { type RawPid, rawPid, setInformation } from "./raw.js";
import {
  eliminateSources,
  fullSet,
  type ModalitySet,
  members,
  type PosteriorSystem,
  posteriorOf,
  singleSet,
} from "./system.js";
import type { PidMeasure } from "./types.js";
import { covarianceFactor, wishartCovariance } from "./wishart.js";

/** Simulated sample covariances behind the corrections that have no formula. */
const DRAWS = 40;

/** What sampling adds to a plug-in decomposition, to be taken off again. */
export interface SampleCorrection {
  /** Digamma bias of I(Y; set), bits, by modality set. */
  readonly bias: ReadonlyMap<ModalitySet, number>;
  /** Two modalities, several targets: E[Σ c_i²] that sampling adds to the spread c of the log2 σ_i. */
  readonly spreadNoise: number;
  /** Three or more modalities, several targets: bias left in the ellipsoids after the digamma correction, bits. */
  readonly ellipsoids: EllipsoidInformation | null;
}

/** Union and intersection information, and the unions without each modality, bits. */
interface EllipsoidInformation {
  readonly union: number;
  readonly redundancy: number;
  readonly without: readonly number[];
}

/** No correction at all: for population covariances and held-out residuals. */
export const noCorrection: SampleCorrection = { bias: new Map(), spreadNoise: 0, ellipsoids: null };

/**
 * Corrections of a decomposition of a sample covariance.
 * @param system plug-in system of `standard`
 * @param ranks  independent columns of each set in `system`
 * @param n      rows; more than the rank of all modalities plus the number of targets
 * @throws RunError when there are too few rows
 */
export function sampleCorrection(
  standard: StandardCovariance,
  system: PosteriorSystem,
  ranks: ReadonlyMap<ModalitySet, number>,
  n: number,
  rng: Rng,
): SampleCorrection {
  const bias = new Map([...ranks].map(([set, rank]) => [set, psiBias(system.n, rank, n)]));
  if (system.n === 1) return { bias, spreadNoise: 0, ellipsoids: null };
  const draws = simulatedSystems(standard, system, n, rng);
  if (system.modalities === 2) return { bias, spreadNoise: spreadNoise(system, draws), ellipsoids: null };
  const truth = ellipsoidInformation(rawPid(system, "broja").raw);
  const digammaOnly = { bias, spreadNoise: 0, ellipsoids: null };
  const estimates = draws.map((draw) =>
    ellipsoidInformation(rawPid(correctedSystem(draw, digammaOnly, 1), "broja").raw),
  );
  return { bias, spreadNoise: 0, ellipsoids: meanDifference(estimates, truth) };
}

/** Systems of simulated samples from the Gaussian with this covariance. */
function simulatedSystems(
  standard: StandardCovariance,
  system: PosteriorSystem,
  n: number,
  rng: Rng,
): PosteriorSystem[] {
  const factor = covarianceFactor(standard.r, standard.n);
  const wanted = [...system.posteriors.keys()];
  return Array.from({ length: DRAWS }, () => {
    const covariance = wishartCovariance(factor, n - 1, rng);
    return eliminateSources(standardise(covariance, standard.targets, standard.sources), wanted);
  });
}

function spreadNoise(system: PosteriorSystem, draws: readonly PosteriorSystem[]): number {
  const spread = (s: PosteriorSystem) => centredLogs(s).reduce((sum, c) => sum + c * c, 0);
  return draws.reduce((sum, draw) => sum + spread(draw) / draws.length, 0) - spread(system);
}

/** log2 σ_i of the two posteriors, minus their mean. */
function centredLogs(system: PosteriorSystem): Float64Array {
  const { n } = system;
  const [l1, l2] = [0, 1].map((k) => choleskyFactor(posteriorOf(system, singleSet(k)), n, "posterior covariance"));
  const logs = solvePencil(l1, l2, n).sigma.map(Math.log2);
  const mean = logs.reduce((sum, l) => sum + l / n, 0);
  return logs.map((l) => l - mean);
}

function ellipsoidInformation(raw: RawPid): EllipsoidInformation {
  return { union: raw.union, redundancy: raw.redundancy, without: raw.unique.map((u) => raw.union - u) };
}

function meanDifference(estimates: readonly EllipsoidInformation[], truth: EllipsoidInformation): EllipsoidInformation {
  const mean = (pick: (e: EllipsoidInformation) => number) =>
    estimates.reduce((sum, e) => sum + pick(e) / estimates.length, 0) - pick(truth);
  return {
    union: mean((e) => e.union),
    redundancy: mean((e) => e.redundancy),
    without: truth.without.map((_, k) => mean((e) => e.without[k])),
  };
}

/**
 * The system with every posterior scaled so that its information loses its bias (not below 0), and larger sets know no
 * less than their parts.
 * @param times how often the bias is taken off: 1, or 2 for bootstrap samples of a sample
 */
export function correctedSystem(system: PosteriorSystem, correction: SampleCorrection, times: number): PosteriorSystem {
  const { n, target, modalities } = system;
  const sets = [...system.posteriors.keys()].sort(
    (a, b) => members(a, modalities).length - members(b, modalities).length,
  );
  const information = new Map<ModalitySet, number>();
  const posteriors = new Map<ModalitySet, Float64Array>();
  for (const set of sets) {
    const plugIn = setInformation(system, set);
    const parts = [...information].filter(([part]) => isSubset(part, set)).map(([, bits]) => bits);
    const bits = Math.max(0, plugIn - times * (correction.bias.get(set) ?? 0), ...parts);
    information.set(set, bits);
    const scale = 2 ** ((2 * (plugIn - bits)) / n);
    posteriors.set(set, bits === 0 ? target : posteriorOf(system, set).map((v) => v * scale));
  }
  return { ...system, posteriors };
}

function isSubset(part: ModalitySet, whole: ModalitySet): boolean {
  return (part & whole) === part;
}

/**
 * The decomposition of a plug-in system with the corrections taken off; atoms of two modalities are non-negative.
 * @param times see `correctedSystem`
 */
export function correctedRaw(
  system: PosteriorSystem,
  measure: PidMeasure,
  correction: SampleCorrection,
  times = 1,
): RawPid {
  const scaled = correctedSystem(system, correction, times);
  if (system.n === 1) return rawPid(scaled, measure).raw;
  if (system.modalities > 2) return correctedEllipsoids(rawPid(scaled, measure).raw, correction, times);
  return measure === "idep" ? correctedDependency(scaled) : correctedVectorPair(system, scaled, correction, times);
}

/** Spread shrinkage: the log2 σ_i of a sample are too far apart, which inflates both unique atoms. */
function correctedVectorPair(
  system: PosteriorSystem,
  scaled: PosteriorSystem,
  correction: SampleCorrection,
  times: number,
): RawPid {
  const [i1, i2, i12] = [1, 2, 3].map((set) => setInformation(scaled, set));
  const logs = centredLogs(system);
  const spread = logs.reduce((sum, c) => sum + c * c, 0);
  const shrink = spread === 0 ? 0 : Math.sqrt(Math.max(0, 1 - (times * Math.max(0, correction.spreadNoise)) / spread));
  let u1 = 0;
  let u2 = 0;
  for (const c of logs) {
    const l = c * shrink + (i1 - i2) / system.n;
    if (l > 0) u1 += l;
    else u2 -= l;
  }
  // u1 - u2 = I1 - I2 holds; keep it while no modality has more unique bits than bits, and the union fits into I12
  const excess = Math.max(0, u1 - i1, i1 + u2 - i12);
  u1 -= excess;
  u2 -= excess;
  const union = i1 + u2;
  return {
    total: i12,
    single: [i1, i2],
    unique: [u1, u2],
    redundancy: i1 - u1,
    synergy: i12 - union,
    partialRedundancy: 0,
    union,
    residual: 0,
  };
}

function correctedDependency(scaled: PosteriorSystem): RawPid {
  const [i1, i2, i12] = [1, 2, 3].map((set) => setInformation(scaled, set));
  const i7 = conditionallyIndependentInformation(
    scaled.n,
    scaled.target,
    posteriorOf(scaled, 1),
    posteriorOf(scaled, 2),
  );
  const { u1, u2, r, s, union } = dependencyAtoms(i1, i2, i12, Math.max(i7, i1, i2));
  return {
    total: i12,
    single: [i1, i2],
    unique: [u1, u2],
    redundancy: r,
    synergy: s,
    partialRedundancy: 0,
    union,
    residual: 0,
  };
}

function correctedEllipsoids(raw: RawPid, { ellipsoids }: SampleCorrection, times: number): RawPid {
  if (ellipsoids === null) return raw;
  const { total, single } = raw;
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  const union = clamp(raw.union - times * ellipsoids.union, Math.max(...single), total);
  const unique = single.map((_, k) => {
    const others = single.filter((_, j) => j !== k);
    return union - clamp(raw.union - raw.unique[k] - times * ellipsoids.without[k], Math.max(...others), union);
  });
  const redundancy = clamp(raw.redundancy - times * ellipsoids.redundancy, 0, Math.min(...single));
  const partialRedundancy = union - unique.reduce((sum, u) => sum + u, 0) - redundancy;
  return { ...raw, union, unique, redundancy, synergy: total - union, partialRedundancy };
}

/** What each modality adds to all others, bits. */
export function gainsOf(system: PosteriorSystem): number[] {
  const full = fullSet(system.modalities);
  const total = setInformation(system, full);
  return Array.from({ length: system.modalities }, (_, k) => total - setInformation(system, full - singleSet(k)));
}
