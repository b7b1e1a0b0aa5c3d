import type { EngineName } from "../../config/engines.js";
import type { Dataset } from "../../data/dataset.js";
import type { DepartedColumn } from "../../data/prepare/range-check.js";
import type { PreparedRows } from "../../data/rows.js";
import type { Engine } from "../../engine/engine.js";
import { createEngine } from "../../engine/index.js";
import { InputError } from "../../errors.js";
import type { PredictRows } from "../../evaluation/importance/measure.js";
import { Rng } from "../../math/rng.js";
import { rowDigests } from "../../modalities/row-digests.js";
import type { LocalPid } from "../../pid/pointwise/local-pid.js";
import type { StoredPid } from "../../record/pid-schemas.js";
import { inferenceOf, type StoredModel } from "../../record/stored-model.js";
import { latentShape } from "../../training/atoms/atoms.js";
import type { LatentValues } from "../../training/atoms/readouts.js";
import type { Inference } from "../../training/step/inference.js";
import { absentNames } from "../absence.js";
import { checkHeldLatents, type LatentCheck } from "../check/check-rows.js";
import { completePositions, pickLatents, pickRows } from "../complete-rows.js";
import { predictorOf } from "../importance/predictor.js";
import { networkParameters } from "../network-parameters.js";
import { type ExplainedPredictions, explainedPredictions, predictiveSpread } from "../predictions.js";
import { departures, readyRows, truthOf } from "./ready-rows.js";
import { decompositionOf, gaussianTarget, localAtomsOf } from "./table-atoms.js";

/** A table that was no part of a run, with the run's predictions for it. */
export interface PredictedTable {
  readonly task: StoredModel["task"];
  readonly config: StoredModel["config"];
  /** Names, in the order of the columns of every [rows, targets]. */
  readonly targets: readonly string[];
  /** Labels of the classes, where the target is of classes. */
  readonly classes: readonly string[] | undefined;
  readonly calibration: StoredModel["calibration"];
  readonly dataset: Dataset;
  /** Sentences for the user about rows that were left out or left as they are. */
  readonly messages: readonly string[];
  /** Folders whose models carry no digests. */
  readonly undigested: readonly string[];
  /** Names of the modalities that each row lacks. */
  readonly missing: readonly (readonly string[])[];
  readonly explained: Pick<ExplainedPredictions, "prediction" | "contributions" | "scale">;
  /** How large errors are, by row; null for a model that does not know, and for several. */
  readonly scale: StoredModel["scale"];
  /** Ranges of the training values of the targets. */
  readonly ranges: StoredModel["coding"]["ranges"];
  /** Standard deviation over draws of the bottleneck noise, row-major [rows, targets]; null without draws. */
  readonly spread: Float64Array | null;
  /** Row-major [rows, targets], user's units, NaN where unknown; null when the table lacks a target column. */
  readonly truth: Float64Array | null;
  /** Columns and targets that left the range of the training rows; null for a model stored without the ranges. */
  readonly departed: readonly DepartedColumn[] | null;
  /** Columns that the model reads. */
  readonly columns: number;
  /** Digests of the rows' features as they stand in the table. */
  readonly digests: () => Promise<string[]>;
  /** Sample-level atoms, NaN for rows that lack a modality; the target must be known in every row. */
  readonly localAtoms: () => LocalPid;
  /** Atoms of the rows that have every modality; the target must be known in every row. */
  readonly decompose: () => StoredPid;
  /** What importance is measured with: rows as they were prepared, and what predicts changed ones. */
  readonly changeable: ChangeableRows;
  /** Check of the Gaussian reading of the latents of these rows, which must not have trained the model. */
  readonly check: () => Promise<LatentCheck>;
}

/** Prepared rows and a model for them. */
export interface ChangeableRows {
  readonly preprocessor: StoredModel["preprocessor"];
  /** Prepared rows of every modality, with those that lack it; and as the network reads them. */
  readonly prepared: readonly PreparedRows[];
  readonly inputs: readonly PreparedRows[];
  readonly parameters: number;
  /** Whether near training rows, which the model has, do not count in what `predicting` gives. */
  readonly networkAlone: boolean;
  /** Puts the model on an engine for as long as `use` takes. */
  readonly predicting: <T>(use: (predict: PredictRows) => Promise<T>) => Promise<T>;
}

