import type { EpochResult } from "./epoch.js";
import type { Learner } from "./learner.js";
import type { EpochRecord } from "./observer.js";

export interface EpochFacts extends Pick<EpochRecord, "phase" | "epoch" | "step" | "seconds" | "best" | "validation"> {
  readonly result: EpochResult;
  readonly learner: Learner;
}

/** The record of an epoch from what its training step reported. */
export function epochRecord({ result, learner, ...facts }: EpochFacts): EpochRecord {
  const { terms, report } = learner.train;
  const weightOf = new Map(terms.map(({ name, weight }) => [name, weight]));
  const isTerm = (name: string) => name === "total" || weightOf.has(name);
  const entry = (name: string) => ({ value: result.report[name], weight: weightOf.get(name) ?? 1 });
  const lambdas = report.filter((name) => name.startsWith("lambda."));
  return {
    ...facts,
    learningRate: result.learningRate,
    stepSeconds: result.stepSeconds,
    terms: Object.fromEntries(report.filter(isTerm).map((name) => [name, entry(name)])),
    gradientNorm: result.report.gradientNorm,
    lambda: Object.fromEntries(lambdas.map((name) => [name.slice("lambda.".length), result.report[name]])),
  };
}
