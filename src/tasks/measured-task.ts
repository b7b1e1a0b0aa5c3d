import type { HeadlineError } from "../evaluation/headline.js";
import type { EvaluatePart } from "../evaluation/metrics.js";

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
}

/** A metric in a table. */
export interface ShownMetric {
  readonly key: string;
  /** Head of its column. */
  readonly name: string;
  /** Whether it is in the unit of the target; the others are shares and the like. */
  readonly inUnit: boolean;
}

/** Models to compare with, which need no training of networks; both predict row-major [rows, targets]. */
export interface TaskBaselines {
  /** What is predicted of every row, whatever its features. */
  readonly constant: {
    readonly name: string;
    /** As a sentence calls it: "the training mean". */
    readonly called: string;
    /** @param values training values, row-major [rows, targets] @returns predictions of that many rows */
    readonly fit: (values: Float64Array, targets: number) => (rows: number) => Float64Array;
  };
  /** A linear model of features: of all side by side, and as NAME.MODALITY of each modality alone. */
  readonly linear: {
    readonly name: string;
    readonly called: string;
    /** @param features training rows [rows, width] @returns predictions from features of further rows */
    readonly fit: (
      features: Float64Array,
      values: Float64Array,
      rows: number,
    ) => (features: Float64Array) => Float64Array;
  };
}
