import { undigestedMessages } from "../../record/digests.js";
import { absenceMessages } from "../absence.js";
import { ensembleMembers } from "../ensemble/ensemble-folder.js";
import { type PredictedTable, type PredictTableOptions, predictWithModel } from "./external-table.js";
import { predictWithMembers } from "./predict-ensemble.js";

/**
 * Predicts every row of another table with a run's model, or with all members of an ensemble.
 * @throws InputError when the run is not finished or the table does not fit
 */
export async function predictTable(options: PredictTableOptions): Promise<PredictedTable> {
  const ensemble = await ensembleMembers(options.run);
  const table = await (ensemble === null ? predictWithModel(options) : predictWithMembers(options, ensemble));
  const { missing, config, targets, calibration, undigested, messages } = table;
  return {
    ...table,
    messages: [
      ...undigestedMessages(undigested),
      ...messages,
      ...absenceMessages(missing, config, targets, calibration.absence),
    ],
  };
}
