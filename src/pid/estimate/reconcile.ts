import type { RawPid } from "../closed-form/raw.js";

/**
 * Makes an estimate obey what every decomposition obeys. Estimated posteriors (from held-out rows, or with a bias
 * subtracted) need not be ordered: a useless predictor does worse than the mean, a joint predictor may lose to a single.
 * - information is floored at 0, and the total raised to the largest single one;
 * - the union is brought into [max I_k, min(sum I_k, total)], keeping the sum of the unique atoms where it can;
 * - two modalities: u_k = union - I_other; more: unique and redundancy brought into their ranges.
 * Exact input comes back unchanged. All atoms are >= 0 and sum to the total afterwards.
 * @returns the values, and the largest change made (bits)
 */
export function reconcile(raw: RawPid): { raw: RawPid; largestChange: number } {
  const single = raw.single.map((v) => Math.max(0, v));
  const strongest = Math.max(...single);
  const total = Math.max(raw.total, strongest);
  const sum = single.reduce((a, b) => a + b, 0);
  const wish = single.length === 2 ? (sum + raw.unique[0] + raw.unique[1]) / 2 : raw.union;
  const union = clamp(wish, strongest, Math.min(sum, total));
  const parts = single.length === 2 ? splitTwo(single, union) : splitMany(raw, single, union);
  const out: RawPid = { total, single, union, synergy: Math.max(0, total - union), residual: raw.residual, ...parts };
  return { raw: out, largestChange: largestDifference(raw, out) };
}

function splitTwo(single: readonly number[], union: number) {
  const [i1, i2] = single;
  const unique = [Math.max(0, union - i2), Math.max(0, union - i1)];
  return { unique, redundancy: Math.max(0, i1 + i2 - union), partialRedundancy: 0 };
}

function splitMany(raw: RawPid, single: readonly number[], union: number) {
  const redundancy = clamp(raw.redundancy, 0, Math.min(...single));
  let unique = raw.unique.map((u, k) => clamp(u, 0, single[k]));
  const sum = unique.reduce((a, b) => a + b, 0);
  const room = union - redundancy;
  if (sum > room) unique = unique.map((u) => (u * room) / sum);
  const partialRedundancy = Math.max(0, room - Math.min(sum, room));
  return { unique, redundancy, partialRedundancy };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

function largestDifference(a: RawPid, b: RawPid): number {
  const numbers = (raw: RawPid) => [
    raw.total,
    raw.redundancy,
    raw.synergy,
    raw.partialRedundancy,
    raw.union,
    ...raw.single,
    ...raw.unique,
  ];
  const other = numbers(b);
  return Math.max(...numbers(a).map((v, i) => Math.abs(v - other[i])));
}
