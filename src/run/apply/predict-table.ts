import { isWindows } from "../../config/modalities/sequence.js";
import { departureMessages } from "../../data/prepare/range-check.js";
import { checkRunFolder } from "../../record/check-run-folder.js";
import { undigestedMessages } from "../../record/digests.js";
import { ensembleMembers } from "../../record/ensemble-folder.js";
import { readRunRows } from "../../record/run-rows.js";
import { absenceMessages } from "../absence.js";
import { predictWithModel } from "./external-table.js";
import { tableChecksums, tableFiles, tablesLabel } from "./given-tables.js";
import type { PredictedTable } from "./predict-dataset.js";
import { predictWithMembers } from "./predict-ensemble.js";
import type { PredictTableOptions } from "./predict-options.js";
import { fileOfRun, type SeenRows, seenMessages, seenRows, unlistedMessages } from "./seen-rows.js";

/** A predicted table held against the rows of the run. */
export interface ComparedPredictions extends PredictedTable {
  /** Rows that the run knows; null where that cannot be said. */
  readonly seen: SeenRows | null;
}

/**
 * Predicts every row of another table with a run's model, or with all members of an ensemble.
 * @throws InputError when the run is not finished or the table does not fit
 */
export async function predictTable(options: PredictTableOptions): Promise<ComparedPredictions> {
  await checkRunFolder(options.run);
  const ensemble = await ensembleMembers(options.run);
  const table = await (ensemble === null ? predictWithModel(options) : predictWithMembers(options, ensemble));
  const { task, missing, config, targets, calibration, departed, columns, undigested } = table;
  const { seen, file, unlisted } = await compareRows(options, table);
  const by = { targets, error: task.metrics.headline };
  const messages = [
    ...undigestedMessages(undigested),
    ...table.messages,
    ...(options.leavesOutLacking === true ? [] : absenceMessages(missing, config, by, calibration.absence)),
    ...seenMessages(seen, file, Object.values(config.data.modalities).some(isWindows)),
    ...unlistedMessages(unlisted),
    ...departureMessages(departed, columns),
  ];
  return { ...table, seen, messages };
}

/** The rows that a run knows, and the table given which is one of its files, or all where none is. */
async function compareRows(
  { run, data }: PredictTableOptions,
  { config, dataset, digests, missing }: PredictedTable,
): Promise<{ readonly seen: SeenRows | null; readonly file: string; readonly unlisted?: number | undefined }> {
  const known = await readRunRows(run);
  if (known.ids === null) return { seen: null, file: tablesLabel(data) };
  const own = known.digests === null ? [] : await digests();
  const checksums = await tableChecksums(data);
  const seen = seenRows(known, {
    rowIds: dataset.rowIds,
    digests: () => own,
    lacking: missing.map((names) => names.length > 0),
    checksums,
    hasIds: (config.data.id ?? config.data.join) !== undefined,
  });
  const file = fileOfRun(seen, known, { files: tableFiles(data), checksums }) ?? tablesLabel(data);
  return { seen, file, unlisted: known.unlisted };
}
