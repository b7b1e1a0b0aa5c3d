/** Names of the executors, for whoever must not load them yet; `executors.ts` has each. */
export const executorNames = ["processes", "slurm"] as const;

export type ExecutorName = (typeof executorNames)[number];
