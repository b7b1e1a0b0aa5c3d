import { choleskyFactor } from "../../math/dense.js";
import type { Rng } from "../../math/rng.js";
import { conditionallyIndependentInformation, dependencyAtoms } from "../closed-form/idep.js";
import { type RawPid, rawPid, setInformation } from "../closed-form/raw.js";
import { eliminateSources, type PosteriorSystem, posteriorOf } from "../closed-form/system.js";
import { type StandardCovariance, standardise } from "../covariance/covariance.js";
import { solvePencil } from "../covariance/pencil.js";
import { covarianceFactor, wishartCovariance } from "../covariance/wishart.js";
import { fullSet, isSubset, type ModalitySet, members, singleSet } from "../multi/modality-sets.js";
import type { PidMeasure } from "../types.js";
import { psiBias } from "./bias.js";

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
 * @param rowsOf independent rows that the rows are worth to a set; more than its rank plus the number of targets
 * @throws RunError when there are too few rows
 */
export function sampleCorrection(
  standard: StandardCovariance,
  system: PosteriorSystem,
  ranks: ReadonlyMap<ModalitySet, number>,
  rowsOf: (set: ModalitySet) => number,
  rng: Rng,
): SampleCorrection {
  const bias = new Map([...ranks].map(([set, rank]) => [set, psiBias(system.n, rank, rowsOf(set))]));
  const n = Math.floor(rowsOf(fullSet(system.modalities)));
  if (system.n === 1) return { bias, spreadNoise: 0, ellipsoids: null };
  const simulated = <T>(read: (draw: PosteriorSystem) => T) => simulate(standard, system, n, rng, read);
  if (system.modalities === 2) {
    return { bias, spreadNoise: mean(simulated(spread)) - spread(system), ellipsoids: null };
  }
  const truth = ellipsoidInformation(rawPid(system, "broja").raw);
  const digammaOnly = { bias, spreadNoise: 0, ellipsoids: null };
  const estimates = simulated((draw) =>
    ellipsoidInformation(rawPid(correctedSystem(draw, digammaOnly, 1), "broja").raw),
  );
  return { bias, spreadNoise: 0, ellipsoids: meanDifference(estimates, truth) };
}

/** What is read off systems of simulated samples from the Gaussian with this covariance, one at a time. */
function simulate<T>(
  standard: StandardCovariance,
  system: PosteriorSystem,
  n: number,
  rng: Rng,
  read: (draw: PosteriorSystem) => T,
): T[] {
  const factor = covarianceFactor(standard.r, standard.n);
  const wanted = [...system.posteriors.keys()];
  return Array.from({ length: DRAWS }, () => {
    const covariance = wishartCovariance(factor, n - 1, rng);
    return read(eliminateSources(standardise(covariance, standard.targets, standard.sources), wanted));
  });
}

/** Sum of squares of the centred log2 σ_i. */
function spread(system: PosteriorSystem): number {
  return centredLogs(system).reduce((sum, c) => sum + c * c, 0);
}

/** Share by share, so that no sum grows large. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v / values.length, 0);
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
  const excess = (pick: (e: EllipsoidInformation) => number) => mean(estimates.map(pick)) - pick(truth);
  return {
    union: excess((e) => e.union),
    redundancy: excess((e) => e.redundancy),
    without: truth.without.map((_, k) => excess((e) => e.without[k])),
  };
}

/**
 * The system with every posterior scaled so that its information loses its bias (not below 0), and larger sets know no
 * less than their parts.
 * @param times how often the bias is taken off: 1, or 2 for bootstrap samples of a sample
 */
export function correctedSystem(system: PosteriorSystem, correction: SampleCorrection, times: number): PosteriorSystem {
  const { n, target, modalities } = system;
  const posteriors = new Map<ModalitySet, Float64Array>();
  let smaller: readonly { readonly set: ModalitySet; readonly bits: number }[] = [];
  for (const sets of setsBySize(system.posteriors.keys(), modalities)) {
    const own = sets.map((set) => {
      const plugIn = setInformation(system, set);
      const best = smaller.find((part) => isSubset(part.set, set));
      const bits = Math.max(0, plugIn - times * (correction.bias.get(set) ?? 0), best?.bits ?? 0);
      const scale = 2 ** ((2 * (plugIn - bits)) / n);
      posteriors.set(set, bits === 0 ? target : posteriorOf(system, set).map((v) => v * scale));
      return { set, bits };
    });
    smaller = [...smaller, ...own].sort((a, b) => b.bits - a.bits);
  }
  return { ...system, posteriors };
}

/** Sets of one member, then of two, and so on: only a smaller set can be part of a set. */
function setsBySize(sets: Iterable<ModalitySet>, modalities: number): ModalitySet[][] {
  const bySize: ModalitySet[][] = Array.from({ length: modalities + 1 }, () => []);
  for (const set of sets) bySize[members(set, modalities).length].push(set);
  return bySize;
}

/**
 * The decomposition of a plug-in system with the corrections taken off; atoms of two modalities are non-negative.
 * @param times  see `correctedSystem`
 * @param scaled what that returns, where it is known already
 */
export function correctedRaw(
  system: PosteriorSystem,
  measure: PidMeasure,
  correction: SampleCorrection,
  times = 1,
  scaled = correctedSystem(system, correction, times),
): RawPid {
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
  const [i1, i2, i12] = [singleSet(0), singleSet(1), fullSet(2)].map((set) => setInformation(scaled, set));
  const logs = centredLogs(system);
  const own = spread(system);
  const shrink = own === 0 ? 0 : Math.sqrt(Math.max(0, 1 - (times * Math.max(0, correction.spreadNoise)) / own));
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
  const [i1, i2, i12] = [singleSet(0), singleSet(1), fullSet(2)].map((set) => setInformation(scaled, set));
  const i7 = conditionallyIndependentInformation(
    scaled.n,
    scaled.target,
    posteriorOf(scaled, singleSet(0)),
    posteriorOf(scaled, singleSet(1)),
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
