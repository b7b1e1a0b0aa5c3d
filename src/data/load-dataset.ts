import type { DataConfig } from "../config/data.js";
import { InputError } from "../errors.js";
import { openBeside } from "./beside.js";
import type { Dataset } from "./dataset.js";
import { type LoadOptions, planRequest, readDataset } from "./read-dataset.js";
import { readSavedSplit } from "./split/saved-split.js";
import { streamingPlace } from "./streaming-place.js";
import { planTable } from "./table/open-plan.js";

export type { LoadOptions } from "./read-dataset.js";

/**
 * Loads the table(s) of a data section: reads, joins, applies the policy for missing values, and accounts for every row.
 * @param baseFolder folder to which file names are relative
 * @throws InputError naming file, row and column, or the config key; for a table that is to stay on disk, see `openSample`
 */
export async function loadDataset(data: DataConfig, baseFolder: string, options: LoadOptions = {}): Promise<Dataset> {
  if (data.outOfCore !== undefined) {
    throw new InputError(
      "data.outOfCore: only `train` leaves rows on disk; this command holds all rows of a table in memory. Give it a config without " +
        "`outOfCore`, and a table of as many rows as memory takes",
    );
  }
  const plan = await planTable(data, baseFolder, planRequest(data, options));
  try {
    const { by, file } = data.split;
    const { open, external = false, progress } = options;
    return await readDataset(data, plan, options, {
      savedSplit: async () => (by === "file" && file !== undefined ? readSavedSplit(file, baseFolder) : undefined),
      beside: (tables) =>
        openBeside(data, plan, tables, {
          ...{ baseFolder, open, external, progress },
          place: (modalities) => streamingPlace(data, baseFolder, modalities),
        }),
    });
  } finally {
    for (const source of plan.sources) source.close();
  }
}
