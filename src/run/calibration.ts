import type { EvaluationConfig } from "../config/evaluation.js";
import type { Dataset } from "../data/dataset.js";
import {
  type BiasCorrection,
  biasCorrectionMessages,
  correctBias,
  evaluateBiasCorrection,
  fitBiasLine,
} from "../evaluation/bias-correction.js";
import type { ConditionalScale } from "../evaluation/conditional-scale.js";
import type { EvaluatePart, Part } from "../evaluation/metrics.js";
import type { Bounds } from "../evaluation/predictive-scores.js";
import type { RowGroups } from "../evaluation/row-groups.js";
import { mean } from "../math/descriptive.js";
import type { RunWarning } from "../record/run-schemas.js";
import type { PredictionCalibration } from "../record/stored-calibration.js";
import type { TargetCoding, Task } from "../tasks/task.js";
import type {
  CalibrationRows,
  DistributionScores,
  EvaluatedIntervals,
  PredictedRows,
} from "../tasks/task-intervals.js";
import type { EvaluatedSets } from "../tasks/task-sets.js";
import { coded } from "./warnings.js";

/** Truth and predictions of one part, row-major [rows, targets] in the user's units. */
export interface EvaluatedRows extends PredictedRows {
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  readonly scale: Float64Array;
}

/** The part of metrics.json that comes from the calibration. */
export interface CalibrationMetrics {
  /** Left out for a task without intervals. */
  readonly intervals?: EvaluatedIntervals["intervals"];
  /** Of a target of classes. */
  readonly sets?: EvaluatedSets;
  /** Only when asked for, and when at least one target could be corrected. */
  readonly biasCorrection?: BiasCorrection;
}

/** What is known of a run when it is calibrated. */
export interface CalibratedRun {
  readonly evaluation: EvaluationConfig;
  readonly task: Pick<Task, "intervals" | "sets">;
  readonly coding: Pick<TargetCoding, "names" | "ranges">;
  /** Of a single model. */
  readonly scale?: ConditionalScale | null;
}

/** Fits everything that `evaluation:` asks for on the validation rows. @param crossed see `CalibrationRows` */
export function calibratePredictions(
  { evaluation, task, coding }: CalibratedRun,
  validation: EvaluatedRows,
  crossed: CalibrationRows["crossed"],
): PredictionCalibration {
  const targets = coding.names.length;
  const line = (t: number) =>
    fitBiasLine(column(validation.truth, targets, t), column(validation.prediction, targets, t));
  const rows = { ...validation, ...(crossed === undefined ? {} : { crossed }) };
  return {
    intervals: task.intervals?.calibrate(targets, rows, evaluation.intervals.group) ?? null,
    ...(task.sets === undefined
      ? {}
      : { sets: task.sets.calibrate({ ...validation, prediction: crossed ?? validation.prediction }) }),
    biasLines: evaluation.biasCorrection === "none" ? null : Array.from({ length: targets }, (_, t) => line(t)),
  };
}

/** What values of each target may be, by `intervals.range`; undefined where nothing is said of it. */
export function targetBounds(
  { range }: EvaluationConfig["intervals"],
  { ranges }: Pick<TargetCoding, "ranges">,
): { readonly bounds?: readonly Bounds[] } {
  if (range === undefined) return {};
  if (range === "observed") return { bounds: ranges.map(({ min, max }) => ({ min, max })) };
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  return { bounds: ranges.map(() => ({ min, max })) };
}

/** What a calibration is worth on the test rows. */
export interface CalibrationEvaluation {
  readonly metrics: CalibrationMetrics;
  /** Of predictive distributions, per target; null for a task without intervals. */
  readonly scores: Readonly<Record<string, DistributionScores>> | null;
  /** Of targets that were not corrected, of groups that share intervals, of parts that are too small. */
  readonly warnings: readonly RunWarning[];
}

/** How intervals and correction do on the test rows. */
export function evaluateCalibration(
  { evaluation, task, coding, scale = null }: CalibratedRun,
  { intervals: calibrated, biasLines, sets }: PredictionCalibration,
  parts: { readonly validation: EvaluatedRows; readonly test: EvaluatedRows },
  evaluate: EvaluatePart,
): CalibrationEvaluation {
  const { names } = coding;
  const { coverage: level } = evaluation.intervals;
  const options = { level, ...targetBounds(evaluation.intervals, coding) };
  const constant = scale === null ? {} : { constant: scale.constant };
  const asked = { ...options, ...constant, names, test: parts.test };
  const evaluated = calibrated === null ? undefined : task.intervals?.evaluate({ ...asked, calibrated });
  const biasCorrection = biasLines === null ? undefined : evaluateBiasCorrection(names, biasLines, parts, evaluate);
  const ofSets = sets === undefined ? undefined : task.sets?.evaluate(sets, level, parts.test);
  const said = [
    ...(calibrated === null ? [] : (task.intervals?.at(calibrated, options).messages() ?? [])),
    ...(sets === undefined ? [] : (task.sets?.at(sets, level).messages ?? [])),
  ];
  return {
    metrics: {
      ...(evaluated === undefined ? {} : { intervals: evaluated.intervals }),
      ...(ofSets === undefined ? {} : { sets: ofSets }),
      ...(biasCorrection === undefined ? {} : { biasCorrection }),
    },
    scores: evaluated?.scores ?? null,
    warnings: [
      ...coded("interval-groups", said),
      ...coded("bias-correction", biasLines === null ? [] : biasCorrectionMessages(names, biasLines)),
    ],
  };
}

/** Metrics of a part with the proper scores of its predictive distributions beside them. */
export function withScores(part: Part, scores: CalibrationEvaluation["scores"]): Part {
  if (scores === null) return part;
  const all = Object.values(scores);
  const overall = {
    crps: mean(all.map(({ crps }) => crps)),
    logScore: mean(all.map(({ logScore }) => logScore)),
  };
  const perTarget = Object.entries(part.perTarget).map(([name, metrics]) => [name, { ...metrics, ...scores[name] }]);
  return { ...part, overall: { ...part.overall, ...overall }, perTarget: Object.fromEntries(perTarget) };
}

/** The prediction set of every row, at a level; nothing for a task of numbers. @param prediction row-major [rows, classes] */
export function rowSets(
  { sets: task }: Pick<Task, "sets">,
  { sets }: PredictionCalibration,
  prediction: Float64Array,
  { classes, level }: { readonly classes: readonly string[] | undefined; readonly level: number },
): { readonly sets?: readonly (readonly number[])[] } {
  if (sets === undefined || task === undefined || classes === undefined) return {};
  return { sets: task.at(sets, level).of(prediction, classes.length) };
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

/** What intervals read of rows beside their numbers. @param column whose values have intervals of their own */
export function intervalRows(
  dataset: Pick<Dataset, "labels" | "group">,
  column: string | undefined,
  rows: ArrayLike<number>,
): Pick<PredictedRows, "groups" | "units"> {
  const groups = rowGroups(dataset, column, rows);
  const { group } = dataset;
  return {
    ...(groups === undefined ? {} : { groups }),
    ...(group === undefined ? {} : { units: Array.from(rows, (row) => group[row]) }),
  };
}

function column(values: Float64Array, width: number, index: number): Float64Array {
  return values.filter((_, i) => i % width === index);
}
