import type { ClassReadings } from "./class-rows.js";

/** How the information of cells divides, bits, corrected for the number of cells. */
export interface CellSplit {
  /** I(Y; C_k) of each modality less its bias, at least 0. */
  readonly single: readonly number[];
  /** Union of all of them, between the largest single and their sum. */
  readonly union: number;
  /** Of each modality: the union less that of the others. */
  readonly unique: readonly number[];
  /** What the unique parts leave of the union: of two modalities the redundancy, of more whatever is shared. */
  readonly shared: number;
  /** By how much the unique parts exceeded the union before they were scaled to it. */
  readonly excess: number;
}

/**
 * Divides the information of the cells: I_k less its bias, at least 0; the union less the largest bias, between the largest
 * I_k and their sum, at most H(Y); u_k = union - union of the others. Should unique parts exceed the union, they are scaled.
 */
export function cellSplit({ single, bias, union, without, entropy }: ClassReadings): CellSplit {
  const own = Array.from(single, (v, k) => Math.max(0, v - bias[k]));
  const most = (of: readonly number[]) => Math.max(...of);
  const bound = (value: number, of: readonly number[]) =>
    Math.min(
      Math.max(value - most(of.map((k) => bias[k])), most(of.map((k) => own[k]))),
      of.reduce((sum, k) => sum + own[k], 0),
    );
  const all = own.map((_, k) => k);
  const known = Math.min(entropy, bound(union.bits, all));
  const unique = all.map((k) => {
    const rest = all.filter((j) => j !== k);
    return known - Math.min(known, rest.length === 1 ? own[rest[0]] : bound(without[k].bits, rest));
  });
  const sum = unique.reduce((a, b) => a + b, 0);
  const scaled = sum > known ? unique.map((u) => (u * known) / sum) : unique;
  const shared = Math.max(0, known - scaled.reduce((a, b) => a + b, 0));
  return { single: own, union: known, unique: scaled, shared, excess: Math.max(0, sum - known) };
}

/** What the posteriors of each modality show of rows that they did not learn from, between 0 and H(Y); bits. */
export function shownSingles({ heldOut, entropy }: ClassReadings): number[] {
  return Array.from(heldOut, (v) => Math.max(0, Math.min(entropy, v)));
}

/** Of two modalities the place of that which shows less. */
export function lesserOf(shown: readonly number[]): number {
  return shown[0] <= shown[1] ? 0 : 1;
}

/** part / whole, 0 of nothing, at most 1. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}
