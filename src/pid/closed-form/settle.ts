import type { PidValues } from "../types.js";
import type { RawPid } from "./raw.js";

/**
 * Rounding made tidy: values within `tolerance` below 0 become 0; anything more negative stays and is reported.
 * @returns the values, and whether an atom is negative beyond the tolerance
 */
export function settleRounding(raw: RawPid, tolerance: number): { raw: RawPid; inconsistent: boolean } {
  let inconsistent = false;
  const tidy = (value: number) => {
    if (!(value < 0)) return value;
    if (value >= -tolerance) return 0;
    inconsistent = true;
    return value;
  };
  const settled: RawPid = {
    total: tidy(raw.total),
    single: raw.single.map(tidy),
    unique: raw.unique.map(tidy),
    redundancy: tidy(raw.redundancy),
    synergy: tidy(raw.synergy),
    partialRedundancy: tidy(raw.partialRedundancy),
    union: tidy(raw.union),
    residual: raw.residual,
  };
  return { raw: settled, inconsistent };
}

/** Values keyed by modality name. */
export function nameValues(names: readonly string[], raw: Omit<RawPid, "residual">): PidValues {
  return {
    information: { total: raw.total, byModality: byName(names, raw.single) },
    atoms: {
      unique: byName(names, raw.unique),
      redundancy: raw.redundancy,
      synergy: raw.synergy,
      partialRedundancy: raw.partialRedundancy,
    },
    union: raw.union,
  };
}

/** A record from modality names to numbers. */
export function byName(names: readonly string[], values: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(names.map((name, k) => [name, values[k]]));
}
