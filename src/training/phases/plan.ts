import type { Config } from "../../config/schema.js";
import type { FusionTerm } from "../../models/fusion.js";
import { equalWeights } from "../atoms/fusion-weights.js";
import type { PhaseName } from "../observer.js";
import type { Progress } from "../progress.js";

/** Phases that a config asks for: stage 1 settles weights from atoms, which takes two modalities. */
export function plannedPhases({ model }: Pick<Config, "model">, modalities: number): PhaseName[] {
  const pilots: PhaseName[] = model.encoder.embedding === "auto" ? ["pilot:plain", "pilot:periodic"] : [];
  const weighted = model.fusion.method === "pid" && modalities > 1;
  return [...pilots, ...(weighted ? (["stage1"] as const) : []), "stage2"];
}

/** Where a run starts: equal weights, nothing done. */
export function firstProgress(config: Pick<Config, "model">, terms: readonly FusionTerm[]): Progress {
  const { embedding } = config.model.encoder;
  return {
    phases: plannedPhases(config, terms.filter(({ modalities }) => modalities.length === 1).length),
    phaseIndex: 0,
    epoch: 0,
    phaseSteps: 0,
    totalSteps: 0,
    pilots: {},
    periodic: embedding === "auto" ? null : embedding === "periodic",
    fusionWeights: equalWeights(terms),
    carrier: null,
    stage1: {
      weightHistory: [],
      anchor: null,
      anchorWeights: null,
      stableEpochs: 0,
      epochs: 0,
      converged: false,
      uninformative: true,
      silentEpochs: 0,
      switches: 0,
    },
    best: null,
    plateau: { scale: 1, best: null, waited: 0 },
  };
}
