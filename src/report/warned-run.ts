import type { Difference } from "../evaluation/baseline-differences.js";
import type { Part } from "../evaluation/metrics.js";
import type { MeasuredTask } from "../tasks/measured-task.js";
import type { Stage1End } from "../training/phases/stage1-end.js";
import type { RunDecomposition } from "./information-found.js";
import type { NearestFacts } from "./nearest-warnings.js";

/** metrics.json, as far as there is something to warn of. */
export interface WarnedMetrics {
  readonly targets: readonly string[];
  readonly test: Part;
  readonly baselines: Readonly<Record<string, { readonly test: Part }>>;
  readonly differences?: Readonly<Record<string, Readonly<Record<string, Difference>>>> | undefined;
  readonly ensemble?: { readonly members: number } | undefined;
}

/** What a run found, as far as there is something to warn of. */
export interface WarnedRun {
  readonly task: MeasuredTask;
  readonly metrics: WarnedMetrics;
  readonly pid: RunDecomposition & {
    readonly stage1?: (Stage1End & { readonly informative?: boolean | undefined }) | undefined;
  };
  /** How the test rows stand in the order of the rows; only where they have one. */
  readonly order?: Pick<NearestFacts, "column" | "share" | "amid" | "later"> | undefined;
}
