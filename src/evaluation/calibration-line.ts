import { mean } from "../math/descriptive.js";

/** The line true value = intercept + slope * prediction of rows that were not trained on; null where it does not exist. */
export type CalibrationLine = {
  /** 1 where predictions are neither too extreme (below 1) nor too near their mean (above 1). */
  readonly slope: number | null;
  /** 0 at a slope of 1 where predictions are right on average; unit of the target. */
  readonly intercept: number | null;
};

/**
 * Least squares of the true values on the predictions:
 *   slope = sum (p - mean p)(y - mean y) / sum (p - mean p)^2,   intercept = mean y - slope mean p
 * Nulls where all predictions are equal. Source: Cox 1958 (Biometrika 45); Steyerberg 2019, Clinical Prediction Models, chapter 15.
 * @param truth      [rows]
 * @param prediction [rows]
 */
export function calibrationLine(truth: ArrayLike<number>, prediction: ArrayLike<number>): CalibrationLine {
  const [meanTruth, meanPrediction] = [mean(truth), mean(prediction)];
  let squares = 0;
  let products = 0;
  let isConstant = true;
  for (let i = 0; i < truth.length; i++) {
    isConstant &&= prediction[i] === prediction[0];
    squares += (prediction[i] - meanPrediction) ** 2;
    products += (prediction[i] - meanPrediction) * (truth[i] - meanTruth);
  }
  if (isConstant || !(squares > 0)) return { slope: null, intercept: null };
  const slope = products / squares;
  return { slope, intercept: meanTruth - slope * meanPrediction };
}
