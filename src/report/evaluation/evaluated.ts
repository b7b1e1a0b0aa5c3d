import type { Interval } from "../../evaluation/intervals.js";
import type { AnyMetrics, Part } from "../../evaluation/metrics.js";
import type { RowGroupNames } from "../../evaluation/resampling.js";
import type { Decomposition, PidFile } from "../../record/pid-schemas.js";
import type { IntervalEvaluation, RunWarning } from "../../record/run-schemas.js";
import type { MeasuredTask } from "../../tasks/measured-task.js";
import type { Units } from "../with-unit.js";

/** What a run is worth on a table that was no part of it. */
export interface EvaluatedTable {
  /** The run's name in its config, and its folder. */
  readonly run: { readonly name: string; readonly folder: string };
  /** The table: how titles call it, its files as they were named, its SHA-256, and the rows that were evaluated. */
  readonly table: {
    readonly title: string;
    readonly file: string;
    readonly checksum: string;
    readonly rows: number;
  };
  readonly task: MeasuredTask;
  readonly targets: readonly string[];
  readonly units?: Units | undefined;
  readonly metrics: Part;
  readonly corrected: Part | null;
  readonly intervals: IntervalEvaluation | null;
  readonly byMissing: readonly { readonly missing: readonly string[]; readonly metrics: Part }[];
  /** The same on the run's own test part. */
  readonly ownTest: Part;
  readonly pid:
    | (Decomposition & Pick<PidFile, "check" | "checkLeftOut"> & { readonly modalities: readonly string[] })
    | null;
  /** The run's own, by which the colours of modalities go. */
  readonly modalities: readonly string[];
  readonly warnings: readonly RunWarning[];
  /** Sentences about the rows of the table. */
  readonly messages: readonly string[];
  /** Per target, [rows]. */
  readonly rows: ReadonlyMap<string, TargetRows>;
  /** What the rows were resampled in; null where they have no groups. */
  readonly groups: RowGroupNames;
}

/** Rows of one target. */
export interface TargetRows {
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  readonly ids: readonly string[];
  /** Of the error by which models are compared. */
  readonly error: Interval;
}

/** Metrics of one target with the name of the rows. */
export type NamedMetrics = readonly [name: string, metrics: AnyMetrics];
