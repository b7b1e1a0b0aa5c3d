import type { Task } from "../task.js";
import { classEncoding } from "./coding.js";
import { classCost } from "./cost.js";
import { logisticContrasts } from "./linear.js";
import { classLoss } from "./loss.js";
import { measuredClasses } from "./measured-classes.js";
import { refuseNumbersOnly } from "./refuse.js";
import { adaptiveSets } from "./sets/adaptive-sets.js";

/** A target whose values name classes, of which probabilities are predicted. */
export const classes = {
  ...measuredClasses,
  encode: classEncoding,
  loss: () => classLoss,
  cost: classCost,
  linear: logisticContrasts,
  sets: adaptiveSets,
  atoms: "classes",
  accepts: refuseNumbersOnly,
} as const satisfies Task;
