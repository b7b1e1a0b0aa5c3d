import type { Task } from "../task.js";
import { regressionEncoding } from "./coding.js";
import { regressionCost } from "./cost.js";
import { regressionIntervals } from "./intervals/intervals.js";
import { regressionLoss } from "./loss.js";
import { measuredRegression } from "./measured-regression.js";

/** Targets that are real numbers, in any unit. */
export const regression = {
  ...measuredRegression,
  encode: regressionEncoding,
  loss: regressionLoss,
  cost: regressionCost,
  atoms: "gaussian",
  intervals: regressionIntervals,
} as const satisfies Task;
