import type { Config } from "../config/schema.js";
import type { Commit } from "../record/commit.js";
import type { RunFolder } from "../record/run-folder.js";
import type { RunRecorder } from "../record/run-recorder.js";
import type { Trained } from "../training/trainer.js";
import type { Comparisons } from "./baselines/comparisons.js";
import type { PreparedRun } from "./prepare.js";

/** What a run is finished from. */
export interface FinishInput {
  readonly folder: RunFolder;
  readonly config: Config;
  readonly prepared: PreparedRun;
  readonly trained: Trained;
  readonly recorder: RunRecorder;
  /** Holds the files that were written before, and takes the others. */
  readonly commit: Commit;
  /** Predictions of the networks to compare with; null when the run trains none. */
  readonly comparisons: Comparisons | null;
  readonly signal?: AbortSignal;
}
