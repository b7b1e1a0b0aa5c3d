import { rawPair, setInformation, shapleySplit, strictUnique } from "../closed-form/raw.js";
import { byName, settleRounding } from "../closed-form/settle.js";
import type { PosteriorSystem } from "../closed-form/system.js";
import type { StandardCovariance } from "../covariance/covariance.js";
import type { MultiDetails, PairPid } from "../types.js";
import { fullSet, singleSet } from "./modality-sets.js";
import { oInformation, oInformationGradient } from "./o-information.js";

/**
 * Pairwise decompositions, strict unique information, Shapley split and O-information of three or more modalities.
 * @param system with the posteriors of all pairs and all leave-one-out sets; for the Shapley split of every set
 */
export function multiDetails(
  names: readonly string[],
  standard: StandardCovariance,
  system: PosteriorSystem,
  shapley: boolean,
): MultiDetails {
  return {
    uniqueStrict: byName(
      names,
      names.map((_, k) => strictUnique(system, k)),
    ),
    leaveOneOut: byName(
      names,
      names.map((_, k) => setInformation(system, fullSet(names.length) - singleSet(k))),
    ),
    pairs: pairTable(names, system),
    shapley: shapley ? byName(names, shapleySplit(system)) : null,
    oInformation: oInformation(standard),
    oInformationGradient: oInformationGradient(system),
  };
}

function pairTable(names: readonly string[], system: PosteriorSystem): PairPid[] {
  const table: PairPid[] = [];
  for (let a = 0; a < names.length; a++) {
    for (let b = a + 1; b < names.length; b++) {
      const { raw } = settleRounding(rawPair(system, a, b, "broja").raw, 1e-9);
      table.push({
        modalities: [names[a], names[b]],
        information: raw.total,
        unique: [raw.unique[0], raw.unique[1]],
        redundancy: raw.redundancy,
        synergy: raw.synergy,
      });
    }
  }
  return table;
}
