import type { z } from "zod";
import type { HeadlineError } from "../evaluation/headline.js";
import type { AnyMetrics, EvaluatePart } from "../evaluation/metrics.js";

/** A task as results know it: its name, how predictions are measured, and what they are compared with. */
export interface MeasuredTask {
  /** As it is stored with models and results. */
  readonly name: string;
  readonly metrics: TaskMetrics;
  readonly baselines: TaskBaselines;
}

/** How predictions are measured. */
export interface TaskMetrics {
  /** The metrics of one part of the rows, per target and overall. */
  readonly evaluate: EvaluatePart;
  /** The one error by which models are compared. */
  readonly headline: HeadlineError;
  /** The metrics in the order of a table. */
  readonly shown: readonly ShownMetric[];
  /** The metrics of one target as this version and those before stored them. */
  readonly stored: z.ZodType<AnyMetrics>;
  /**
   * What the rows of one target tell that different trainings predicted, each without having seen them; rows are [rows].
   * Of a task that has nothing to say of them, no keys.
   */
  readonly together: (truth: ArrayLike<number>, prediction: ArrayLike<number>) => AnyMetrics;
  /** Whether predictions are too extreme, or off by a constant, on rows of one target that were not trained on. */
  readonly calibration: TaskCalibration;
}

/** How well predictions are calibrated: what would have to be done to them to fit the true values best. */
export interface TaskCalibration {
  /** By the keys of `shown`; rows are [rows], of classes predictions [rows, classes]. */
  readonly measure: (truth: ArrayLike<number>, prediction: ArrayLike<number>) => AnyMetrics;
  /** What is measured, in the order of a table. */
  readonly shown: readonly {
    readonly key: string;
    readonly name: string;
    readonly inUnit: boolean;
    /** The value of predictions that are calibrated. */
    readonly ideal: number;
  }[];
  /** What it is, in a sentence: "true value = intercept + slope x prediction". */
  readonly called: string;
}

/** A metric in a table. */
export interface ShownMetric {
  readonly key: string;
  /** Head of its column. */
  readonly name: string;
  /** The same where letters beyond ASCII can be read: "R²". */
  readonly title: string;
  /** In a sentence: "mean absolute error". */
  readonly called: string;
  /** Whether it is in the unit of the target; the others are shares and the like. */
  readonly inUnit: boolean;
  /** Whether it is an error, 0 at best and better the lower; of the others more is better. */
  readonly isError: boolean;
  /** Whether an error lies between 0 and 1 and is written by decimals as other shares are; those of a unit have digits. */
  readonly isShare?: boolean;
  /** Least and greatest value there can be; 0 and no end of errors, no end and 1 of others if left out. */
  readonly range?: readonly [least: number, greatest: number];
}

/**
 * Models to compare with, which need no training of networks; true values and predictions have the columns of predictions,
 * row-major [rows, columns].
 */
export interface TaskBaselines {
  /** What is predicted of every row, whatever its features. */
  readonly constant: {
    readonly name: string;
    /** As a sentence calls it: "the training mean". */
    readonly called: string;
    /** @returns predictions of that many rows */
    readonly fit: (values: Float64Array, columns: number) => (rows: number) => Float64Array;
  };
  /** A linear model of features: of all side by side, and as NAME.MODALITY of each modality alone. */
  readonly linear: {
    readonly name: string;
    readonly called: string;
    /** @param validation rows that may choose a penalty @returns predictions from features of further rows */
    readonly fit: (train: BaselineRows, validation: BaselineRows) => (features: Float64Array) => Float64Array;
  };
}

/** Rows that a baseline is fitted on. */
export interface BaselineRows {
  /** Row-major [rows, width]. */
  readonly features: Float64Array;
  readonly values: Float64Array;
  readonly rows: number;
}
