import type { DataConfig } from "../config/data.js";
import type { CategoryCoding } from "./categories/coding.js";
import type { ConfoundRemoval } from "./confounds/confounds.js";
import { fitConfounds, removeConfounds } from "./confounds/remove.js";
import type { Dataset } from "./dataset.js";
import { applyHarmonisation } from "./harmonise/apply.js";
import { fitHarmonisation } from "./harmonise/fit.js";
import type { Harmonisation } from "./harmonise/harmonisation.js";

/** What was fitted to take out of features what they are not to tell; null for what is not asked for. */
export interface Cleaning {
  /** Applied first. */
  readonly harmonisation: Harmonisation | null;
  readonly confounds: ConfoundRemoval | null;
}

/**
 * Takes differences between sites, then confounds, out of the features of all rows, as fitted on the training rows.
 * @param categories codings of the categories that harmonising preserves
 * @throws InputError for rows or columns on which they cannot be fitted
 */
export function fitCleaning(
  coded: Dataset,
  trainRows: ArrayLike<number>,
  data: Pick<DataConfig, "harmonise" | "confounds" | "missing">,
  categories: readonly CategoryCoding[],
): Cleaning & { readonly dataset: Dataset } {
  const harmonisation =
    data.harmonise === undefined ? null : fitHarmonisation(coded, trainRows, data.harmonise, categories);
  const harmonised = harmonisation === null ? coded : applyHarmonisation(harmonisation, coded);
  const confounds =
    data.confounds === undefined ? null : fitConfounds(harmonised, trainRows, data.confounds, data.missing);
  const dataset = confounds === null ? harmonised : removeConfounds(confounds, harmonised, data.missing);
  return { harmonisation, confounds, dataset };
}

/** The same out of the rows of another table. @throws InputError for a row that lacks what it takes */
export function applyCleaning(
  { harmonisation, confounds }: Cleaning,
  coded: Dataset,
  missing: DataConfig["missing"],
): Dataset {
  const harmonised = harmonisation === null ? coded : applyHarmonisation(harmonisation, coded);
  return confounds === null ? harmonised : removeConfounds(confounds, harmonised, missing);
}
