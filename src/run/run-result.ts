import type { PartsSummary } from "../data/split/part-summary.js";
import type { RunPid } from "../record/pid-schemas.js";
import type { RunMetrics } from "../record/run-schemas.js";

export type { RunPid } from "../record/pid-schemas.js";
export type { RunMetrics } from "../record/run-schemas.js";

/** A finished run. */
export interface RunResult {
  readonly folder: string;
  /** metrics.json. */
  readonly metrics: RunMetrics;
  /** pid.json: infinite amounts are null. */
  readonly pid: RunPid;
  /** Whether the fusion uses the weights of pid.json. */
  readonly weighted: boolean;
  /** Rows, groups and targets of the parts. */
  readonly parts: PartsSummary;
  /** Path of the HTML report. */
  readonly report: string;
}
