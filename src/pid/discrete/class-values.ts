import { flatLayout } from "../closed-form/flat-values.js";
import { type CellSplit, cellSplit, lesserOf, shareOf, shownSingles } from "./cell-split.js";
import type { ClassReadings } from "./class-rows.js";

/** A decomposition whose numbers agree, in the order of `flatLayout`, and what had to be done for it. */
export interface AgreedValues {
  readonly values: Float64Array;
  /** How far what the cells are certain to show of the union is above the total that the joint posterior shows, bits; 0 where it is not. */
  readonly jointLacks: number;
  /** By how much the union of the cells was above the total, and no loss of theirs excluded that cutting feigned it, bits. */
  readonly unionTaken: number;
  /** How far below and above its value the union may lie because cells lose information, bits. */
  readonly unionRange: { readonly below: number; readonly above: number };
}

/**
 * Makes one decomposition, bits, on the scale of what posteriors show of held-out rows; the cells say only how it divides,
 * so that what cutting loses is neither synergy nor gain:
 * - I_k is what the posterior of k shows, between 0 and H(Y);
 * - two modalities: r is the same share of the lesser I_k as in the cells, u_k = I_k - r, union = I_1 + I_2 - r;
 * - more: u_k is the same share of I_k as in the cells, and what is shared, by all or by some, grows as the I_k do; the union
 *   is at least the largest I_k;
 * - the total is what the joint posterior shows, and at least what cells show of the union whatever they lose, which is a lower bound
 *   of it too; s = total - union;
 * - a union above the total, divided as cells that lose information divide it, is none: cells of two modalities that merge different
 *   classes seem to tell different things. It is the total then, unique parts are less by as much, and the shared part more.
 * The gain of a modality, total - I of the others, is known for two; NaN for more, where no posterior of the others exists.
 */
export function agreedValues(readings: ClassReadings): AgreedValues {
  const { total, entropy } = readings;
  const shown = shownSingles(readings);
  const cells = cellSplit(readings);
  const m = shown.length;
  const divided = m === 2 ? dividedTwo(cells, shown, entropy) : dividedMore(cells, shown, entropy);
  const certain = divided.union - rangeOf(cells, shown, divided.union).below;
  const information = Math.min(entropy, Math.max(total, certain));
  const unionTaken = Math.max(0, divided.union - information);
  const { union, unique } = unionTaken === 0 ? divided : atMost(information, divided);
  const shared = Math.max(0, union - unique.reduce((a, b) => a + b, 0));
  const gains = shown.map((_, k) => (m === 2 ? information - shown[1 - k] : Number.NaN));
  const values = new Float64Array(flatLayout(m).length);
  values.set([information, ...shown, ...unique, shared, information - union, 0, union, ...gains]);
  const jointLacks = Math.max(0, certain - total);
  return { values, jointLacks, unionTaken, unionRange: rangeOf(cells, shown, union) };
}

interface Divided {
  readonly union: number;
  readonly unique: readonly number[];
}

function dividedTwo(cells: CellSplit, shown: readonly number[], entropy: number): Divided {
  const lesser = lesserOf(shown);
  const sum = shown[0] + shown[1];
  const redundancy = Math.max(shown[lesser] * shareOf(cells.shared, cells.single[lesser]), sum - entropy);
  return { union: sum - redundancy, unique: shown.map((v) => Math.max(0, v - redundancy)) };
}

function dividedMore(cells: CellSplit, shown: readonly number[], entropy: number): Divided {
  const unique = shown.map((v, k) => v * shareOf(cells.unique[k], cells.single[k]));
  const wanted = unique.reduce((a, b) => a + b, 0);
  const left = shown.map((v, k) => v - unique[k]).reduce((a, b) => a + b, 0);
  const cellsLeft = cells.single.map((v, k) => v - cells.unique[k]).reduce((a, b) => a + b, 0);
  const shared = left * shareOf(cells.shared, cellsLeft);
  const union = Math.min(entropy, Math.max(wanted + shared, ...shown));
  return { union, unique: wanted > union ? unique.map((u) => (u * union) / wanted) : unique };
}

/** A union of `most` bits: what it is above that is taken off every unique part, and shared. */
function atMost(most: number, { union, unique }: Divided): Divided {
  const less = unique.map((u) => Math.max(0, u - (union - most)));
  const wanted = less.reduce((a, b) => a + b, 0);
  return { union: most, unique: wanted > most ? less.map((u) => (u * most) / wanted) : less };
}

/**
 * Cells C_k of X_k: union(C) <= union(X) <= union(C) + sum of I(Y; X_k | C_k), the right side by a coupling of the C_k under
 * which each X_k depends on the others through C_k and Y only.
 */
function rangeOf(cells: CellSplit, shown: readonly number[], union: number): AgreedValues["unionRange"] {
  const losses = shown.map((v, k) => Math.max(0, v - cells.single[k]));
  const lost = losses.reduce((a, b) => a + b, 0);
  if (lost === 0) return { below: 0, above: 0 };
  const least = Math.max(cells.union, ...shown);
  const most = Math.min(
    cells.union + lost,
    shown.reduce((a, b) => a + b, 0),
  );
  return { below: Math.max(0, union - least), above: Math.max(0, most - union) };
}
