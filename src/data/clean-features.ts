import type { DataConfig } from "../config/data.js";
import type { CategoryCoding } from "./categories/coding.js";
import type { ConfoundRemoval } from "./confounds/confounds.js";
import { fitConfounds, fitTerms, removeConfounds, valuesOfTerms } from "./confounds/remove.js";
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
 * Takes differences between sites, then confounds, out of the features of all rows, as fitted on the training rows. What
 * belongs to a confound that differs between sites is left for its own removal (`fitHarmonisation`).
 * @param categories codings of the categories that harmonising preserves
 * @throws InputError for rows or columns on which they cannot be fitted
 */
export function fitCleaning(
  coded: Dataset,
  trainRows: ArrayLike<number>,
  data: Pick<DataConfig, "harmonise" | "confounds" | "missing">,
  categories: readonly CategoryCoding[],
): Cleaning & { readonly dataset: Dataset } {
  const { harmonise, missing } = data;
  const terms = data.confounds === undefined ? null : fitTerms(coded, trainRows);
  const later = terms === null ? undefined : { ...data.confounds, terms: terms.terms.map(({ name }) => name) };
  const table = withTerms(coded, terms, missing);
  const harmonisation =
    harmonise === undefined ? null : fitHarmonisation(table, trainRows, harmonise, categories, later);
  const harmonised = harmonisation === null ? coded : applyHarmonisation(harmonisation, table);
  const confounds = data.confounds === undefined ? null : fitConfounds(harmonised, trainRows, data.confounds, missing);
  const dataset = confounds === null ? harmonised : removeConfounds(confounds, harmonised, missing);
  return { harmonisation, confounds, dataset };
}

/** The same out of the rows of another table. @throws InputError for a row that lacks what it takes */
export function applyCleaning(
  { harmonisation, confounds }: Cleaning,
  coded: Dataset,
  missing: DataConfig["missing"],
): Dataset {
  const harmonised =
    harmonisation === null ? coded : applyHarmonisation(harmonisation, withTerms(coded, confounds, missing));
  return confounds === null ? harmonised : removeConfounds(confounds, harmonised, missing);
}

/** A table whose covariates hold the terms of its confounds too, missing ones as their mean. */
function withTerms(table: Dataset, fitted: Parameters<typeof valuesOfTerms>[0] | null, missing: DataConfig["missing"]) {
  if (fitted === null) return table;
  const covariates = new Map(table.covariates);
  const values = valuesOfTerms(fitted, table, missing);
  for (const { name, mean } of fitted.terms) {
    const centred = values.get(name) as Float64Array;
    if (!covariates.has(name))
      covariates.set(
        name,
        centred.map((value) => value + mean),
      );
  }
  return { ...table, covariates };
}
