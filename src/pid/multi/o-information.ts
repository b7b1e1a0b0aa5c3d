import { setInformation } from "../closed-form/raw.js";
import type { PosteriorSystem } from "../closed-form/system.js";
import type { StandardCovariance } from "../covariance/covariance.js";
import { PivotedCholesky } from "../covariance/elimination.js";
import { fullSet, singleSet } from "./modality-sets.js";

/**
 * O-information of the modalities (Rosas et al. 2019), bits: sum_k [H(Z_k) - H(Z_-k)] + (M - 2) H(Z).
 * Above 0 redundancy dominates, below 0 synergy.
 * @returns null when a modality is a linear function of others: the entropies are then infinite
 */
export function oInformation(system: StandardCovariance): number | null {
  const m = system.sources.length;
  const ranges = system.sources.map((s, k) => [system.starts[k], system.starts[k] + s.size] as const);
  const all = blockLogDet(system, ranges);
  const each = ranges.map((range) => blockLogDet(system, [range]));
  if (all.rank < each.reduce((sum, e) => sum + e.rank, 0)) return null;
  let sum = (m - 2) * all.logDet;
  for (const [k, e] of each.entries()) {
    sum +=
      e.logDet -
      blockLogDet(
        system,
        ranges.filter((_, i) => i !== k),
      ).logDet;
  }
  return sum / (2 * Math.LN2);
}

/** Change of the O-information when the target joins, bits: (1 - M) I(Y; Z) + sum_k I(Y; Z_-k). */
export function oInformationGradient(system: PosteriorSystem): number {
  const m = system.modalities;
  const full = fullSet(m);
  let sum = (1 - m) * setInformation(system, full);
  for (let k = 0; k < m; k++) sum += setInformation(system, full - singleSet(k));
  return sum;
}

/** log det of the independent columns of some blocks, nats, and their number. */
function blockLogDet(system: StandardCovariance, ranges: readonly (readonly [number, number])[]) {
  const pass = new PivotedCholesky(system, [], ranges);
  for (const g of ranges.keys()) pass.eliminate(g);
  return { logDet: pass.logDet(), rank: pass.rank };
}
