import { fullSet, type ModalitySet, singleSet } from "./system.js";

/** Up to this many modalities every set is computed, for the Shapley split. */
export const shapleyLimit = 6;

/** Sets beyond the singles and the full one that a sample's estimate uses: leave-one-out, pairs, or all. */
export function detailSets(modalities: number): ModalitySet[] {
  if (modalities === 2) return [];
  const full = fullSet(modalities);
  if (modalities <= shapleyLimit) return Array.from({ length: full }, (_, i) => full - i);
  const sets = leaveOneOutSets(modalities);
  for (let a = 0; a < modalities; a++) {
    for (let b = a + 1; b < modalities; b++) sets.push(singleSet(a) + singleSet(b));
  }
  return sets;
}

/** Sets whose residuals the errors need: nothing known, each, all, and all but each. */
export function errorSets(modalities: number): ModalitySet[] {
  const full = fullSet(modalities);
  const singles = Array.from({ length: modalities }, (_, k) => singleSet(k));
  return [...new Set([0, ...singles, full, ...singles.map((s) => full - s)])];
}

/** The full set without each modality. */
export function leaveOneOutSets(modalities: number): ModalitySet[] {
  const full = fullSet(modalities);
  return Array.from({ length: modalities }, (_, k) => full - singleSet(k));
}
