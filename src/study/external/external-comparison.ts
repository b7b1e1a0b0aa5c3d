import type { AnyMetrics } from "../../evaluation/metrics.js";
import type { Units } from "../../report/with-unit.js";
import type { ExternalTarget, RowInterval } from "./measure.js";

/** What one model is worth on the table. */
export interface ExternalModel {
  /** "A", "B", ..: what tables call it; never the name of a modality or target. */
  readonly letter: string;
  readonly label: string;
  readonly folder: string;
  /** Rows of the table that it can predict. */
  readonly rows: number;
  /** How many of them trained it or chose its weights; null where that cannot be said. */
  readonly trainedOn: number | null;
  readonly targets: Readonly<Record<string, ExternalTarget>>;
}

/** Several trained models on one table. */
export interface ExternalComparison {
  readonly on: string;
  /** Left out where it is regression. */
  readonly task?: string;
  readonly targets: readonly string[];
  readonly units: Units;
  /** That all models can predict. */
  readonly rows: number;
  /** How intervals were made. */
  readonly resampling: string;
  readonly models: readonly ExternalModel[];
  /** The error of a model minus that of the first. */
  readonly differences: readonly {
    readonly target: string;
    readonly model: string;
    readonly reference: string;
    readonly interval: RowInterval;
  }[];
  /** Null where rows have no groups. */
  readonly byGroup: ExternalGroups | null;
  /** What the runs say of the table, behind their letters. */
  readonly messages: readonly string[];
}

/** Metrics by group, of those that have rows enough. */
export interface ExternalGroups {
  readonly column: string;
  readonly groups: readonly {
    readonly name: string;
    readonly rows: number;
    /** By letter and target. */
    readonly models: Readonly<Record<string, Readonly<Record<string, AnyMetrics>>>>;
  }[];
  /** Groups with fewer rows. */
  readonly fewer: { readonly groups: number; readonly rows: number };
}
