import type { Executor, ExecutorOptions } from "./executor.js";
import type { ExecutorName } from "./names.js";
import { processes } from "./processes.js";
import { slurm } from "./slurm/slurm.js";

/** Every executor by its name; CONTRIBUTING.md says how to add one. */
export const executors = { processes, slurm } as const satisfies Record<
  ExecutorName,
  (options: ExecutorOptions) => Executor
>;

/** @throws InputError for options that are none */
export function createExecutor(options: ExecutorOptions = {}, name: ExecutorName = "processes"): Executor {
  return executors[name](options);
}