/** How rows of a data set are predicted. */
export interface PredictDatasetOptions {
  readonly engine: EngineName;
  /** Draws of the bottleneck noise for the predictive spread; 0 for none. */
  readonly draws: number;
  /** What the rows come from, for errors. */
  readonly where: string;
}

/**
 * Predicts every row of a data set that was no part of the run: harmonised and free of confounds where the model is, prepared as its training
 * rows were.
 * @param table with the columns of the model
 * @throws InputError when there is no row, or features do not fit; RunError when a number is not finite
 */
export async function predictDataset(
  stored: StoredModel,
  table: Dataset,
  { engine, draws, where }: PredictDatasetOptions,
): Promise<Omit<PredictedTable, "undigested">> {
  if (!Number.isInteger(draws) || draws < 0 || draws === 1) {
    throw new InputError(`--draws ${draws}: expected 0 for none, or at least 2 draws to have a spread`);
  }
  const { config, task, model, preprocessor, coding, fusionWeights, scale } = stored;
  const ready = await readyRows(stored, table, where);
  const { loaded, dataset, prepared, inputs, watched } = ready;
  const rows = Int32Array.from({ length: dataset.rows }, (_, i) => i);
  const { explained, spread } = await predictOn(engine, stored, async (inference) => {
    const explainable = ready.explainable(inference);
    const explained = await explainedPredictions(explainable, inputs, rows);
    const noise = new Rng(config.seed).split("predict");
    const spread = draws === 0 ? null : await predictiveSpread(explainable, inputs, rows, draws, noise);
    return { explained, spread };
  });
  const missing = absentNames(prepared, rows);
  const { latents } = explained;
  const seen = { stored, dataset, latents, missing, where };
  return {
    ...{ task, config, targets: coding.names, calibration: stored.calibration },
    ...{ scale, ranges: coding.ranges, classes: coding.classes },
    ...{ dataset, messages: ready.messages, missing, explained, spread, truth: truthOf(dataset, coding.names) },
    departed: departures(stored, dataset, watched),
    columns: watched.length,
    digests: () => rowDigests(loaded, stored.preprocessor),
    localAtoms: () => localAtomsOf(seen),
    decompose: () => decompositionOf(seen),
    changeable: {
      ...{ preprocessor, prepared, inputs, parameters: networkParameters(model) },
      networkAlone: model.neighbours !== null,
      predicting: (use) =>
        predictOn(engine, stored, (inference) =>
          use(predictorOf([{ inference, weights: fusionWeights, decode: coding.decode }])),
        ),
    },
    check: () => checkTable(engine, stored, dataset, prepared, latents, completePositions(missing)),
  };
}

/** The check of a table, on an engine of its own. @param complete positions of the rows that have every modality */
async function checkTable(
  name: EngineName,
  stored: StoredModel,
  dataset: Dataset,
  inputs: readonly PreparedRows[],
  latents: LatentValues,
  complete: readonly number[],
): Promise<LatentCheck> {
  const { config, coding } = stored;
  if (coding.classes !== undefined) return null;
  const { group } = dataset;
  const engines: Engine[] = [];
  const engine = async () => {
    const made = await createEngine(name, { threads: config.threads });
    engines.push(made);
    return made;
  };
  const held = {
    ...{ rows: Int32Array.from(complete), inputs, values: pickLatents(latents, complete) },
    ...{ target: pickRows(gaussianTarget(stored, dataset), dataset.rows, complete), targets: coding.names.length },
    latentDim: latentShape(stored).latentDim,
    ...(group === undefined ? {} : { groups: Array.from(complete, (row) => group[row]) }),
  };
  try {
    return await checkHeldLatents(held, { check: config.evaluation.check, seed: config.seed, engine });
  } finally {
    for (const each of engines) await each.dispose();
  }
}

/** Puts a model on a new engine for as long as `predict` takes; nothing of it is left there, whatever happens. */
async function predictOn<T>(
  name: EngineName,
  stored: StoredModel,
  predict: (inference: Inference) => Promise<T>,
): Promise<T> {
  const engine = await createEngine(name, { threads: stored.config.threads });
  try {
    return await predict(inferenceOf(stored, engine));
  } finally {
    await engine.dispose();
  }
}
