import type { AtomRange, AtomRanges, CheckedReading, Gap } from "./check-types.js";
import type { Estimate } from "./estimate.js";

/** An information, with its standard error where it has one; bits. */
export type Information = number | Gap;

/** An information lies within this many standard errors. */
const errors = 2;

/**
 * Ends of atoms from informations alone, with I the total and I_k those of modalities (values below 0 count as 0, and the total
 * as the largest of all):
 *   synergy in [I - sum I_k, I - max I_k],  unique_k in [I_k - sum of the others, min(I_k, I - max of the others)],
 *   redundancy in [0, min I_k], for two modalities in [I_1 + I_2 - I, min I_k];  no end below 0.
 * They follow from unique + redundancy = I_k (two modalities), and from max I_k <= union <= min(I, sum I_k) with
 * unique_k = union - union without k (more).
 * Informations with standard errors count as anything within two of them, each by itself, whatever they have in common:
 * every end is then as far out as that lets it be.
 */
export function atomRanges(total: Information, byModality: Readonly<Record<string, Information>>): AtomRanges {
  const names = Object.keys(byModality);
  const known = names.map((name) => within(byModality[name]));
  const whole = largest([within(total), ...known]);
  const best = largest(known);
  const sumOf = (ranges: readonly AtomRange[], end: keyof AtomRange) => ranges.reduce((sum, r) => sum + r[end], 0);
  const range = (least: number, end: number): AtomRange => ({ least: Math.max(0, least), most: Math.max(0, end) });
  const unique = names.map((name, k) => {
    const others = known.filter((_, i) => i !== k);
    const beside = others.length === 0 ? 0 : largest(others).least;
    return [name, range(known[k].least - sumOf(others, "most"), Math.min(known[k].most, whole.most - beside))];
  });
  return {
    unique: Object.fromEntries(unique),
    redundancy: range(
      names.length === 2 ? sumOf(known, "least") - whole.most : 0,
      Math.min(...known.map(({ most }) => most)),
    ),
    synergy: range(whole.least - sumOf(known, "most"), whole.most - best.least),
  };
}

function within(information: Information): AtomRange {
  const { bits, standardError } =
    typeof information === "number" ? { bits: information, standardError: 0 } : information;
  return { least: Math.max(0, bits - errors * standardError), most: Math.max(0, bits + errors * standardError) };
}

function largest(ranges: readonly AtomRange[]): AtomRange {
  return { least: Math.max(...ranges.map(({ least }) => least)), most: Math.max(...ranges.map(({ most }) => most)) };
}

/**
 * What all modalities tell at least, by densities: the largest of their informations, since all together tell no less than some,
 * and a joint density need not find what one of fewer columns does.
 */
export function largestDensity(readings: readonly CheckedReading[]): Estimate {
  const [last] = readings.slice(-1);
  return readings.reduce((best, { density }) => (density.bits > best.bits ? density : best), last.density);
}

/** Ends of atoms from the informations of densities and their standard errors. */
export function densityRanges(readings: readonly CheckedReading[]): AtomRanges {
  const alone = readings.filter(({ modalities }) => modalities.length === 1);
  return atomRanges(
    largestDensity(readings),
    Object.fromEntries(alone.map(({ modalities, density }) => [modalities[0], density])),
  );
}
