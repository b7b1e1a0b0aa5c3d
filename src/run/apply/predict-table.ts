import { departureMessages } from "../../data/prepare/range-check.js";
import { undigestedMessages } from "../../record/digests.js";
import { ensembleMembers } from "../../record/ensemble-folder.js";
import { readRunRows } from "../../record/run-rows.js";
import { absenceMessages } from "../absence.js";
import { predictWithModel } from "./external-table.js";
import { tableChecksums, tablesLabel } from "./given-tables.js";
import type { PredictedTable } from "./predict-dataset.js";
import { predictWithMembers } from "./predict-ensemble.js";
import type { PredictTableOptions } from "./predict-options.js";
import { type SeenRows, seenMessages, seenRows } from "./seen-rows.js";

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
  const ensemble = await ensembleMembers(options.run);
  const table = await (ensemble === null ? predictWithModel(options) : predictWithMembers(options, ensemble));
  const { task, missing, config, targets, calibration, departed, columns, undigested } = table;
  const seen = await compareRows(options, table);
  const messages = [
    ...undigestedMessages(undigested),
    ...table.messages,
    ...absenceMessages(missing, config, { targets, error: task.metrics.headline }, calibration.absence),
    ...seenMessages(seen, tablesLabel(options.data)),
    ...departureMessages(departed, columns),
  ];
  return { ...table, seen, messages };
}

async function compareRows(
  { run, data }: PredictTableOptions,
  { config, dataset, digests, missing }: PredictedTable,
): Promise<SeenRows | null> {
  const known = await readRunRows(run);
  if (known.ids === null) return null;
  const own = known.digests === null ? [] : await digests();
  return seenRows(known, {
    rowIds: dataset.rowIds,
    digests: () => own,
    lacking: missing.map((names) => names.length > 0),
    checksums: await tableChecksums(data),
    hasIds: (config.data.id ?? config.data.join) !== undefined,
  });
}
