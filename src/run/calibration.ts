import type { EvaluationConfig } from "../config/evaluation.js";
import type { Dataset } from "../data/dataset.js";
import {
  type BiasCorrection,
  biasCorrectionMessages,
  correctBias,
  evaluateBiasCorrection,
  fitBiasLine,
} from "../evaluation/bias-correction.js";
import {
  calibrationErrors,
  evaluateIntervals,
  HalfWidths,
  type IntervalEvaluation,
  type PredictedRows,
  type RowGroups,
} from "../evaluation/group-intervals.js";
import type { EvaluatePart } from "../evaluation/metrics.js";
import type { RunWarning } from "../record/run-schemas.js";
import type { PredictionCalibration } from "../record/stored-calibration.js";
import { coded } from "./warnings.js";

/** Truth and predictions of one part, row-major [rows, targets] in the user's units. */
export interface EvaluatedRows extends PredictedRows {
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
}

/** The part of metrics.json that comes from the calibration. */
export interface CalibrationMetrics {
  readonly intervals: IntervalEvaluation;
  /** Only when asked for, and when at least one target could be corrected. */
  readonly biasCorrection?: BiasCorrection;
}

/** Fits everything that `evaluation:` asks for on the validation rows. */
export function calibratePredictions(
  evaluation: EvaluationConfig,
  targets: number,
  validation: EvaluatedRows,
): PredictionCalibration {
  const line = (t: number) =>
    fitBiasLine(column(validation.truth, targets, t), column(validation.prediction, targets, t));
  return {
    errors: calibrationErrors(targets, validation, evaluation.intervals.group),
    biasLines: evaluation.biasCorrection === "none" ? null : Array.from({ length: targets }, (_, t) => line(t)),
  };
}

/** How intervals and correction do on the test rows; warnings of targets that were not corrected, of groups that share a width. */
export function evaluateCalibration(
  { coverage }: EvaluationConfig["intervals"],
  names: readonly string[],
  { errors, biasLines }: PredictionCalibration,
  parts: { readonly validation: EvaluatedRows; readonly test: EvaluatedRows },
  evaluate: EvaluatePart,
): { readonly metrics: CalibrationMetrics; readonly warnings: readonly RunWarning[] } {
  const intervals = evaluateIntervals(names, errors, coverage, parts.test);
  const biasCorrection = biasLines === null ? undefined : evaluateBiasCorrection(names, biasLines, parts, evaluate);
  return {
    metrics: { intervals, ...(biasCorrection === undefined ? {} : { biasCorrection }) },
    warnings: [
      ...coded("interval-groups", new HalfWidths(errors, coverage).messages()),
      ...coded("bias-correction", biasLines === null ? [] : biasCorrectionMessages(names, biasLines)),
    ],
  };
}

/** The column of corrected predictions, if at least one target has a line. @param prediction row-major [rows, targets] */
export function correctedPredictions(
  prediction: Float64Array,
  { biasLines }: PredictionCalibration,
): { readonly corrected?: Float64Array } {
  if (biasLines === null || biasLines.every((line) => line === undefined)) return {};
  return { corrected: correctBias(prediction, biasLines) };
}

/** Group of each of the rows; undefined without groups, or when the table lacks the column. */
export function rowGroups(
  { labels }: Pick<Dataset, "labels">,
  column: string | undefined,
  rows: ArrayLike<number>,
): RowGroups | undefined {
  const values = column === undefined ? undefined : labels.get(column);
  return values === undefined ? undefined : Array.from(rows, (row) => values[row]);
}

function column(values: Float64Array, width: number, index: number): Float64Array {
  return values.filter((_, i) => i % width === index);
}
