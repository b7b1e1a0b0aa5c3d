import { logLosses } from "../../evaluation/class-metrics.js";
import { mean } from "../../math/descriptive.js";
import type { JudgedRows, Validation } from "../task.js";

/** The log loss of the validation rows, nats. */
export function classCost({ truth, prediction }: JudgedRows): Validation {
  const loss = mean(logLosses(truth, prediction));
  return { loss, logLoss: loss };
}
