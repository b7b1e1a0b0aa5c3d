import type { PidResult } from "../pid/types.js";
import type { EpochRecord } from "./epoch-line.js";
import type { PhaseName } from "./progress.js";

export type { EpochRecord, TermRecord } from "./epoch-line.js";
export type { PhaseName } from "./progress.js";

/** Atoms and fusion weights after an epoch of stage 1; one line of pid.jsonl. */
export interface AtomsRecord {
  readonly phase: PhaseName;
  readonly epoch: number;
  readonly pid: PidResult;
  /** In the order of the fusion terms. */
  readonly fusionWeights: readonly number[];
  /** Epochs that the weights are averaged over. */
  readonly averagedOver: number;
  /** Consecutive epochs in which no atom moved more than the tolerance. */
  readonly stableEpochs: number;
}

/** A phase that a run goes through, and the most epochs it may take. */
export interface PlannedPhase {
  readonly name: PhaseName;
  readonly maxEpochs: number;
  /** Epochs in a row without progress that end it before; left out where it always takes all. */
  readonly patience?: number;
}

/** Receives what happens during training; all methods are optional. */
export interface TrainingObserver {
  /** How many files of a modality are decoded, before any training; or `what` else is done, such as `rows written to disk`. */
  decoding?(modality: string, done: number, total: number | null, what?: string): void;
  /** All phases of the run in their order, those done before a resumption too; once, before the first phase, with the key of the task's error. */
  plan?(phases: readonly PlannedPhase[], targets: number, error: string): void;
  phase?(name: PhaseName, maxEpochs: number): void;
  epoch?(record: EpochRecord, maxEpochs: number): void;
  atoms?(record: AtomsRecord): void;
  /** Plain facts a user should read: how the embedding was chosen, why a stage ended. */
  message?(text: string): void;
  /** What nobody should miss, whatever progress is shown: rows that were lost, numbers that may mean "missing", parts that are unfit. */
  warning?(text: string): void;
}
