/** Bit k set: modality k is in the set. A bigint: a number is exact up to 53 modalities, its bit operators up to 32. */
export type ModalitySet = bigint;

/** Up to this many modalities every set is computed, for the Shapley split; their number doubles with each modality. */
export const shapleyLimit = 10;

/** The set without members: nothing is known of the target yet. */
export const emptySet: ModalitySet = 0n;

/** The set of all of M modalities. */
export const fullSet = (modalities: number): ModalitySet => (1n << BigInt(modalities)) - 1n;

/** The set of modality k alone. */
export const singleSet = (k: number): ModalitySet => 1n << BigInt(k);

/** Each modality alone. */
export const singleSets = (modalities: number): ModalitySet[] => each(modalities, singleSet);

/** The full set without each modality. */
export function leaveOneOutSets(modalities: number): ModalitySet[] {
  const full = fullSet(modalities);
  return each(modalities, (k) => full - singleSet(k));
}

/** Every two modalities, in the order (0, 1), (0, 2), .., (1, 2), .. */
export function pairSets(modalities: number): ModalitySet[] {
  return each(modalities, (a) => each(modalities - a - 1, (i) => singleSet(a) + singleSet(a + 1 + i))).flat();
}

/** Every set but the empty one, the full one first; for at most `shapleyLimit` modalities. */
export function everySet(modalities: number): ModalitySet[] {
  const full = fullSet(modalities);
  return each(Number(full), (i) => full - BigInt(i));
}

/** Sets beyond the singles and the full one that the details need: leave-one-out and pairs, or all; none for two. */
export function detailSets(modalities: number): ModalitySet[] {
  if (modalities === 2) return [];
  if (modalities <= shapleyLimit) return everySet(modalities);
  return [...leaveOneOutSets(modalities), ...pairSets(modalities)];
}

/** Sets whose residuals the errors need: nothing known, each, all, and all but each. */
export function errorSets(modalities: number): ModalitySet[] {
  return [...new Set([emptySet, ...singleSets(modalities), fullSet(modalities), ...leaveOneOutSets(modalities)])];
}

/** Members of a set, ascending. */
export function members(set: ModalitySet, modalities: number): number[] {
  return each(modalities, (k) => k).filter((k) => (set & singleSet(k)) !== emptySet);
}

/** Whether every member of `part` is one of `whole`. */
export const isSubset = (part: ModalitySet, whole: ModalitySet): boolean => (part & whole) === part;

function each<T>(count: number, make: (k: number) => T): T[] {
  return Array.from({ length: count }, (_, k) => make(k));
}
