import { codeDataset } from "../../data/categories/code-dataset.js";
import { applyCleaning } from "../../data/clean-features.js";
import { externalConfoundMessages } from "../../data/confounds/account.js";
import type { Dataset } from "../../data/dataset.js";
import { externalMessages } from "../../data/harmonise/account.js";
import {
  type DepartedColumn,
  departedColumns,
  departedTargets,
  type WatchedColumn,
} from "../../data/prepare/range-check.js";
import type { PreparedRows } from "../../data/rows.js";
import { withClassesOf } from "../../data/target/recode.js";
import { InputError } from "../../errors.js";
import { codingsOf, dateCodingsOf, prepareRows, watchedColumns } from "../../modalities/prepare.js";
import type { StoredModel } from "../../record/stored-model.js";
import type { Inference } from "../../training/step/inference.js";
import { networkInputs, takesAbsentModalities } from "../absence.js";
import type { Explainable } from "../predictions.js";

/** Rows of another table as a model reads them. */
export interface ReadyRows {
  /** With categories and dates as numbers. */
  readonly loaded: Dataset;
  /** The same without sites and confounds where the model is free of them, and with the classes of the model. */
  readonly dataset: Dataset;
  /** Prepared rows of every modality, with those that lack it; and as the network reads them. */
  readonly prepared: readonly PreparedRows[];
  readonly inputs: readonly PreparedRows[];
  readonly watched: readonly WatchedColumn[];
  /** Sentences for the user about rows that were left out or left as they are. */
  readonly messages: readonly string[];
  /** What predicts and explains them. */
  readonly explainable: (inference: Inference) => Explainable;
}

/**
 * Codes, cleans and prepares the rows of another table as the training rows were.
 * @param where what they come from, for errors
 * @throws InputError when there is no row, or features do not fit
 */
export async function readyRows(stored: StoredModel, table: Dataset, where: string): Promise<ReadyRows> {
  const { config, model, preprocessor, coding, fusionWeights, termMeans, scale } = stored;
  const { harmonisation, confounds } = stored;
  const absentModalities = takesAbsentModalities(config);
  const { dataset: loaded, messages: unseen } = codeDataset(table, {
    modalities: codingsOf(preprocessor),
    dates: dateCodingsOf(preprocessor),
    covariates: harmonisation?.categories ?? [],
  });
  const dataset = withClassesOf(applyCleaning(stored, loaded, preprocessor.missing), coding.classes, where);
  if (dataset.rows === 0) throw new InputError(`${where}: no row can be predicted`);
  const prepared = await prepareRows(preprocessor, dataset, { absentModalities });
  const named = { where, rowIds: dataset.rowIds };
  return {
    ...{ loaded, dataset, prepared, inputs: networkInputs(prepared, config) },
    watched: await watchedColumns(preprocessor, dataset),
    messages: [
      ...dataset.account.messages,
      ...unseen,
      ...(harmonisation === null ? [] : externalMessages(harmonisation, dataset)),
      ...(confounds === null ? [] : externalConfoundMessages(confounds, dataset)),
    ],
    explainable: (inference) => {
      return { inference, model, coding, fusionWeights, termMeans, scale, absentModalities, named };
    },
  };
}

/** Columns, as the preparation reads them, and targets that left the range of the training rows. */
export function departures(
  { coding }: StoredModel,
  dataset: Dataset,
  watched: readonly WatchedColumn[],
): DepartedColumn[] | null {
  const columns = departedColumns(watched);
  if (columns === null) return null;
  const counts = watched.map(({ range }) => range.values);
  return [...columns, ...departedTargets(dataset, coding.ranges, Math.max(...counts))];
}

/** True values as the table has them, row-major [rows, targets]; null when it lacks the column of one. */
export function truthOf(dataset: Dataset, names: readonly string[]): Float64Array | null {
  const columns = names.map((name) => dataset.targets.find((target) => target.name === name)?.values);
  if (columns.some((column) => column === undefined)) return null;
  const out = new Float64Array(dataset.rows * names.length);
  columns.forEach((column, t) => {
    for (let i = 0; i < dataset.rows; i++) out[i * names.length + t] = column?.[i] ?? Number.NaN;
  });
  return out;
}
