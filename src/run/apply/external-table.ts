import { afterLossesOf } from "../../data/account.js";
import type { Dataset } from "../../data/dataset.js";
import { externalMessages } from "../../data/harmonise/account.js";
import { applyHarmonisation } from "../../data/harmonise/apply.js";
import { loadExternalTable } from "../../data/load-dataset.js";
import {
  type DepartedColumn,
  departedColumns,
  departedTargets,
  type WatchedColumn,
} from "../../data/prepare/range-check.js";
import { trainingRanges } from "../../data/prepare/training-ranges.js";
import { createEngine } from "../../engine/index.js";
import { InputError } from "../../errors.js";
import { refuseNaN } from "../../files/json.js";
import { Rng } from "../../math/rng.js";
import { openRows } from "../../modalities/kinds.js";
import { prepareRows, tableColumns, tablesAmong, watchedColumns } from "../../modalities/prepare.js";
import { rowDigests } from "../../modalities/row-digests.js";
import type { LocalPid } from "../../pid/pointwise/local-pid.js";
import type { PidResult } from "../../pid/types.js";
import { inferenceOf, loadModel, type StoredModel } from "../../record/model-folder.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { latentShape } from "../../training/atoms/atoms.js";
import type { Inference } from "../../training/step/inference.js";
import { absentNames, networkInputs, takesAbsentModalities } from "../absence.js";
import { completePositions, onlyComplete, pickLatents, pickRows } from "../complete-rows.js";
import { extraColumns } from "../extra-columns.js";
import { type ExplainedPredictions, explainedPredictions, predictiveSpread } from "../predictions.js";
import { arraysOfTable } from "./array-files.js";
import type { PredictTableOptions } from "./predict-options.js";

/** A table that was no part of a run, with the run's predictions for it. */
export interface PredictedTable {
  readonly task: StoredModel["task"];
  readonly config: StoredModel["config"];
  /** Names, in the order of the columns of every [rows, targets]. */
  readonly targets: readonly string[];
  readonly calibration: StoredModel["calibration"];
  readonly dataset: Dataset;
  /** Sentences for the user about rows that were left out or left as they are. */
  readonly messages: readonly string[];
  /** Folders whose models carry no digests. */
  readonly undigested: readonly string[];
  /** Names of the modalities that each row lacks. */
  readonly missing: readonly (readonly string[])[];
  readonly explained: Pick<ExplainedPredictions, "prediction" | "contributions">;
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
  readonly decompose: () => PidResult;
}

/**
 * Loads a run's model and predicts every row of another table, whose columns are found by name.
 * @throws InputError when the run is not finished or the table does not fit; RunError when a number is not finite
 */
