import type { AskSlurm } from "../../record/slurm-command.js";
import type { ClusterOptions } from "./cluster.js";

/** How an array is run. */
export interface ArrayOptions {
  readonly ask: AskSlurm;
  /** Folder of the scripts and logs. */
  readonly folder: string;
  readonly cluster: ClusterOptions;
  /** Tasks at a time; all if left out. */
  readonly limit?: number;
  readonly signal: AbortSignal;
  readonly onMessage?: (text: string) => void;
}
