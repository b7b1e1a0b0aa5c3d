import type { Config } from "../config/schema.js";
import type { Dataset } from "../data/dataset.js";
import { loadDataset } from "../data/load-dataset.js";
import { openRows } from "../modalities/open-rows.js";
import { takesAbsentModalities } from "../run/absence.js";

/**
 * The table of a config, as its trainings read it.
 * @param ownRows keeps rows that lack modalities, for trainings of which each has rows of its own
 */
export function loadStudyTable(config: Config, baseFolder: string, ownRows = false): Promise<Dataset> {
  const absentModalities = takesAbsentModalities(config) || ownRows;
  return loadDataset(config.data, baseFolder, { absentModalities, open: openRows });
}
