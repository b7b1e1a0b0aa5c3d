import type { MeasuredTask } from "../measured-task.js";
import { classBaselines } from "./baselines.js";
import { classMetrics } from "./metrics.js";

/** Classes as their results know them. */
export const measuredClasses = {
  name: "classes",
  metrics: classMetrics,
  baselines: classBaselines,
} as const satisfies MeasuredTask;
