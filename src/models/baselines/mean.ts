import { InputError } from "../../errors.js";

/** Predicts the training mean of every target, whatever the inputs: what a model must beat to know anything. */
export interface MeanModel {
  /** Training mean per target. */
  readonly means: Float64Array;
  /** Predictions [rows, targets], row-major. */
  predict(rows: number): Float64Array;
}

/**
 * Fits the mean predictor.
 * @param targets     [n, targetCount] row-major
 * @param targetCount number of targets
 * @throws InputError when there are no rows or a target is not finite
 */
export function fitMean(targets: ArrayLike<number>, targetCount = 1): MeanModel {
  const rows = targets.length / targetCount;
  if (!Number.isInteger(rows) || rows === 0) {
    throw new InputError(`mean baseline: ${targets.length} values are not whole rows of ${targetCount} target(s)`);
  }
  const means = new Float64Array(targetCount);
  for (let i = 0; i < targets.length; i++) {
    if (!Number.isFinite(targets[i])) throw new InputError(`mean baseline: target value ${i} is ${targets[i]}`);
    means[i % targetCount] += targets[i] / rows;
  }
  return {
    means,
    predict: (count) => Float64Array.from({ length: count * targetCount }, (_, i) => means[i % targetCount]),
  };
}
