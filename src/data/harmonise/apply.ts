import type { DataConfig } from "../../config/data.js";
import { targetNames } from "../../config/data.js";
import { preservedColumns } from "../../config/harmonise.js";
import type { Dataset, Modality } from "../dataset.js";
import type { ExtraColumn } from "../table/table-plan.js";
import { covariateValues, siteLabels } from "./fit.js";
import type { Harmonisation, HarmonisedColumn } from "./harmonisation.js";

/** Columns that harmonising reads beside features and targets; empty without `data.harmonise`. */
export function harmoniseColumns(data: Pick<DataConfig, "harmonise" | "target" | "modalities">): ExtraColumn[] {
  const { harmonise } = data;
  if (harmonise === undefined) return [];
  const targets = targetNames(data);
  const { numbers, categories } = preservedColumns(data);
  const known = numbers.filter((name) => !targets.includes(name));
  return [
    { key: "data.harmonise.site", column: harmonise.site, kind: "text", optional: false },
    ...known.map((column) => ({ key: "data.harmonise.preserve", column, kind: "number", optional: false }) as const),
    ...categories.map((column) => ({ key: "data.harmonise", column, kind: "category", optional: false }) as const),
  ];
}

/**
 * Takes what belongs to the site out of every row:
 *   y' = m + (y - m - shift_site) / spread_site,   m = grand mean + effects of the covariates.
 * Rows of a site that was not estimated stay as they are: the map of a site that is like the grand mean. Targets are not
 * read. Values stay finite, gaps stay gaps.
 * @throws InputError for a row without a covariate
 */
export function applyHarmonisation(harmonisation: Harmonisation, dataset: Dataset): Dataset {
  const { site, sites, covariates } = harmonisation;
  const estimateOf = new Map(sites.map(({ name, estimate }) => [name, estimate]));
  const labels = siteLabels(dataset, site);
  const estimate = labels.map((name) => (name === null ? null : (estimateOf.get(name) ?? null)));
  const rows = Int32Array.from({ length: dataset.rows }, (_, i) => i);
  const centred = covariates.map(({ name, mean }) => covariateValues(dataset, name, rows).map((value) => value - mean));
  const modalities = dataset.modalities.map((modality) => {
    const fitted = harmonisation.modalities.find(({ name }) => name === modality.name);
    return fitted === undefined ? modality : mapModality(modality, fitted.columns, estimate, centred);
  });
  return { ...dataset, modalities };
}

function mapModality(
  modality: Modality,
  fitted: readonly HarmonisedColumn[],
  estimate: readonly (number | null)[],
  covariates: readonly Float64Array[],
): Modality {
  const values = Float64Array.from(modality.values);
  const width = modality.columns.length;
  for (const { name, grandMean, slopes, shift, spread } of fitted) {
    const j = modality.columns.indexOf(name);
    if (j < 0) continue; // a column that the model does not use need not be in a table to predict
    estimate.forEach((s, i) => {
      if (s === null) return;
      const centre = slopes.reduce((sum, slope, k) => sum + slope * covariates[k][i], grandMean);
      values[i * width + j] = finite(centre + (values[i * width + j] - centre - shift[s]) / spread[s]);
    });
  }
  return { ...modality, values };
}

/** Sums and quotients of numbers near the limits may overflow; NaN is a gap and stays one. */
function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}
