import type { AtomRange, AtomRanges } from "./check-types.js";

/**
 * Ends of atoms from informations alone, with I the total and I_k those of modalities (values below 0 count as 0, and the total
 * as the largest of all):
 *   synergy in [I - sum I_k, I - max I_k],  unique_k in [I_k - sum of the others, min(I_k, I - max of the others)],
 *   redundancy in [0, min I_k], for two modalities in [I_1 + I_2 - I, min I_k];  no end below 0.
 * They follow from unique + redundancy = I_k (two modalities), and from max I_k <= union <= min(I, sum I_k) with
 * unique_k = union - union without k (more).
 */
export function atomRanges(total: number, byModality: Readonly<Record<string, number>>): AtomRanges {
  const names = Object.keys(byModality);
  const known = names.map((name) => Math.max(0, byModality[name]));
  const most = Math.max(...known);
  const whole = Math.max(0, total, most);
  const sum = known.reduce((a, b) => a + b, 0);
  const range = (least: number, end: number): AtomRange => ({ least: Math.max(0, least), most: Math.max(0, end) });
  const unique = names.map((name, k) => {
    const others = Math.max(...known.filter((_, i) => i !== k));
    return [name, range(known[k] - (sum - known[k]), Math.min(known[k], whole - others))];
  });
  return {
    unique: Object.fromEntries(unique),
    redundancy: range(names.length === 2 ? sum - whole : 0, Math.min(...known)),
    synergy: range(whole - sum, whole - most),
  };
}
