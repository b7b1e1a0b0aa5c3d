import { afterLossesOf } from "../../data/account.js";
import { loadExternalTable } from "../../data/load-external-table.js";
import { openRows } from "../../modalities/open-rows.js";
import { fileColumns } from "../../modalities/prepare.js";
import { frozenNetworks } from "../../record/frozen-networks.js";
import { loadModel } from "../../record/model-folder.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { arraysOfTable } from "./array-files.js";
import { tablesLabel } from "./given-tables.js";
import { modelTable } from "./model-table.js";
import { type PredictedTable, predictDataset } from "./predict-dataset.js";
import type { PredictTableOptions } from "./predict-options.js";

/**
 * Loads a run's model and predicts every row of another table, whose columns are found by name.
 * @throws InputError when the run is not finished or the table does not fit; RunError when a number is not finite
 */
export async function predictWithModel(options: PredictTableOptions): Promise<PredictedTable> {
  const { data } = options;
  const stored = await loadModel(new RunFolder(options.run).file(runFiles.model));
  const arrays = await arraysOfTable(options.run, stored.config, options.arrays);
  const frozen = await frozenNetworks(options.run, stored.preprocessor);
  const places = { arrays: arrays.files, frozen };
  const asked = { ...modelTable(stored, options), ...places, open: openRows, progress: options.progress };
  const loaded = await loadExternalTable(stored.config.data, fileColumns(stored.preprocessor), data, asked);
  const predicted = await afterLossesOf(
    () => loaded.account.losses,
    () => predictDataset(stored, loaded, { ...options, where: tablesLabel(data) }),
  );
  const messages = [...arrays.messages, ...predicted.messages];
  return { ...predicted, undigested: stored.digested ? [] : [options.run], messages };
}
