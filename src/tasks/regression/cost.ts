import { rmse } from "../../evaluation/metrics.js";
import { mean, standardDeviation } from "../../math/descriptive.js";
import type { JudgedRows, Validation } from "../task.js";

/**
 * What regression shows of an epoch: `rmse` is the root mean squared error in the user's units, the mean over the targets,
 * a number to show with one target only; `relativeRmse`, with several targets, the mean of their RMSE, each over the
 * standard deviation of its target on the training rows.
 */
export interface RegressionValidation extends Validation {
  readonly rmse: number;
}

/**
 * Mean cost on the scale of the encoded target; for several targets the geometric mean of theirs, which is the likelihood
 * of residuals whose spread every target has for itself. In a sum, the outliers of the target that is known worst would
 * say when the others have learned enough. The cost is the Huber loss where that is trained, else the squared error
 * (the CS prediction loss is a statistic of a batch and has no value per row).
 */
export function regressionCost(rows: JudgedRows): RegressionValidation {
  const { losses, targets, outputs, encoded, truth, prediction, training } = rows;
  const width = targets.length;
  const cost = losses.prediction === "huber" ? huberCost(losses.huberDelta) : (error: number) => error * error;
  const costs = new Float64Array(width);
  for (let i = 0; i < encoded.length; i++) costs[i % width] += cost(outputs[i] - encoded[i]);
  const loss = geometricMean(costs.map((sum) => sum / (encoded.length / width)));
  const errors = targets.map((_, t) => rmse(column(truth, width, t), column(prediction, width, t)));
  const error = errors.reduce((sum, value) => sum + value, 0) / width;
  const scaled = width === 1 ? [] : relative(errors, training());
  return scaled.length === 0 ? { loss, rmse: error } : { loss, rmse: error, relativeRmse: mean(scaled) };
}

/** Errors in standard deviations of their targets on the training rows; those of a target without any do not count. */
function relative(errors: readonly number[], training: Float64Array): number[] {
  return errors.flatMap((error, t) => {
    const deviation = standardDeviation(column(training, errors.length, t));
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

function column(values: Float64Array, width: number, index: number): Float64Array {
  return Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + index]);
}
