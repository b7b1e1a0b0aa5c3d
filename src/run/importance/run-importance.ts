import type { Config } from "../../config/schema.js";
import { storesOf } from "../../data/stores.js";
import type { PredictRows } from "../../evaluation/importance/measure.js";
import type { Rng } from "../../math/rng.js";
import { kindOfFitted } from "../../modalities/kinds.js";
import { storeOf } from "../../modalities/prepare.js";
import type { ImportanceDocument } from "../../record/importance-schemas.js";
import { takeTrueValues } from "../../training/data.js";
import { networkInputs } from "../absence.js";
import type { PreparedRun } from "../prepare.js";
import { correlatedFeatures } from "./correlated-features.js";
import { measureDependence } from "./dependence.js";
import { type ImportanceRows, measureImportance } from "./measure.js";
import { NotFinite } from "./predictor.js";

export interface RunImportanceRequest {
  readonly config: Pick<Config, "seed" | "training" | "evaluation">;
  readonly prepared: PreparedRun;
  readonly predict: PredictRows;
  /** Parameters of the model; of an ensemble those of all members. */
  readonly parameters: number;
  /** See `ImportanceRows`. */
  readonly networkAlone: boolean;
  readonly rng: Rng;
}

/** importance.json of a run, or why there is none; null where none is wanted. */
export type RunImportance = { readonly document: ImportanceDocument } | { readonly leftOut: string } | null;

/** The document; null where there is none. */
export function documentOf(measured: RunImportance): ImportanceDocument | null {
  return measured !== null && "document" in measured ? measured.document : null;
}

/** Why there is none, where it was wanted. */
export function leftOutNotes(measured: RunImportance): string[] {
  return measured !== null && "leftOut" in measured ? [measured.leftOut] : [];
}

/**
 * Permutation importance and partial dependence on the test rows.
 * @throws Interrupted from predictions
 */
export async function runImportance(request: RunImportanceRequest): Promise<RunImportance> {
  const { importance: wanted, importanceRepeats: repeats } = request.config.evaluation;
  if (wanted === "off") return null;
  const rng = request.rng.split("importance");
  const { prepared } = request;
  const rows = await testRows(request);
  try {
    const measured = await measureImportance(rows, { bounded: wanted === "auto", repeats, rng });
    const stores = storesOf(prepared.dataset);
    const trained = prepared.preprocessor.modalities.map((fitted) => ({ fitted, store: storeOf(stores, fitted) }));
    const { dependence, notes } = await measureDependence(rows, measured, {
      ...{ stores: trained, rows: prepared.split.train, rng },
    });
    return { document: { ...measured, dependence, notes: [...measured.notes, ...notes] } };
  } catch (error) {
    if (error instanceof NotFinite) return { leftOut: `feature importance was left out: ${error.message}` };
    throw error;
  }
}

async function testRows({ config, prepared, predict, parameters, networkAlone }: RunImportanceRequest) {
  const { preprocessor, inputs, split, training, task, coding, dataset } = prepared;
  const read = networkInputs(inputs, config);
  const modalities = [];
  for (const [m, fitted] of preprocessor.modalities.entries()) {
    const { present } = inputs[m];
    const features = kindOfFitted(fitted).features(fitted);
    const groups = await correlatedFeatures({ input: read[m], present }, features, split.train);
    modalities.push({ input: read[m], present, features, groups });
  }
  const { group } = dataset;
  return {
    ...{ modalities, predict, perRow: parameters, networkAlone },
    rows: split.test,
    truth: takeTrueValues(training, split.test),
    ...{ targets: training.targetNames, outputs: coding.classes?.length, error: task.metrics.headline },
    groups: group && Array.from(split.test, (row) => group[row]),
  } satisfies ImportanceRows;
}
