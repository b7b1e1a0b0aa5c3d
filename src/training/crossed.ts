import type { LossesConfig } from "../config/losses.js";
import type { Rng } from "../math/rng.js";
import { outputWidth, type TrainingData, takeRows } from "./data.js";
import { costOfRows } from "./validation.js";

/**
 * For every fold of the validation rows what the network said of them at the epoch that the rows of the other folds judge
 * best: no row had a say in the epoch that it is measured at. Plain data, so that a checkpoint can hold it.
 */
export interface CrossedOutputs {
  /** Of each fold the lowest loss on the rows of the others so far. */
  readonly losses: readonly number[];
  /** Outputs on the scale of the prediction loss, row-major [validation rows, targets]. */
  readonly outputs: Float32Array;
}

/** Folds where there are enough rows or groups. */
const mostFolds = 5;

/**
 * Folds of the validation rows, whole groups in one fold; dealt by chance, as even as rows go.
 * @param groups label of the group of each validation row; rows stand alone if left out
 * @returns fold of each row, from 0; null where there are fewer than two groups or rows to part
 */
export function crossedFolds(rows: number, groups: readonly string[] | undefined, rng: Rng): Int32Array | null {
  const labels = groups ?? Array.from({ length: rows }, (_, i) => String(i));
  const names = [...new Set(labels)];
  const folds = Math.min(mostFolds, names.length);
  if (folds < 2) return null;
  const order = rng.permutation(names.length);
  const foldOf = new Map(Array.from(order, (name, k) => [names[name], k % folds]));
  return Int32Array.from(labels, (label) => foldOf.get(label) as number);
}

/** Outputs of the validation rows as an epoch has them. */
export interface JudgedOutputs {
  readonly data: TrainingData;
  readonly losses: LossesConfig;
  /** Row-major [validation rows, targets]. */
  readonly outputs: Float32Array;
}

/** Takes in an epoch that may be the best of its phase; pure, its state goes in and out. @param before null before the first */
export function crossedAfter(
  before: CrossedOutputs | null,
  folds: Int32Array,
  { data, losses, outputs }: JudgedOutputs,
): CrossedOutputs {
  const width = outputWidth(data);
  const count = Math.max(...folds) + 1;
  const kept = before?.outputs.slice() ?? new Float32Array(outputs.length);
  const all = Array.from({ length: count }, (_, fold) => {
    const loss = lossWithout(fold, folds, { data, losses, outputs });
    const least = before?.losses[fold] ?? Number.POSITIVE_INFINITY;
    if (!(loss < least)) return least;
    folds.forEach((of, i) => {
      if (of === fold) kept.set(outputs.subarray(i * width, (i + 1) * width), i * width);
    });
    return loss;
  });
  return { losses: all, outputs: kept };
}

/** The cost of the task on the validation rows that are not of the fold. */
function lossWithout(fold: number, folds: Int32Array, { data, losses, outputs }: JudgedOutputs): number {
  const at = Int32Array.from(folds.keys()).filter((i) => folds[i] !== fold);
  const rows = Int32Array.from(at, (i) => data.validationRows[i]);
  return costOfRows(data, losses, rows, takeRows(outputs, outputWidth(data), at)).loss;
}
