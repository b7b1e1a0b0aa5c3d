import { z } from "zod";
import { InputError } from "../../errors.js";
import { evaluateClasses, logLosses } from "../../evaluation/class-metrics.js";
import type { Part } from "../../evaluation/metrics.js";
import { mean } from "../../math/descriptive.js";
import type { TaskMetrics } from "../measured-task.js";
import { fitTemperature } from "./temperature.js";

const share = z.number().min(0).max(1);

/** The metrics of a target of classes in a file. */
export const storedClassMetrics = z.object({
  logLoss: z.number().min(0),
  balancedAccuracy: share,
  auc: share.nullable(),
  brier: z.number().min(0).max(2),
  ece: share,
});

/** What predictions of different trainings tell of one target. */
export const classesTogether = z.object({
  /** -ln p of the true class, mean over the rows, nats. */
  logLoss: z.number(),
  /** H(Y) of the rows less that, bits; 0 where it is below 0. */
  bits: z.number(),
});

/** Log loss, by which models are compared; balanced accuracy, area under the curve, Brier score and calibration error. */
export const classMetrics = {
  evaluate: evaluatePart,
  headline: {
    key: "logLoss",
    name: "log loss",
    oneOf: "a log loss",
    rowCosts: logLosses,
    ofMeanCost: (cost) => cost,
    scale: null,
  },
  shown: [
    metric("logLoss", "log loss", "log loss", "log loss (nats)", true),
    { ...metric("balancedAccuracy", "bal. accuracy", "balanced accuracy", "balanced accuracy", false), range: [0, 1] },
    { ...metric("auc", "AUC", "AUC", "area under the curve of one class against the rest", false), range: [0, 1] },
    { ...metric("brier", "Brier", "Brier", "Brier score", true), range: [0, 2] },
    { ...metric("ece", "ECE", "ECE", "expected calibration error", true), isShare: true, range: [0, 1] },
  ],
  stored: storedClassMetrics,
  together: (truth, prediction): z.infer<typeof classesTogether> => {
    const logLoss = mean(logLosses(truth, prediction));
    return { logLoss, bits: Math.max(0, entropy(truth) - logLoss) / Math.LN2 };
  },
  calibration: {
    measure: (truth, prediction) => ({ slope: calibrationSlope(truth, prediction) }),
    shown: [{ key: "slope", name: "calibration slope", inUnit: false, ideal: 1 }],
    called: "the power of the probabilities, made to sum to 1 again, under which the true classes are likeliest",
  },
} as const satisfies TaskMetrics;

/** Probabilities below it are taken for it: the logarithm of 0 is no number. */
const leastProbability = 1e-15;

/** b of softmax(b log p) that fits the classes best: 1 / temperature (Guo et al. 2017); below 1 of overconfident ones. */
function calibrationSlope(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  const logs = Float64Array.from(prediction, (p) => Math.log(Math.max(leastProbability, p)));
  return 1 / fitTemperature(logs, truth, prediction.length / truth.length);
}

function metric(key: string, name: string, title: string, called: string, isError: boolean) {
  return { key, name, title, called, inUnit: false, isError };
}

/** H(Y) of class numbers, nats. */
function entropy(truth: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (const y of Array.from(truth)) counts.set(y, (counts.get(y) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum - (n / truth.length) * Math.log(n / truth.length), 0);
}

function evaluatePart(targets: readonly string[], truth: ArrayLike<number>, prediction: ArrayLike<number>): Part {
  const rows = truth.length;
  if (targets.length !== 1 || rows === 0 || prediction.length % rows !== 0) {
    throw new InputError(
      `metrics need the class of each row and a probability for each class of one target; got ${rows} true and ` +
        `${prediction.length} predicted values for ${targets.length} target(s)`,
    );
  }
  const bad = Array.from(prediction).findIndex((p) => !Number.isFinite(p));
  if (bad >= 0) throw new InputError(`a probability of "${targets[0]}" is ${prediction[bad]}; metrics need numbers`);
  const found = evaluateClasses(truth, prediction);
  return { n: rows, overall: found, perTarget: { [targets[0]]: found } };
}
