import { measuredClasses } from "./classes/measured-classes.js";
import type { MeasuredTask } from "./measured-task.js";
import { measuredRegression } from "./regression/measured-regression.js";

/**
 * Every task as its results know it. Types of results are made of this list, and not of the tasks themselves, whose types
 * are about tensors.
 */
export const measuredTasks = {
  regression: measuredRegression,
  classes: measuredClasses,
} as const satisfies Record<string, MeasuredTask>;

export type TaskName = keyof typeof measuredTasks;
