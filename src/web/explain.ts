import type { Dataset } from "../data/dataset.js";
import { concatenated } from "../math/concatenated.js";
import { mean } from "../math/descriptive.js";
import type { LocalPid } from "../pid/pointwise/local-pid.js";
import type { StoredModel } from "../record/stored-model.js";
import { absentNames } from "../run/absence.js";
import { type ReadyRows, readyRows } from "../run/apply/ready-rows.js";
import { localAtomsOf } from "../run/apply/table-atoms.js";
import { averageColumns, combineTrees, jointScale } from "../run/ensemble/average.js";
import { type ExplainedPredictions, explainedPredictions } from "../run/predictions.js";
import type { LatentValues } from "../training/atoms/readouts.js";
import type { Inference } from "../training/step/inference.js";
import type { Pace } from "./pace.js";

/** A model on an engine. */
export interface RunningModel {
  readonly stored: StoredModel;
  /** What predicts so many rows of tables with the least work; of each call's rows all are worked out. */
  readonly inference: (rows: number) => Inference;
}

/** Rows with what a model, or all members of an ensemble, say of them. */
export interface ExplainedRows {
  /** As the first member reads them. */
  readonly ready: ReadyRows;
  /** Names of the modalities that each row lacks. */
  readonly missing: readonly (readonly string[])[];
  readonly explained: Pick<ExplainedPredictions, "prediction" | "contributions" | "scale">;
  /** Sample-level atoms, NaN for rows that lack a modality; the target must be known in every row of the data sets. */
  readonly localAtoms: () => LocalPid;
}

/** How long work goes on. */
export interface ExplainOptions {
  readonly pace: Pace;
  /** Told how many rows of all are done. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** Rows that are predicted before others have their turn. */
export const rowsAtATime = 256;

/**
 * Predicts and explains rows as `pidreg predict` does: by the mean of the members.
 * @param tables the rows as each member loads them
 */
export async function explainRows(
  models: readonly RunningModel[],
  tables: readonly Dataset[],
  where: string,
  { pace, progress }: ExplainOptions,
): Promise<ExplainedRows> {
  const members: MemberRows[] = [];
  for (const [k, model] of models.entries()) {
    const told = (done: number, total: number) => progress?.(k * total + done, models.length * total);
    members.push(await explainMember(model, tables[k], where, { pace, progress: told }));
  }
  const [first] = members;
  const { missing, ready } = first;
  if (members.length === 1) return { ready, missing, explained: first.explained, localAtoms: first.localAtoms };
  const predictions = members.map(({ explained }) => explained.prediction);
  const contribution = (term: string) =>
    averageColumns(members.map(({ explained }) => explained.contributions.get(term) as Float64Array));
  return {
    ...{ ready, missing },
    explained: {
      prediction: averageColumns(predictions),
      scale: jointScale(
        members.map(({ explained }) => explained.scale),
        predictions,
      ),
      contributions: new Map([...first.explained.contributions.keys()].map((term) => [term, contribution(term)])),
    },
    localAtoms: () =>
      combineTrees(
        members.map(({ localAtoms }) => localAtoms()),
        mean,
      ),
  };
}

interface MemberRows extends ExplainedRows {
  readonly explained: ExplainedPredictions;
}

async function explainMember(
  { stored, inference }: RunningModel,
  table: Dataset,
  where: string,
  { pace, progress }: ExplainOptions,
): Promise<MemberRows> {
  await pace();
  const ready = await readyRows(stored, table, where);
  const { dataset, inputs, prepared } = ready;
  const narrow = inputs.every(({ form }) => form === undefined);
  const parts: ExplainedPredictions[] = [];
  for (let start = 0; start < dataset.rows; start += rowsAtATime) {
    await pace();
    const rows = Int32Array.from({ length: Math.min(rowsAtATime, dataset.rows - start) }, (_, i) => start + i);
    parts.push(await explainedPredictions(ready.explainable(inference(narrow ? rows.length : 1)), inputs, rows));
    progress?.(start + rows.length, dataset.rows);
  }
  const explained = joined(parts);
  const missing = absentNames(
    prepared,
    Int32Array.from({ length: dataset.rows }, (_, i) => i),
  );
  const seen = { stored, dataset, latents: explained.latents, missing, where };
  return { ready, missing, explained, localAtoms: () => localAtomsOf(seen) };
}

/** Parts of a table one behind the other. */
function joined(parts: readonly ExplainedPredictions[]): ExplainedPredictions {
  const [first] = parts;
  if (parts.length === 1) return first;
  return {
    prediction: concatenated(parts.map(({ prediction }) => prediction)),
    scale: concatenated(parts.map(({ scale }) => scale)),
    contributions: new Map(
      [...first.contributions.keys()].map((term) => [
        term,
        concatenated(parts.map(({ contributions }) => contributions.get(term) as Float64Array)),
      ]),
    ),
    latents: joinedLatents(parts.map(({ latents }) => latents)),
  };
}

function joinedLatents(parts: readonly LatentValues[]): LatentValues {
  const [first] = parts;
  return {
    latents: concatenated(parts.map(({ latents }) => latents)),
    predictions: first.predictions.map((_, view) => concatenated(parts.map(({ predictions }) => predictions[view]))),
    predictionsAlone: first.predictionsAlone.map((alone, m) =>
      alone.map((_, view) => concatenated(parts.map(({ predictionsAlone }) => predictionsAlone[m][view]))),
    ),
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
  };
}
