import { afterLossesOf } from "../../data/account.js";
import type { AskedConfound, ConfoundRemoval } from "../../data/confounds/confounds.js";
import type { Dataset } from "../../data/dataset.js";
import { loadExternalTable } from "../../data/load-external-table.js";
import { trainingRanges } from "../../data/prepare/training-ranges.js";
import type { ExtraColumn } from "../../data/table/table-plan.js";
import { openRows } from "../../modalities/open-rows.js";
import { fileColumns, tablesAmong } from "../../modalities/prepare.js";
import { loadModel, type StoredModel } from "../../record/model-folder.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { takesAbsentModalities } from "../absence.js";
import { extraColumns } from "../extra-columns.js";
import { arraysOfTable } from "./array-files.js";
import { tablesLabel } from "./given-tables.js";
import { type PredictedTable, predictDataset } from "./predict-dataset.js";
import type { PredictTableOptions } from "./predict-options.js";

/**
 * Loads a run's model and predicts every row of another table, whose columns are found by name.
 * @throws InputError when the run is not finished or the table does not fit; RunError when a number is not finite
 */
export async function predictWithModel(options: PredictTableOptions): Promise<PredictedTable> {
  const stored = await loadModel(new RunFolder(options.run).file(runFiles.model));
  const arrays = await arraysOfTable(options.run, stored.config, options.arrays);
  const loaded = await loadTable(stored, { ...options, arrays: arrays.files });
  const predicted = await afterLossesOf(
    () => loaded.account.losses,
    () => predictDataset(stored, loaded, { ...options, where: tablesLabel(options.data) }),
  );
  const messages = [...arrays.messages, ...predicted.messages];
  return { ...predicted, undigested: stored.digested ? [] : [options.run], messages };
}

/** The columns that the model reads. */
function loadTable(
  { config, preprocessor, coding, confounds }: StoredModel,
  {
    data,
    targets,
    arrays,
    dialect,
    progress,
    group,
  }: Pick<PredictTableOptions, "data" | "targets" | "arrays" | "dialect" | "progress" | "group">,
): Promise<Dataset> {
  return loadExternalTable(config.data, fileColumns(preprocessor), data, {
    ...{ targets, absentModalities: takesAbsentModalities(config), arrays, dialect, open: openRows, progress },
    kind: coding.classes === undefined ? "number" : "class",
    extras: [...extraColumns(config, true), ...groupColumn(config.data.group, group)],
    ranges: rangesOf(preprocessor, confounds),
    confounds: confounds === null ? [] : knownConfounds(confounds),
  });
}

/** @param asked the column that is wanted; null for that of the model */
function groupColumn(own: string | undefined, asked: string | null | undefined): ExtraColumn[] {
  if (asked === undefined) return [];
  const column = asked ?? own;
  if (column === undefined) return [];
  return [{ key: asked === null ? "data.group" : "--group", column, kind: "text", optional: asked === null }];
}

/** Where columns of the file lay in training; what is left of a column without its confounds lies elsewhere. */
function rangesOf(preprocessor: StoredModel["preprocessor"], confounds: StoredModel["confounds"]) {
  const freed = confounds?.modalities.map(({ name }) => name) ?? [];
  const { modalities } = tablesAmong(preprocessor);
  return trainingRanges({ modalities: modalities.filter(({ name }) => !freed.includes(name)) });
}

/** The confounds of a model as its tables hold them. */
function knownConfounds({ numbers, categories }: ConfoundRemoval): AskedConfound[] {
  return [
    ...numbers.map((column) => ({ column, kind: "number" as const })),
    ...categories.map(({ column }) => ({ column, kind: "category" as const })),
  ];
}
