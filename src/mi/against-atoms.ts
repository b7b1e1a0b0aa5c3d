import type { CheckedReading, Gap, GaussianCheck } from "./check-types.js";
import { isBeyond } from "./found.js";

/** What a Gaussian decomposition of the same rows tells, bits; infinite where it is. */
export interface AtomInformation {
  readonly total: number;
  readonly byModality: Readonly<Record<string, number>>;
  /** Of two of three or more. */
  readonly pairs?: readonly { readonly modalities: readonly string[]; readonly information: number }[] | undefined;
}

/** The information of some modalities by the decomposition; undefined where it does not give it. */
export function informationOf(
  { total, byModality, pairs = [] }: AtomInformation,
  modalities: readonly string[],
): number | undefined {
  if (modalities.length === Object.keys(byModality).length) return total;
  if (modalities.length === 1) return byModality[modalities[0]];
  return pairs.find((pair) => modalities.every((name) => pair.modalities.includes(name)))?.information;
}

/**
 * What the density tells beyond the atoms. The linear reading held out is one of ranks, by rows that it did not fit; the closed
 * form of all rows, of values as they are, may tell more, and by as much the gap says less of it.
 */
export function missedOf({ modalities, gaussian, density, gap }: CheckedReading, atoms: AtomInformation): Gap {
  const told = informationOf(atoms, modalities);
  if (told === undefined) return gap;
  if (told >= density.bits) return { bits: Math.min(0, density.bits - told), standardError: gap.standardError };
  return { ...gap, bits: gap.bits - Math.max(0, told - gaussian.heldOut.bits) };
}

/**
 * The check with its verdicts asked of a decomposition: `beyond` where the density tells more than the linear reading held out
 * and more than the decomposition. Of several targets, whose informations are no bounds, nothing is changed.
 */
export function againstAtoms<C extends GaussianCheck>(check: C, atoms: AtomInformation): C {
  if (!check.bound) return check;
  const readings = check.readings.map((reading) => ({
    ...reading,
    beyond: reading.beyond && isBeyond(missedOf(reading, atoms)),
  }));
  return { ...check, readings, nonGaussian: readings.some(({ beyond }) => beyond) };
}
