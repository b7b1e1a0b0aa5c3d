import { InputError } from "../errors.js";
import type { Rng } from "../math/rng.js";
import { type RowGroupNames, resampleCount, resampledEnds, resampledRows, resamplingOf } from "./resampling.js";

/** A value with its interval over samples of rows, and of trainings where there were several. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
  readonly level: number;
  /** Resamples on which the value exists and which the interval is made of. */
  readonly draws: number;
}

/** How an interval is drawn. */
export interface IntervalOptions {
  readonly rng: Rng;
  /** Resamples, 1000 by default, at least 100. */
  readonly draws?: number;
  /** Covered share, 0.95 by default. */
  readonly level?: number;
  /** Group of each row; whole groups are then resampled. Rows are independent if left out. */
  readonly groups?: RowGroupNames;
}

/** A metric of one target; null where it does not exist. */
export type Metric = (truth: ArrayLike<number>, prediction: ArrayLike<number>) => number | null;

/**
 * Interval of a statistic of rows: percentiles of a bootstrap over rows, or over groups of rows where there are many; of few
 * groups, Student's t with the standard error of the jackknife that leaves one group after another out (`Resampling`).
 * Source: Efron & Tibshirani 1993, chapters 11 and 13.
 *
 * @param rows      number of rows, at least 2
 * @param statistic value on the given row indices [rows]; null on a resample where it does not exist
 * @throws InputError for fewer than 2 rows, or a statistic that does not exist on the rows themselves
 */
export function bootstrapInterval(
  rows: number,
  statistic: (index: Int32Array) => number | null,
  { rng, draws = 1000, level = 0.95, groups }: IntervalOptions,
): Interval {
  if (rows < 2) throw new InputError(`a bootstrap interval needs at least 2 rows, got ${rows}`);
  if (draws < 100) throw new InputError(`a bootstrap interval needs at least 100 draws, got ${draws}`);
  if (!(level > 0 && level < 1)) throw new InputError(`the level of an interval lies between 0 and 1, got ${level}`);
  const index = Int32Array.from({ length: rows }, (_, i) => i);
  const value = statistic(index);
  if (value === null) throw new InputError("the statistic does not exist on these rows (a constant column?)");
  const resampled: number[] = [];
  const resampling = resamplingOf(rows, groups);
  const count = resampleCount(resampling, draws);
  for (let b = 0; b < count; b++) {
    const drawn = statistic(resampledRows(resampling, rng, b, index));
    if (drawn !== null) resampled.push(drawn);
  }
  return { value, ...resampledEnds(resampling, value, resampled, level), level, draws: resampled.length };
}

/**
 * Bootstrap interval of a metric of one target.
 * @param truth      [n]
 * @param prediction [n]
 */
export function metricInterval(
  metric: Metric,
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
  options: IntervalOptions,
): Interval {
  const at = metricOnRows(metric, truth);
  return bootstrapInterval(truth.length, (index) => at(prediction, index), options);
}

/**
 * Bootstrap interval of metric(first) - metric(second) on the same rows. Both are resampled together, so what makes a
 * row hard for both cancels and a small steady difference shows.
 *
 * @param truth  [n]
 * @param first  [n] predictions
 * @param second [n] predictions
 */
export function pairedDifference(
  metric: Metric,
  truth: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: IntervalOptions,
): Interval {
  const at = metricOnRows(metric, truth);
  return bootstrapInterval(
    truth.length,
    (index) => {
      const a = at(first, index);
      const b = at(second, index);
      return a === null || b === null ? null : a - b;
    },
    options,
  );
}

/** The metric of predictions on chosen rows, without allocating for each choice. */
function metricOnRows(metric: Metric, truth: ArrayLike<number>) {
  let y = new Float64Array(truth.length);
  let p = new Float64Array(truth.length);
  return (prediction: ArrayLike<number>, index: Int32Array): number | null => {
    if (y.length !== index.length) [y, p] = [new Float64Array(index.length), new Float64Array(index.length)];
    for (let i = 0; i < index.length; i++) {
      y[i] = truth[index[i]];
      p[i] = prediction[index[i]];
    }
    return metric(y, p);
  };
}
