import type { Rng } from "../../math/rng.js";
import { byName } from "../closed-form/settle.js";
import type { PidPermutation } from "./estimate-types.js";

/**
 * Permutation test of "the modality knows nothing about the target": the target's rows are shuffled.
 *   p = (1 + number of shuffles with at least the observed information) / (1 + shuffles)
 * @param information order of the target's rows -> [I_total, I_1 .. I_M]; any monotone function of the estimate will do
 */
export function permutationTest(
  names: readonly string[],
  rows: number,
  information: (order: Int32Array) => number[],
  permutations: number,
  rng: Rng,
  onProgress?: (done: number) => void,
): PidPermutation {
  const observed = information(Int32Array.from({ length: rows }, (_, r) => r));
  const reached = observed.map(() => 1);
  for (let p = 0; p < permutations; p++) {
    information(rng.split(String(p)).permutation(rows)).forEach((v, i) => {
      if (v >= observed[i] - 1e-12) reached[i]++;
    });
    onProgress?.(p + 1);
  }
  const pValues = reached.map((count) => count / (1 + permutations));
  return { permutations, pValues: { total: pValues[0], byModality: byName(names, pValues.slice(1)) } };
}
