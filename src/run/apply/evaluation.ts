import type { Part } from "../../evaluation/metrics.js";
import type { TableImportance } from "../../record/importance-schemas.js";
import type { Decomposition, PidFile } from "../../record/pid-schemas.js";
import type { IntervalEvaluation, RunWarning } from "../../record/run-schemas.js";
import type { Units } from "../../report/with-unit.js";
import type { TableChecks } from "./table-checks.js";

/** Atoms of one table; infinite amounts are null. */
export type EvaluatedAtoms = Pick<
  Decomposition,
  "information" | "atoms" | "standardErrors" | "intervals" | "flags" | "secondReading" | "influentialRows" | "classes"
> &
  Pick<PidFile, "check" | "checkLeftOut"> & { readonly modalities: readonly string[] };

/** Quality and atoms of a run on one table; the checks of a table are null for the run's own test part. */
export interface Evaluation extends TableChecks {
  /** `test`, or the file that was evaluated. */
  readonly on: string;
  /** Left out where numbers are predicted. */
  readonly task?: string;
  readonly targets: readonly string[];
  /** Units of targets; only where the run names any. */
  readonly units?: Units;
  readonly metrics: Part;
  /** The same for predictions corrected for bias; null where the run does not correct them. */
  readonly corrected: Part | null;
  /** How many rows the run's prediction intervals hold; null for a run that recorded none. */
  readonly intervals: IntervalEvaluation | null;
  /** Errors of rows that lack the same modalities, complete rows first; empty when every row has all. */
  readonly byMissing: readonly { readonly missing: readonly string[]; readonly metrics: Part }[];
  /** The baselines of the task on the same rows; null for an external table. */
  readonly baselines: Readonly<Record<string, Part>> | null;
  /** How much the errors rest on each column; only where it was asked for. */
  readonly importance?: TableImportance;
  /** Null when the table has too few rows that have every modality. */
  readonly pid: EvaluatedAtoms | null;
  /** Everything to know before trusting the numbers: of the test part the warnings of the run, else those of the table. */
  readonly warnings: readonly RunWarning[];
  /** Sentences for the user about rows of the table; some are warnings too. */
  readonly messages: readonly string[];
}
