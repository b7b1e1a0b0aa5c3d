import { choleskyFactor } from "../../math/dense.js";
import type { Pencil } from "../covariance/pencil.js";
import { innerEnvelopes, outerEnvelope } from "../multi/envelope.js";
import { emptySet, everySet, fullSet, type ModalitySet, members, singleSet } from "../multi/modality-sets.js";
import type { PidMeasure } from "../types.js";
import { conditionallyIndependentInformation, dependencyAtoms } from "./idep.js";
import { type PosteriorSystem, posteriorOf } from "./system.js";
import { informationBits, twoSourcePid } from "./two-source.js";

/** A decomposition as computed, by modality index, bits, nothing clipped. */
export interface RawPid {
  readonly total: number;
  readonly single: readonly number[];
  readonly unique: readonly number[];
  readonly redundancy: number;
  readonly synergy: number;
  readonly partialRedundancy: number;
  readonly union: number;
  /** Disagreement of two computations of the same number, or the duality gap of the solver; bits. */
  readonly residual: number;
}

/** Two-modality decomposition of the pair [a, b]. */
export interface RawPair {
  readonly pair: readonly [number, number];
  readonly raw: RawPid;
}

/** The decomposition of a system; the pencil of the two posteriors when there are two modalities. */
export function rawPid(system: PosteriorSystem, measure: PidMeasure): { raw: RawPid; pencil: Pencil | null } {
  if (system.modalities === 2) return rawPair(system, 0, 1, measure);
  return { raw: system.modalities === 1 ? rawSingle(system) : rawMulti(system), pencil: null };
}

/** One modality: all that it knows is unique to it. */
function rawSingle({ n, target, posteriors }: PosteriorSystem): RawPid {
  const posterior = posteriors.get(fullSet(1)) ?? target;
  const total = informationBits(
    choleskyFactor(target, n, "target covariance"),
    choleskyFactor(posterior, n, "posterior covariance"),
    n,
  );
  const none = { redundancy: 0, synergy: 0, partialRedundancy: 0, residual: 0 };
  return { total, single: [total], unique: [total], union: total, ...none };
}

/** The two-modality decomposition of modalities a and b, the others ignored. */
export function rawPair(system: PosteriorSystem, a: number, b: number, measure: PidMeasure) {
  const { n, target } = system;
  const e1 = posteriorOf(system, singleSet(a));
  const e2 = posteriorOf(system, singleSet(b));
  const two = twoSourcePid(n, target, e1, e2, posteriorOf(system, singleSet(a) + singleSet(b)));
  const { i1, i2, i12 } = two;
  const atoms =
    measure === "broja" ? two : dependencyAtoms(i1, i2, i12, conditionallyIndependentInformation(n, target, e1, e2));
  const raw: RawPid = {
    total: i12,
    single: [i1, i2],
    unique: [atoms.u1, atoms.u2],
    redundancy: atoms.r,
    synergy: atoms.s,
    partialRedundancy: 0,
    union: atoms.union,
    residual: measure === "broja" ? Math.abs(two.residual) : 0,
  };
  return { raw, pencil: two.pencil };
}

/**
 * M modalities: S = I - I_union, U_k = I_union - I_union(without k), R_all = I_intersection, R_part = the rest.
 * Union and intersection information come from the inner and outer ellipsoids of the posterior covariances.
 */
function rawMulti(system: PosteriorSystem): RawPid {
  const { n, modalities, target } = system;
  const ly = choleskyFactor(target, n, "target covariance");
  const posteriors = Array.from({ length: modalities }, (_, k) => posteriorOf(system, singleSet(k)));
  const single = posteriors.map((e) => informationBits(ly, choleskyFactor(e, n, "posterior covariance"), n));
  const full = choleskyFactor(posteriorOf(system, fullSet(modalities)), n, "posterior covariance given all");
  const total = informationBits(ly, full, n);
  let logDetTarget = 0;
  for (let i = 0; i < n; i++) logDetTarget += 2 * Math.log(ly[i * n + i]);
  const bits = (logDet: number) => (logDetTarget - logDet) / (2 * Math.LN2);
  const { all, without } = innerEnvelopes(posteriors, n);
  const outer = outerEnvelope(posteriors, n);
  const union = bits(all.logDet);
  const unique = without.map((e) => union - bits(e.logDet));
  const redundancy = bits(outer.logDet);
  const gap = Math.max(all.gap, outer.gap, ...without.map((e) => e.gap)) / (2 * Math.LN2);
  const partialRedundancy = union - unique.reduce((a, b) => a + b, 0) - redundancy;
  return { total, single, unique, redundancy, synergy: total - union, partialRedundancy, union, residual: gap };
}

/** Information of a set of modalities, bits. */
export function setInformation(system: PosteriorSystem, set: ModalitySet): number {
  const { n, target } = system;
  if (set === emptySet) return 0;
  const ly = choleskyFactor(target, n, "target covariance");
  return informationBits(ly, choleskyFactor(posteriorOf(system, set), n, "posterior covariance"), n);
}

/** u1 of the two-source decomposition (modality k, all others together), bits. */
export function strictUnique(system: PosteriorSystem, k: number): number {
  const { n, target, modalities } = system;
  const full = fullSet(modalities);
  const rest = posteriorOf(system, full - singleSet(k));
  return twoSourcePid(n, target, posteriorOf(system, singleSet(k)), rest, posteriorOf(system, full)).u1;
}

/** Shapley value of each modality for the information of sets, bits; needs the posterior of every set. */
export function shapleySplit(system: PosteriorSystem): number[] {
  const m = system.modalities;
  const sets = [emptySet, ...everySet(m).reverse()];
  const information = new Map(sets.map((set) => [set, setInformation(system, set)]));
  const known = (set: ModalitySet) => information.get(set) as number;
  const weights = shapleyWeights(m);
  return Array.from({ length: m }, (_, k) => {
    let value = 0;
    for (const set of sets) {
      const inside = members(set, m);
      if (!inside.includes(k)) value += weights[inside.length] * (known(set + singleSet(k)) - known(set));
    }
    return value;
  });
}

/** |S|! (M - 1 - |S|)! / M! by the size of S. */
function shapleyWeights(m: number): number[] {
  const weights: number[] = [];
  let binomial = 1;
  for (let size = 0; size < m; size++) {
    weights.push(1 / (m * binomial));
    binomial = (binomial * (m - 1 - size)) / (size + 1);
  }
  return weights;
}
