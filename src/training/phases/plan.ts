import type { Config } from "../../config/schema.js";
import type { FusionTerm } from "../../models/fusion.js";
import { equalWeights } from "../atoms/fusion-weights.js";
import type { PhaseName } from "../observer.js";
import type { Progress } from "../progress.js";
import { isPeriodic } from "../settings.js";

/** What of the training rows decides the phases. */
interface PlannedRows {
  /** Whether some modality is columns of a table: these are embedded, rows of other kinds never. */
  readonly tables: boolean;
}

function embeddingOf({ model }: Pick<Config, "model">, { tables }: PlannedRows) {
  const { embedding } = model.encoder;
  return embedding !== "periodic" && !tables ? "none" : embedding;
}

/** Whether features are embedded; null where pilots are to tell. */
function startsPeriodic(config: Pick<Config, "model">, rows: PlannedRows & { readonly trainRows: number }) {
  const embedding = embeddingOf(config, rows);
  if (embedding === "pilots") return null;
  return isPeriodic(embedding, rows.trainRows);
}

/** Phases that a config asks for: stage 1 settles weights from atoms, which takes two modalities. */
export function plannedPhases(config: Pick<Config, "model">, modalities: number, rows: PlannedRows): PhaseName[] {
  const { model } = config;
  const pilots: PhaseName[] = embeddingOf(config, rows) === "pilots" ? ["pilot:plain", "pilot:periodic"] : [];
  const weighted = model.fusion.method === "pid" && modalities > 1;
  return [...pilots, ...(weighted ? (["stage1"] as const) : []), "stage2"];
}

/** Where a run starts: equal weights, nothing done. */
export function firstProgress(
  config: Pick<Config, "model">,
  terms: readonly FusionTerm[],
  rows: PlannedRows & { readonly trainRows: number },
): Progress {
  return {
    phases: plannedPhases(config, terms.filter(({ modalities }) => modalities.length === 1).length, rows),
    phaseIndex: 0,
    epoch: 0,
    phaseSteps: 0,
    totalSteps: 0,
    pilots: {},
    periodic: startsPeriodic(config, rows),
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
