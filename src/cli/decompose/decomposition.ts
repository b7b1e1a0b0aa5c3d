import type { StreamAccount } from "../../pid/covariance/streaming-covariance.js";
import type { CopiedRows } from "../../pid/estimate/copied-rows.js";
import type { PidEstimate } from "../../pid/estimate/estimate-types.js";
import type { CheckOutcome } from "./check.js";
import type { FlowReading } from "./flow.js";
import type { PartialFile } from "./partial-file.js";
import type { LocalRows } from "./rows.js";
import type { TargetKind } from "./target-kind.js";

/** Everything that `pidreg decompose` found. */
export interface Decomposition {
  readonly targets: readonly string[];
  /** How the target was read, and why; null for a covariance. */
  readonly targetKind: TargetKind | null;
  /** columns per modality */
  readonly widths: Readonly<Record<string, number>>;
  readonly pooled: PidEstimate;
  readonly by: string | null;
  readonly groups: Readonly<Record<string, PidEstimate>>;
  /** groups without an estimate, with the reason */
  readonly skipped: Readonly<Record<string, string>>;
  readonly account: StreamAccount | null;
  /** whether the table was reduced to its covariance while it was read */
  readonly streamed: boolean;
  readonly local: LocalRows | null;
  /** Rows that repeat an earlier one, numbered like the table (from 1); null for a covariance. */
  readonly duplicates: CopiedRows | null;
  /** Sentences about numbers of the table that may mean "missing". */
  readonly warnings: readonly string[];
  /** Of all rows together; null for a covariance. */
  readonly check: CheckOutcome | null;
  /** Of shards: the tables that they hold, and how their rows were read. */
  readonly merged?: Pick<PartialFile, "shards" | "missing" | "missingValues" | "group">;
  /** Of all rows together, with `--measure flow`. */
  readonly flow?: FlowReading | undefined;
}
