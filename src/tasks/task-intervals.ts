import type { ConstantBecause } from "../evaluation/conditional-scale.js";
import type { Bounds } from "../evaluation/predictive-scores.js";
import type { RowGroups } from "../evaluation/row-groups.js";
import type { ScoreList } from "../evaluation/score-list.js";

/** How far off predictions may be: what a task makes of the errors of rows that the weights were not fitted to. */
export interface TaskIntervals {
  /** @param column name of the column of `groups`, where rows have any */
  readonly calibrate: (targets: number, rows: CalibrationRows, column?: string) => CalibratedIntervals;
  /** Intervals and quantiles of rows. @throws InputError for a level or quantile outside (0, 1) */
  readonly at: (calibrated: CalibratedIntervals, options: IntervalOptions) => PredictiveIntervals;
  /** What intervals and distributions are worth on rows that had no part in anything. */
  readonly evaluate: (request: IntervalRequest) => EvaluatedIntervals;
}

/** Rows of a part with their predictions, row-major [rows, targets]. */
export interface PredictedRows {
  readonly truth: ArrayLike<number>;
  readonly prediction: ArrayLike<number>;
  /** How large errors of a row are, above 0; row-major [rows, targets]. */
  readonly scale: ArrayLike<number>;
  /** Value of the column whose values have intervals of their own; left out where there is none. */
  readonly groups?: RowGroups;
  /** Label of the group whose rows may depend on one another, `data.group`. */
  readonly units?: readonly string[];
  /** Names of the modalities that each row lacks. */
  readonly missing?: readonly (readonly string[])[];
}

/** Rows that had no part in the fit of the weights. */
export interface CalibrationRows extends Omit<PredictedRows, "missing"> {
  /** Predictions at epochs that a row had no say in; those of the model where left out. */
  readonly crossed?: ArrayLike<number>;
}

/** What intervals are made of: plain data, stored with the model. */
export interface CalibratedIntervals {
  /** Absolute errors, whose scale is 1: of models of versions that knew no others. */
  readonly absolute: boolean;
  /** Per target, of all calibration rows. */
  readonly pooled: readonly ScoreList[];
  /** Null when intervals have no groups. */
  readonly groups: {
    /** Column that the group of a row is read from. */
    readonly column: string;
    /** Per value of the column, of its rows, [targets]. */
    readonly scores: ReadonlyMap<string, readonly ScoreList[]>;
    /** For values that no calibration row has, [targets]; null for models of versions that gave them the pooled ones. */
    readonly unseen: readonly ScoreList[] | null;
  } | null;
}

export interface IntervalOptions {
  /** Coverage of the intervals, in (0, 1). */
  readonly level: number;
  /** Quantiles that are asked for beside them, in (0, 1). */
  readonly quantiles?: readonly number[];
  /** Per target what values may be; without bound where left out. */
  readonly bounds?: readonly Bounds[];
}

/** A prediction to be put an interval around. */
export interface PredictedValue {
  readonly target: number;
  readonly prediction: number;
  readonly scale: number;
  readonly group: string | null;
}

/** Intervals and quantiles of rows at a level. */
export interface PredictiveIntervals {
  /** Infinite where there are too few calibration rows, and no bounds. */
  readonly ends: (row: PredictedValue) => { readonly low: number; readonly high: number };
  /** Monotone in `p`; the ends of a level c are the quantiles (1 - c) / 2 and (1 + c) / 2. */
  readonly quantile: (row: PredictedValue, p: number) => number;
  /** The scores of a row's distribution. */
  readonly scores: (row: Pick<PredictedValue, "target" | "group">) => ScoreList;
  /** Whether rows of the group share the intervals of all rows. */
  readonly isPooled: (group: string | null) => boolean;
  /** What the user is told about rows and groups that are too few. @param seen groups of the rows to predict */
  readonly messages: (seen?: RowGroups) => string[];
}

/** What is evaluated. */
export interface IntervalRequest {
  readonly names: readonly string[];
  readonly calibrated: CalibratedIntervals;
  readonly level: number;
  readonly bounds?: readonly Bounds[];
  readonly test: PredictedRows;
  /** Per target why all rows have the same scale, null where they do not; left out where it is not known. */
  readonly constant?: readonly (ConstantBecause | null)[];
}

/** Share of some test rows inside their interval. */
export interface Coverage {
  readonly rows: number;
  readonly achieved: number;
  /** Half of the mean width, unit of the target; null where some have no bound. */
  readonly halfWidth: number | null;
}

/** Rows whose prediction, or true value, lies between two values. */
export interface CoverageFifth extends Coverage {
  readonly from: number;
  readonly to: number;
}

/** metrics.json.intervals of one target. */
export interface TargetIntervals {
  /** Half of the mean width on the test rows, user's units; null when there are too few calibration rows for the coverage. */
  readonly halfWidth: number | null;
  /** Share of test rows inside their interval. */
  readonly achieved: number;
  /** Share of test rows inside the intervals of all rows; differs from `achieved` with groups only. */
  readonly achievedPooled: number;
  /** Least and greatest scale of a test row, and why all have the same where that is known. */
  readonly scale: { readonly least: number; readonly most: number; readonly constant?: ConstantBecause };
  readonly groups?: Readonly<Record<string, GroupIntervals>>;
  /** The same at other levels. */
  readonly curve: readonly (Coverage & { readonly level: number })[];
  /** By fifths of the prediction and of the true value; empty for fewer than 50 test rows. */
  readonly byPrediction: readonly CoverageFifth[];
  readonly byTruth: readonly CoverageFifth[];
  /** By `data.group`: groups of ten test rows or more, by name. */
  readonly byUnit?: Readonly<Record<string, Coverage>>;
  /** By the modalities that rows lack; only where some lack any. */
  readonly byMissing?: readonly (Coverage & { readonly missing: readonly string[] })[];
}

/** The rows of one group. */
export interface GroupIntervals {
  readonly validationRows: number;
  readonly testRows: number;
  readonly halfWidth: number | null;
  /** Whether the intervals are those of all rows. */
  readonly pooled: boolean;
  /** Shares of the group's test rows inside; null without test rows. */
  readonly achieved: number | null;
  readonly achievedPooled: number | null;
}

/** metrics.json.intervals, and the proper scores that stand among the metrics. */
export interface EvaluatedIntervals {
  readonly intervals: {
    readonly coverage: number;
    /** Column of the groups; null when all rows share their intervals. */
    readonly group: string | null;
    readonly targets: Readonly<Record<string, TargetIntervals>>;
  };
  /** Per target the mean over the test rows. */
  readonly scores: Readonly<Record<string, DistributionScores>>;
}

/** How good predictive distributions are; lower is better. */
export interface DistributionScores {
  /** Continuous ranked probability score, unit of the target. */
  readonly crps: number;
  /** Negative log density, nats. */
  readonly logScore: number;
}
