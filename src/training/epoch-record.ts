import type { EpochResult } from "../fit/epoch.js";
import type { PidRegLearner } from "./learner.js";
import type { EpochRecord } from "./observer.js";
import { lambdaName } from "./step/train-objective.js";

export interface EpochFacts extends Pick<EpochRecord, "phase" | "epoch" | "step" | "seconds" | "best" | "validation"> {
  readonly result: EpochResult;
  readonly learner: PidRegLearner;
}

/** The record of an epoch from what its training step reported. */
export function epochRecord({ result, learner, ...facts }: EpochFacts): EpochRecord {
  const { report, learningRate, stepSeconds } = result;
  const { terms, model } = learner.objective;
  // Terms that no step of the epoch had are left out.
  const entries = terms.flatMap(({ name, weight }) =>
    Object.hasOwn(report, name) ? [[name, { value: report[name], weight }] as const] : [],
  );
  return {
    ...facts,
    learningRate,
    stepSeconds,
    terms: Object.fromEntries([["total", { value: report.total, weight: 1 }] as const, ...entries]),
    gradientNorm: report.gradientNorm,
    lambda: Object.fromEntries(
      model.architecture.modalities.map(({ name }) => [name, report[lambdaName(name)]] as const),
    ),
  };
}
