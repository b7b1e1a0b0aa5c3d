import type { PredictionCalibration } from "../record/stored-calibration.js";
import type { PredictiveIntervals } from "../tasks/task-intervals.js";
import { type CalibratedRun, type EvaluatedRows, targetBounds } from "./calibration.js";
import type { PredictionRows } from "./prediction-table.js";

/** Rows that intervals are put around, values row-major [rows, targets]. */
type IntervalRows = Pick<EvaluatedRows, "prediction" | "scale" | "groups">;

/** Ends of intervals, row-major [rows, targets], user's units; infinite where there is no bound. */
export type IntervalEnds = NonNullable<PredictionRows["ends"]>;

/** A value of each prediction by what its interval knows of it, row-major [rows, targets]. */
export function eachPrediction(
  { prediction, scale, groups }: IntervalRows,
  targets: number,
  value: (row: Parameters<PredictiveIntervals["ends"]>[0]) => number,
): Float64Array {
  return prediction.map((predicted, i) => {
    const group = groups?.[Math.floor(i / targets)] ?? null;
    return value({ target: i % targets, prediction: predicted, scale: scale[i], group });
  });
}

/** The interval of each prediction. */
export function intervalEnds(intervals: PredictiveIntervals, rows: IntervalRows, targets: number): IntervalEnds {
  return {
    low: eachPrediction(rows, targets, (row) => intervals.ends(row).low),
    high: eachPrediction(rows, targets, (row) => intervals.ends(row).high),
  };
}

/**
 * Ends at the level of the run for its validation rows, then its test rows, as predictions.csv holds them. Validation rows
 * have none: the intervals were made of their errors, so that they hold what they hold of these rows by construction.
 * @returns nothing for a task without intervals
 */
export function recordedEnds(
  { evaluation, task, coding }: CalibratedRun,
  { intervals: calibrated }: PredictionCalibration,
  { validation, test }: { readonly validation: EvaluatedRows; readonly test: EvaluatedRows },
): Pick<PredictionRows, "ends"> {
  if (calibrated === null || task.intervals === undefined) return {};
  const { coverage: level } = evaluation.intervals;
  const intervals = task.intervals.at(calibrated, { level, ...targetBounds(evaluation.intervals, coding) });
  const { low, high } = intervalEnds(intervals, test, coding.names.length);
  const none = (end: number) => validation.prediction.map(() => end);
  return {
    ends: {
      low: Float64Array.from([...none(Number.NEGATIVE_INFINITY), ...low]),
      high: Float64Array.from([...none(Number.POSITIVE_INFINITY), ...high]),
    },
  };
}
