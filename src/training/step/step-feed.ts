import type { CompiledStep } from "../../engine/engine.js";
import type { Rng } from "../../math/rng.js";
import { type BatchRows, gatherRows, readTrainingRows, type TrainingModality } from "../data.js";

/**
 * Copies one batch of prepared rows and targets into the inputs of a training step.
 * @param stream of the epoch, by which rows are changed at random where their modality is augmented
 */
export async function feedBatch(
  step: CompiledStep,
  data: BatchRows,
  rows: ArrayLike<number>,
  stream: Rng,
): Promise<void> {
  for (const modality of data.modalities) {
    await readTrainingRows(modality, rows, step.inputs[`x.${modality.name}`], stream);
  }
  const outputs = step.inputs.target.length / rows.length;
  gatherRows(data.target, outputs, rows, step.inputs.target);
  gatherRows(data.gaussianTarget, outputs, rows, step.inputs.gaussianTarget);
}

/** Fills `present` [rows, M]: 0 for modalities that a row lacks. */
export function feedPresence(
  present: Float32Array,
  modalities: readonly Pick<TrainingModality, "present">[],
  rows: ArrayLike<number>,
): void {
  for (let i = 0, at = 0; i < rows.length; i++) {
    for (const modality of modalities) present[at++] = modality.present?.[rows[i]] ?? 1;
  }
}

/**
 * Fills `owned`, what the rows of the batch have in the table, and the scores of the joint Gaussianity term, which are
 * those of as many entries as its complete rows have.
 * @param jointRows rows of the batch that enter that term; 0 without it
 * @param scoresOf  scores of n entries, followed by 0 up to a length
 */
export function feedOwned(
  { inputs }: Pick<CompiledStep, "inputs">,
  modalities: readonly Pick<TrainingModality, "present">[],
  rows: ArrayLike<number>,
  jointRows: number,
  scoresOf: (n: number, length: number) => Float32Array,
): void {
  const { owned, "joint.scores": scores } = inputs;
  feedPresence(owned, modalities, rows);
  if (jointRows === 0) return;
  const width = modalities.length;
  let complete = 0;
  for (let i = 0; i < jointRows; i++) complete += Number(!owned.subarray(i * width, (i + 1) * width).includes(0));
  // Without a complete row the term counts 0 times; it still has to be finite, which it is on all rows.
  const counted = complete === 0 ? jointRows : complete;
  scores.set(scoresOf((counted * scores.length) / jointRows, scores.length));
}

/** Takes modalities away from rows of `present` [rows, M], each with probability `rate`; a row keeps at least one. */
export function dropModalities(present: Float32Array, width: number, rate: number, rng: Rng): void {
  const owned: number[] = [];
  for (let row = 0; row < present.length; row += width) {
    owned.length = 0;
    for (let m = row; m < row + width; m++) if (present[m] === 1) owned.push(m);
    let kept = owned.length;
    for (const m of owned) {
      if (rng.uniform() >= rate) continue;
      present[m] = 0;
      kept--;
    }
    if (kept === 0 && owned.length > 0) present[owned[rng.integer(owned.length)]] = 1;
  }
}
