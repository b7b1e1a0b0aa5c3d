import type { MeasuredTask } from "../measured-task.js";
import { regressionBaselines } from "./baselines.js";
import { regressionMetrics } from "./metrics.js";

/** Regression as its results know it. */
export const measuredRegression = {
  name: "regression",
  metrics: regressionMetrics,
  baselines: regressionBaselines,
} as const satisfies MeasuredTask;