export async function predictWithModel(options: PredictTableOptions): Promise<PredictedTable> {
  const { draws } = options;
  if (!Number.isInteger(draws) || draws < 0 || draws === 1) {
    throw new InputError(`--draws ${draws}: expected 0 for none, or at least 2 draws to have a spread`);
  }
  const stored = await loadModel(new RunFolder(options.run).file(runFiles.model));
  const { task, model, coding, fusionWeights, termMeans, harmonisation } = stored;
  const arrays = await arraysOfTable(options.run, stored.config, options.arrays);
  const { loaded, dataset, prepared } = await loadPrepared(stored, { ...options, arrays: arrays.files });
  const watched = await watchedColumns(stored.preprocessor, dataset);
  const inputs = networkInputs(prepared, stored.config);
  const rows = Int32Array.from({ length: dataset.rows }, (_, i) => i);
  const named = { where: options.data, rowIds: dataset.rowIds };
  const { explained, spread } = await predictOn(options.engine, stored, async (inference) => {
    const explainable = { inference, model, coding, fusionWeights, termMeans, named };
    const explained = await explainedPredictions(explainable, inputs, rows);
    const noise = new Rng(stored.config.seed).split("predict");
    const spread = draws === 0 ? null : await predictiveSpread(explainable, inputs, rows, draws, noise);
    return { explained, spread };
  });
  const missing = absentNames(prepared, rows);
  const messages = [
    ...arrays.messages,
    ...dataset.account.messages,
    ...(harmonisation === null ? [] : externalMessages(harmonisation, dataset)),
  ];
  const { latents } = explained;
  return {
    ...{ task, config: stored.config, targets: coding.names, calibration: stored.calibration },
    undigested: stored.digested ? [] : [options.run],
    ...{ dataset, messages, missing, explained, spread, truth: truthOf(dataset, coding.names) },
    departed: departures(stored, dataset, watched),
    columns: watched.length,
    digests: () => rowDigests(loaded, stored.preprocessor),
    localAtoms: () =>
      onlyComplete(stored.atomReader.read(latents, gaussianTarget(stored, dataset), latentShape(stored)), missing),
    decompose: () => {
      const complete = completePositions(missing);
      const target = pickRows(gaussianTarget(stored, dataset), dataset.rows, complete);
      const pid = stored.atomReader.decompose(pickLatents(latents, complete), target, latentShape(stored));
      refuseNaN(pid, `${options.data}: the decomposition`);
      const found = pid.influentialRows ?? null;
      const ids = found?.rows.map((position) => dataset.rowIds[complete[Number(position)]]) ?? [];
      return { ...pid, influentialRows: found === null ? null : { ...found, rows: ids } };
    },
  };
}

/** Puts a model on a new engine for as long as `predict` takes; nothing of it is left there, whatever happens. */
async function predictOn<T>(
  name: PredictTableOptions["engine"],
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

/** The table, harmonised where the model is, and its features as the model's preparation makes them. */
async function loadPrepared(
  { config, preprocessor, harmonisation }: StoredModel,
  { data, targets, arrays }: Pick<PredictTableOptions, "data" | "targets" | "arrays">,
) {
  const absentModalities = takesAbsentModalities(config);
  const loaded = await loadExternalTable(config.data, tableColumns(preprocessor), data, {
    ...{ targets, absentModalities, arrays, open: openRows },
    extras: extraColumns(config, true),
    ranges: trainingRanges(tablesAmong(preprocessor)),
  });
  return afterLossesOf(
    () => loaded.account.losses,
    async () => {
      const dataset = harmonisation === null ? loaded : applyHarmonisation(harmonisation, loaded);
      if (dataset.rows === 0) throw new InputError(`${data}: no row can be predicted`);
      return { loaded, dataset, prepared: await prepareRows(preprocessor, dataset, { absentModalities }) };
    },
  );
}

/** Columns, as the preparation reads them, and targets that left the range of the training rows. */
function departures(
  { coding }: StoredModel,
  dataset: Dataset,
  watched: readonly WatchedColumn[],
): DepartedColumn[] | null {
  const columns = departedColumns(watched);
  if (columns === null) return null;
  const counts = watched.map(({ range }) => range.values);
  return [...columns, ...departedTargets(dataset, coding.ranges, Math.max(...counts))];
}

/** Gaussian view of the targets, row-major [rows, targets]; NaN of a target that the table lacks. */
function gaussianTarget({ coding }: StoredModel, dataset: Dataset): Float64Array {
  const unknown = new Float64Array(dataset.rows).fill(Number.NaN);
  const values = coding.names.map((name) => dataset.targets.find((target) => target.name === name)?.values ?? unknown);
  return coding.gaussianView.ofValues(values);
}

function truthOf(dataset: Dataset, names: readonly string[]): Float64Array | null {
  const columns = names.map((name) => dataset.targets.find((target) => target.name === name)?.values);
  if (columns.some((column) => column === undefined)) return null;
  const out = new Float64Array(dataset.rows * names.length);
  columns.forEach((column, t) => {
    for (let i = 0; i < dataset.rows; i++) out[i * names.length + t] = column?.[i] ?? Number.NaN;
  });
  return out;
}
