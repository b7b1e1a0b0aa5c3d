import { pidFromResiduals } from "../../pid/estimate/residuals.js";
import type { PairPid } from "../../pid/types.js";
import { applyReadouts, calibrate, fitReadouts, type LatentShape, type LatentTable } from "./readouts.js";

/**
 * Two-modality decompositions of every pair of modalities, the others ignored, bits: which pair a synergy belongs to.
 * Joint readings are sums and products of the two latents; the network has none of two modalities by themselves.
 * @param train rows that the readouts are fitted on
 * @param held  rows that the decompositions are measured on
 */
export function pairPids(
  names: readonly string[],
  train: LatentTable,
  held: LatentTable,
  shape: LatentShape,
): PairPid[] {
  const two = pairShape(shape);
  return modalityPairs(names.length).map((pair) => {
    const [first, second] = pair.map((m) => names[m]);
    const table = pairTable(held, shape, pair);
    const readouts = fitReadouts(pairTable(train, shape, pair), two);
    const { residuals } = calibrate(applyReadouts(readouts, table, two), table.target, table.rows);
    const { information, atoms } = pidFromResiduals({
      names: [first, second],
      targets: table.target.length / table.rows,
      target: Float64Array.from(table.target),
      residuals: residuals.byModality,
      jointResiduals: residuals.joint,
    });
    const { unique, redundancy, synergy } = atoms;
    return {
      ...{ modalities: [first, second], information: information.total, redundancy, synergy },
      unique: [unique[first], unique[second]],
    };
  });
}

/** Index pairs [a, b], a < b. */
function modalityPairs(modalities: number): [number, number][] {
  return Array.from({ length: modalities }, (_, a) =>
    Array.from({ length: modalities - a - 1 }, (_, k): [number, number] => [a, a + 1 + k]),
  ).flat();
}

/** The shape of two of the modalities, with their product if the fusion has products. */
function pairShape({ latentDim, terms }: LatentShape): LatentShape {
  const products = terms.some(({ modalities }) => modalities.length === 2);
  const single = [0, 1].map((m) => ({ name: String(m), modalities: [m] }));
  return { modalities: 2, latentDim, terms: products ? [...single, { name: "0*1", modalities: [0, 1] }] : single };
}

/** Two modalities of a table, without the network's reading of all. */
function pairTable(table: LatentTable, { modalities, latentDim }: LatentShape, [a, b]: [number, number]): LatentTable {
  const latents = new Float32Array(table.rows * 2 * latentDim);
  for (let i = 0; i < table.rows; i++) {
    [a, b].forEach((m, k) => {
      const from = (i * modalities + m) * latentDim;
      latents.set(table.latents.subarray(from, from + latentDim), (2 * i + k) * latentDim);
    });
  }
  const alone = table.predictionsAlone;
  return { ...table, latents, predictions: [], predictionsAlone: alone.length === 0 ? [] : [alone[a], alone[b]] };
}
