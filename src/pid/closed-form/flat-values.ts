import type { PidValues } from "../types.js";
import type { RawPid } from "./raw.js";
import { byName } from "./settle.js";

/**
 * Every number of a decomposition in one array, so that errors, bootstrap quantiles and per-row values need no names:
 *   [total, single_0 .., unique_0 .., redundancy, synergy, partial redundancy, union, gain_0 ..]
 * gain_k = I_total - I_without_k. M = number of modalities; length 5 + 3 M.
 */
export interface FlatLayout {
  readonly total: number;
  readonly single: number;
  readonly unique: number;
  readonly redundancy: number;
  readonly synergy: number;
  readonly partialRedundancy: number;
  readonly union: number;
  readonly gain: number;
  readonly length: number;
}

/** Positions in the flat array for M modalities; `single`, `unique` and `gain` are those of modality 0. */
export function flatLayout(modalities: number): FlatLayout {
  const m = modalities;
  return {
    total: 0,
    single: 1,
    unique: 1 + m,
    redundancy: 1 + 2 * m,
    synergy: 2 + 2 * m,
    partialRedundancy: 3 + 2 * m,
    union: 4 + 2 * m,
    gain: 5 + 2 * m,
    length: 5 + 3 * m,
  };
}

/** A decomposition and the gains as one array. */
export function flatten(raw: RawPid, gains: readonly number[]): Float64Array {
  return Float64Array.from([
    raw.total,
    ...raw.single,
    ...raw.unique,
    raw.redundancy,
    raw.synergy,
    raw.partialRedundancy,
    raw.union,
    ...gains,
  ]);
}

/** The named values of a flat array. */
export function namedValues(names: readonly string[], flat: Float64Array): PidValues {
  const at = flatLayout(names.length);
  return {
    information: {
      total: flat[at.total],
      byModality: byName(names, flat.subarray(at.single, at.single + names.length)),
    },
    atoms: {
      unique: byName(names, flat.subarray(at.unique, at.unique + names.length)),
      redundancy: flat[at.redundancy],
      synergy: flat[at.synergy],
      partialRedundancy: flat[at.partialRedundancy],
    },
    union: flat[at.union],
  };
}

/** The named gains of a flat array. */
export function namedGains(names: readonly string[], flat: Float64Array): Record<string, number> {
  const at = flatLayout(names.length);
  return byName(names, flat.subarray(at.gain, at.gain + names.length));
}

/** The values of a decomposition in the order of `flatLayout`, without gains. */
export function valuesInOrder(v: PidValues): number[] {
  return [
    v.information.total,
    ...Object.values(v.information.byModality),
    ...Object.values(v.atoms.unique),
    v.atoms.redundancy,
    v.atoms.synergy,
    v.atoms.partialRedundancy,
    v.union,
  ];
}
