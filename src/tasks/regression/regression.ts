import type { Task } from "../task.js";
import { regressionBaselines } from "./baselines.js";
import { regressionEncoding } from "./coding.js";
import { regressionCost } from "./cost.js";
import { regressionIntervals } from "./intervals/intervals.js";
import { regressionLoss } from "./loss.js";
import { regressionMetrics } from "./metrics.js";

/** Targets that are real numbers, in any unit. */
export const regression = {
  name: "regression",
  encode: regressionEncoding,
  loss: regressionLoss,
  cost: regressionCost,
  metrics: regressionMetrics,
  intervals: regressionIntervals,
  baselines: regressionBaselines,
} as const satisfies Task;
