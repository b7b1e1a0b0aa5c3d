import { mean } from "../math/descriptive.js";
import type { RowGroups } from "../pid/estimate/row-groups.js";
import type { Gap } from "./check-types.js";
import { errorOfMean } from "./estimate.js";

/** Fewest modalities whose balance is asked for: of two it is redundancy less synergy, which their atoms tell. */
const fewest = 3;

/** All modalities but one, each in turn: what the balance is made of beside all of them. None for fewer than three modalities. */
export function leaveOneOutSets(names: readonly string[]): string[][] {
  return names.length < fewest ? [] : names.map((_, k) => names.filter((_name, i) => i !== k));
}

/**
 * Change of the O-information of M modalities when the target joins (Rosas et al. 2019), bits:
 *   (1 - M) I(Y; Z) + sum_k I(Y; Z_-k);
 * above 0 what they tell about the target is mostly redundant, below 0 mostly synergistic. Each information is the mean of a
 * log-ratio of densities of rows that did not fit them; the standard error is that of their sum row by row.
 * Every information falls short of its own truth, with weights of both signs, so that the sum is no bound and its sign is what counts.
 * @param all     [rows] log-ratios given all modalities, bits
 * @param without M of [rows], given all but modality k
 */
export function oInformationChange(
  all: Float64Array,
  without: readonly Float64Array[],
  groups: RowGroups | null = null,
): Gap {
  const weight = 1 - without.length;
  const ofRows = all.map((t, r) => without.reduce((sum, each) => sum + each[r], weight * t));
  return { bits: mean(ofRows), standardError: errorOfMean(ofRows, groups) };
}
