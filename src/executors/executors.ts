import type { Executor, ExecutorOptions } from "./executor.js";
import { processes } from "./processes.js";

/** Every executor by its name; CONTRIBUTING.md says how to add one. */
export const executors = { processes } as const satisfies Record<string, (options: ExecutorOptions) => Executor>;

export type ExecutorName = keyof typeof executors;

/** @throws InputError for options that are none */
export function createExecutor(options: ExecutorOptions = {}, name: ExecutorName = "processes"): Executor {
  return executors[name](options);
}
