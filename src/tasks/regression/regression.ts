import { fitLinearMap } from "../../models/baselines/linear-map.js";
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
  linear: ({ features, encoded, rows }) => fitLinearMap(features, encoded, rows),
  atoms: "gaussian",
  intervals: regressionIntervals,
} as const satisfies Task;
