import { mean } from "../math/descriptive.js";
import type { EvaluatePart, Part } from "./metrics.js";

/** The line prediction = intercept + slope * truth of one target. */
export interface BiasLine {
  readonly slope: number;
  /** User's units. */
  readonly intercept: number;
}

/** metrics.json.biasCorrection: quality of the corrected predictions. */
export interface BiasCorrection {
  /** The fitted lines; a target that is missing here could not be corrected and counts with its raw predictions. */
  readonly targets: Readonly<Record<string, BiasLine>>;
  readonly validation: Part;
  readonly test: Part;
}

/** Below this slope a correction multiplies errors more than fourfold: it would show noise, not the target. */
export const leastSlope = 0.25;

/**
 * Fits how predictions depend on the truth, by least squares on rows that the weights were not fitted to:
 *   prediction = intercept + slope * truth.
 * Any regression draws towards the mean (slope < 1), which makes prediction minus truth depend on the truth. Source:
 * Cole et al., doi:10.1016/j.neurobiolaging.2020.02.014; de Lange & Cole, doi:10.1016/j.nicl.2020.102229.
 * @returns undefined when the truth is constant or the slope lies below `leastSlope`
 */
export function fitBiasLine(truth: ArrayLike<number>, prediction: ArrayLike<number>): BiasLine | undefined {
  const meanTruth = mean(truth);
  const meanPrediction = mean(prediction);
  let squares = 0;
  let products = 0;
  for (let i = 0; i < truth.length; i++) {
    squares += (truth[i] - meanTruth) ** 2;
    products += (truth[i] - meanTruth) * (prediction[i] - meanPrediction);
  }
  const slope = products / squares;
  if (!(slope >= leastSlope)) return undefined;
  return { slope, intercept: meanPrediction - slope * meanTruth };
}

/**
 * Corrected predictions (prediction - intercept) / slope; they may leave the training range. Rows' true values are not
 * used. Targets without a line keep their predictions.
 * @param predictions row-major [rows, targets]
 */
export function correctBias(predictions: ArrayLike<number>, lines: readonly (BiasLine | undefined)[]): Float64Array {
  return Float64Array.from(predictions, (value, i) => {
    const line = lines[i % lines.length];
    return line === undefined ? value : (value - line.intercept) / line.slope;
  });
}

/** Rows of one part, row-major [rows, targets]. */
interface Rows {
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
}

/** Quality of the corrected predictions on both parts; undefined when no target could be corrected. */
export function evaluateBiasCorrection(
  names: readonly string[],
  lines: readonly (BiasLine | undefined)[],
  parts: { readonly validation: Rows; readonly test: Rows },
  evaluate: EvaluatePart,
): BiasCorrection | undefined {
  const fitted = names.flatMap((name, t) => {
    const line = lines[t];
    return line === undefined ? [] : [[name, line] as const];
  });
  if (fitted.length === 0) return undefined;
  const part = ({ truth, prediction }: Rows) => evaluate(names, truth, correctBias(prediction, lines));
  return { targets: Object.fromEntries(fitted), validation: part(parts.validation), test: part(parts.test) };
}

/** What the user is told about targets whose correction was refused. */
export function biasCorrectionMessages(
  names: readonly string[],
  lines: readonly (BiasLine | undefined)[],
): readonly string[] {
  return names.flatMap((name, t) =>
    lines[t] === undefined
      ? [
          `evaluation.biasCorrection: predictions of "${name}" follow its true value too weakly on the validation part ` +
            `(slope below ${leastSlope}) to be corrected; they stay as they are`,
        ]
      : [],
  );
}
