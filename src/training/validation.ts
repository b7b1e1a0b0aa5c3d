import type { LossesConfig } from "../config/losses.js";
import { mean, standardDeviation } from "../math/descriptive.js";
import { type TrainingData, takeRows } from "./data.js";
import type { Validation } from "./epoch-line.js";
import type { PidRegLearner } from "./learner.js";

/**
 * Validation error of the averaged weights. The cost is the Huber loss where that is trained, else the squared error
 * (the CS prediction loss is a statistic of a batch and has no value per row).
 */
export async function validate(
  learner: PidRegLearner,
  data: TrainingData,
  losses: LossesConfig,
  weights: readonly number[],
): Promise<Validation> {
  const rows = data.validationRows;
  const targets = data.targetNames.length;
  const { prediction } = await learner.inference.run({ inputs: data.modalities, rows, weights });
  const truth = takeRows(data.target, targets, rows);
  const cost = losses.prediction === "huber" ? huberCost(losses.huberDelta) : (error: number) => error * error;
  const costs = new Float64Array(targets);
  for (let i = 0; i < truth.length; i++) costs[i % targets] += cost(prediction[i] - truth[i]);
  const loss = geometricMean(costs.map((sum) => sum / rows.length));
  const errors = rmseOfTargets(data, rows, data.toRaw(prediction));
  const rmse = errors.reduce((sum, error) => sum + error, 0) / targets;
  const scaled = targets === 1 ? [] : relative(errors, data);
  return scaled.length === 0 ? { loss, rmse } : { loss, rmse, relativeRmse: mean(scaled) };
}

/** Errors in standard deviations of their targets on the training rows; those of a target without any do not count. */
function relative(errors: readonly number[], { rawTarget, trainRows }: TrainingData): number[] {
  return errors.flatMap((error, t) => {
    const values = Float64Array.from(trainRows, (row) => rawTarget[row * errors.length + t]);
    const deviation = standardDeviation(values);
    return deviation > 0 ? [error / deviation] : [];
  });
}

/** The one cost of one target, exactly; a cost of 0 counts as next to nothing, so that other targets still count. */
export function geometricMean(costs: Float64Array): number {
  if (costs.length === 1) return costs[0];
  return Math.exp(costs.reduce((sum, cost) => sum + Math.log(Math.max(cost, Number.EPSILON)), 0) / costs.length);
}

function huberCost(delta: number): (error: number) => number {
  return (error) => {
    const size = Math.abs(error);
    return size <= delta ? 0.5 * error * error : delta * (size - 0.5 * delta);
  };
}

/** Root mean squared error of each target, in its unit. */
function rmseOfTargets({ rawTarget, targetNames }: TrainingData, rows: Int32Array, prediction: Float64Array): number[] {
  const targets = targetNames.length;
  return targetNames.map((_, t) => {
    let squares = 0;
    for (let i = 0; i < rows.length; i++)
      squares += (prediction[i * targets + t] - rawTarget[rows[i] * targets + t]) ** 2;
    return Math.sqrt(squares / rows.length);
  });
}
