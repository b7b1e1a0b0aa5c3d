import type { Config } from "../config/schema.js";
import type { FusionTerm } from "../models/fusion.js";
import { equalWeights } from "./fusion-weights.js";
import type { PhaseName } from "./observer.js";
import type { Progress } from "./progress.js";
import { plateauStart } from "./schedule.js";
import type { ResolvedTraining } from "./settings.js";

/** Phases that a config asks for. */
export function plannedPhases({ model }: Pick<Config, "model">): PhaseName[] {
  const pilots: PhaseName[] = model.encoder.embedding === "auto" ? ["pilot:plain", "pilot:periodic"] : [];
  return [...pilots, "stage1", "stage2"];
}

/** Where a run starts: equal weights, nothing done. */
export function firstProgress(config: Pick<Config, "model">, terms: readonly FusionTerm[]): Progress {
  const { embedding } = config.model.encoder;
  return {
    phases: plannedPhases(config),
    phaseIndex: 0,
    epoch: 0,
    phaseSteps: 0,
    totalSteps: 0,
    pilots: {},
    periodic: embedding === "auto" ? null : embedding === "periodic",
    fusionWeights: equalWeights(terms),
    carrier: null,
    stage1: { weightHistory: [], anchor: null, stableEpochs: 0, epochs: 0, converged: false, uninformative: false },
    best: null,
    plateau: plateauStart,
  };
}

/** Most epochs of a phase. */
export function maxEpochsOf(phase: PhaseName, settings: ResolvedTraining): number {
  if (phase === "stage1") return settings.stage1Epochs;
  return phase === "stage2" ? settings.stage2Epochs : settings.pilotEpochs;
}
