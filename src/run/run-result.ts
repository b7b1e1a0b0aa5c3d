import type { PartsSummary } from "../data/split/part-summary.js";
import type { Difference } from "../evaluation/baseline-differences.js";
import type { Part } from "../evaluation/metrics.js";
import type { MissingModalities } from "../evaluation/missing-modalities.js";
import type { PidResult } from "../pid/types.js";
import type { NamedWeights } from "../record/named-weights.js";
import type { RunWarning } from "../record/run-schemas.js";
import type { Units } from "../report/with-unit.js";
import type { BaselineParts } from "./baselines/baselines.js";
import type { CalibrationMetrics } from "./calibration.js";

/** metrics.json: quality on validation and test part, in the user's units. */
export interface RunMetrics extends CalibrationMetrics {
  /** Only where rows may lack modalities. */
  readonly missingModalities?: MissingModalities;
  /** Left out of runs that learn numbers. */
  readonly task?: string;
  readonly targets: readonly string[];
  /** Units of targets; only where the config names any. */
  readonly units?: Units;
  readonly validation: Part;
  readonly test: Part;
  readonly baselines: BaselineParts;
  /** By target and baseline: test error of the model minus that of the baseline, with its interval. */
  readonly differences: Readonly<Record<string, Readonly<Record<string, Difference>>>>;
  /** Sentences for the user about rows, columns and the evaluation; all are among the warnings. */
  readonly notes: readonly string[];
  /** Everything to know before trusting the numbers, as terminal, JSON and report give it. */
  readonly warnings: readonly RunWarning[];
}

/** How stage 1 ended. */
export interface Stage1Account {
  readonly epochs: number;
  /** Whether every atom and every fusion weight had stopped moving. */
  readonly converged: boolean;
  /** Whether there was information to weight by at its end; weights are equal otherwise. */
  readonly informative: boolean;
  /** Changes between equal weights and weights of atoms, after the first epoch. */
  readonly switches: number;
  /** Members of an ensemble that ended with equal weights; left out where none did. */
  readonly uninformativeMembers?: number;
}

/** pid.json: the decomposition that the run reports. */
export interface RunPid extends PidResult {
  readonly source: string;
  readonly targets: readonly string[];
  readonly weights: NamedWeights;
  /** Left out when weights were not learned. */
  readonly stage1?: Stage1Account;
  readonly lambda: Readonly<Record<string, number>>;
  /** Rows of the parts that lack a modality and took no part in the atoms; left out where no row lacks any. */
  readonly lacking?: { readonly validation: number; readonly test: number };
  /** The same decomposition measured on the test part. */
  readonly test: PidResult;
}

/** A finished run. */
export interface RunResult {
  readonly folder: string;
  readonly metrics: RunMetrics;
  readonly pid: RunPid;
  /** Whether the fusion uses the weights of pid.json. */
  readonly weighted: boolean;
  /** Rows, groups and targets of the parts. */
  readonly parts: PartsSummary;
  /** Path of the HTML report. */
  readonly report: string;
}
