import type { TaskIntervals } from "../../task-intervals.js";
import { calibrateIntervals } from "./calibrate.js";
import { evaluateIntervals } from "./evaluate.js";
import { RegressionIntervals } from "./predictive.js";

/** Split-conformal intervals from errors over the scale of their row. */
export const regressionIntervals: TaskIntervals = {
  calibrate: calibrateIntervals,
  at: (calibrated, options) => new RegressionIntervals(calibrated, options),
  evaluate: evaluateIntervals,
};
