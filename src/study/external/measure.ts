import { errorRng } from "../../evaluation/baseline-differences.js";
import { bootstrapInterval, type Interval } from "../../evaluation/intervals.js";
import type { AnyMetrics } from "../../evaluation/metrics.js";
import { errorDifference, errorInterval, resampleErrors } from "../../evaluation/paired-errors.js";
import type { RowGroupNames } from "../../evaluation/resampling.js";
import { pickRows } from "../../evaluation/row-values.js";
import { mean } from "../../math/descriptive.js";
import type { TaskMetrics } from "../../tasks/measured-task.js";

/** A value with its interval over rows; null where it does not exist on the rows. */
export type RowInterval = Pick<Interval, "value" | "low" | "high" | "level"> | null;

/** One target of a model, on the rows that all models can predict. */
export interface ExternalTarget {
  readonly metrics: AnyMetrics;
  /** The error by which models are compared. */
  readonly error: RowInterval;
  /** By the keys of the task's calibration. */
  readonly calibration: Readonly<Record<string, RowInterval>>;
  /** Share of rows inside their prediction interval, or set of classes; null for a model that has none. */
  readonly coverage: { readonly level: number; readonly achieved: RowInterval } | null;
}

/** What a model says of the rows of one target, [rows]; of classes predictions [rows, classes]. */
export interface PredictedTarget {
  readonly prediction: Float64Array;
  /** Whether each true value is inside its interval or set; null for a model that has none. */
  readonly held: { readonly level: number; readonly rows: readonly boolean[] } | null;
}

/** Rows of one target that several models predict. */
export interface ExternalRows {
  readonly target: string;
  readonly truth: Float64Array;
  readonly models: readonly PredictedTarget[];
  readonly metrics: TaskMetrics;
  /** Group of each row; whole groups are then resampled. */
  readonly groups: RowGroupNames;
}

/** What each model is worth on the rows, and its error minus that of the first. Rows are resampled together. */
export function measureModels({ target, truth, models, metrics, groups }: ExternalRows): {
  readonly targets: readonly ExternalTarget[];
  readonly differences: readonly RowInterval[];
} {
  const { headline } = metrics;
  const options = { rng: errorRng(target, headline), error: headline, groups };
  const errors = resampleErrors(
    models.map(({ prediction }) => [[headline.rowCosts(truth, prediction)]]),
    options,
  );
  return {
    targets: models.map((model, m) => ({
      metrics: metrics.evaluate([target], truth, model.prediction).perTarget[target],
      error: ends(errorInterval(errors[m])),
      calibration: calibrationOf({ target, truth, metrics, groups }, model.prediction),
      coverage: coverageOf(model, target, groups),
    })),
    differences: errors.slice(1).map((error) => ends(errorDifference(error, errors[0]))),
  };
}

function calibrationOf(
  { target, truth, metrics, groups }: Pick<ExternalRows, "target" | "truth" | "metrics" | "groups">,
  prediction: Float64Array,
): ExternalTarget["calibration"] {
  const { measure, shown } = metrics.calibration;
  const rows = truth.length;
  const all = measure(truth, prediction);
  return Object.fromEntries(
    shown.map(({ key }) => {
      if ((all[key] ?? null) === null) return [key, null];
      const statistic = (index: Int32Array) =>
        measure(pickRows(truth, rows, index), pickRows(prediction, rows, index))[key] ?? null;
      return [key, ends(bootstrapInterval(rows, statistic, { rng: errorRng(target, { key }), groups }))];
    }),
  );
}

function coverageOf({ held }: PredictedTarget, target: string, groups: RowGroupNames): ExternalTarget["coverage"] {
  if (held === null) return null;
  const { level, rows } = held;
  const share = (index: Int32Array) => mean(Array.from(index, (row) => Number(rows[row])));
  const interval = bootstrapInterval(rows.length, share, { rng: errorRng(target, { key: "coverage" }), groups });
  const { value, low, high } = interval;
  return { level, achieved: { value, low: Math.max(0, low), high: Math.min(1, high), level: interval.level } };
}

function ends({ value, low, high, level }: Interval): NonNullable<RowInterval> {
  return { value, low, high, level };
}
