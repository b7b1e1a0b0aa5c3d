import type { HarmoniseConfig } from "../../config/harmonise.js";
import { InputError } from "../../errors.js";
import { mean, median } from "../../math/descriptive.js";
import { type CategoryCoding, codedColumns } from "../categories/coding.js";
import type { Dataset, Modality } from "../dataset.js";
import { indicatorTargets } from "../target/indicators.js";
import { shrinkSiteEstimates } from "./empirical-bayes.js";
import type { Harmonisation, HarmonisedColumn, HarmonisedSite } from "./harmonisation.js";
import { fitSiteEffects, type SiteDesign, type SiteEffects } from "./site-effects.js";

type Table = Pick<Dataset, "modalities" | "targets" | "labels" | "covariates" | "rowIds">;

/** Departures from the median beyond this many typical ones do not count further, as in the preparation of columns. */
const farthestDeparture = 50;

/** How site effects are fitted, by `data.harmonise.method`. */
const methods: Readonly<Record<HarmoniseConfig["method"], typeof fitCombat>> = { combat: fitCombat };

/** Confounds that are taken out of features after the sites. */
export interface LaterConfounds {
  /** Their terms, which are among the covariates of the table. */
  readonly terms: readonly string[];
  /** Modalities that they are taken out of; all if left out. */
  readonly modalities?: readonly string[];
}

/**
 * Fits the harmonisation that the config asks for on the training rows.
 * @param categories codings of preserved categories, whose columns are among the covariates of the table
 * @param confounds preserved in the modalities that they are taken out of afterwards
 * @throws InputError as the method does
 */
export function fitHarmonisation(
  table: Table,
  trainRows: ArrayLike<number>,
  config: HarmoniseConfig,
  categories: readonly CategoryCoding[] = [],
  confounds: LaterConfounds = { terms: [] },
): Harmonisation {
  const columns = new Set(categories.map(({ column }) => column));
  const coded = categories.flatMap((coding) => codedColumns(coding, true));
  const preserve = [...config.preserve.filter((name) => !columns.has(name)), ...coded];
  const fitted = methods[config.method](table, trainRows, { ...config, preserve }, confounds);
  return categories.length === 0 ? fitted : { ...fitted, categories };
}

/**
 * Fits ComBat on the training rows: per column y = grand mean + covariates + scale (shift_site + spread_site e), shifts
 * and spreads per site by empirical Bayes over the columns of a modality. Sources: Johnson, Li & Rabinovic 2007,
 * doi:10.1093/biostatistics/kxj037; Fortin et al. 2018, doi:10.1016/j.neuroimage.2017.11.024.
 *
 * What is preserved has to be known where the map is applied, or test rows would be changed by their own target. So a
 * preserved covariate takes part in fit and map, while a preserved target takes part in the fit on training rows only:
 * it keeps site effects from swallowing what the target explains, and the map, the same for training and other rows,
 * does not read it.
 *
 * A confound that differs between sites is preserved too: its effect on a feature is left for the regression that takes
 * confounds out. Were it taken out with the sites, that regression, which sees how the confound differs between sites
 * and no longer the feature, would find too small a slope and leave what the confound tells within sites. What cannot
 * be told from the sites goes with them.
 * @throws InputError when fewer than two sites have enough rows, a row has no site or covariate, or covariates cannot be
 *   told from sites
 */
function fitCombat(
  table: Table,
  trainRows: ArrayLike<number>,
  config: HarmoniseConfig,
  confounds: LaterConfounds,
): Harmonisation {
  const labels = siteLabels(table, config.site);
  const sites = countSites(labels, table.rowIds, trainRows, config);
  const estimateOf = new Map(sites.map(({ name, estimate }) => [name, estimate]));
  const rows = Array.from(trainRows).filter((row) => estimateOf.get(labels[row] as string) !== null);
  const estimates = new Set(sites.flatMap(({ estimate }) => (estimate === null ? [] : [estimate]))).size;
  if (estimates < 2) {
    throw new InputError(
      `data.harmonise: sites are told apart in the training part, and column "${config.site}" has only ` +
        `${estimates === 1 ? "one value" : "values"} with enough rows there; at least two need ${config.minRows} or more. ` +
        "Leave data.harmonise out, or lower data.harmonise.minRows.",
    );
  }
  const targetNames = table.targets.map(({ name }) => name);
  const known = config.preserve.filter((name) => !targetNames.includes(name));
  const fitOnly = config.preserve.filter((name) => targetNames.includes(name));
  const targets = fitOnly.flatMap((wanted) =>
    indicatorTargets(
      table.targets.filter(({ name }) => name === wanted),
      true,
    ),
  );
  const covariate = (name: string) => ({ name, ...centredOn(covariateValues(table, name, rows)) });
  const preserved = known.map(covariate);
  const site = Int32Array.from(rows, (row) => estimateOf.get(labels[row] as string) as number);
  const read = targets.map(({ values }) => centredOn(Float64Array.from(rows, (row) => values[row])).centred);
  const design = { site, sites: estimates, covariates: [...preserved.map(({ centred }) => centred), ...read] };
  refuseConfounded(design, config);
  const { later, withSites } = toldApart(
    design,
    confounds.terms.filter((name) => !known.includes(name)).map(covariate),
  );
  const mapped = [...preserved, ...later];
  const unadjusted: string[] = [];
  const chosen = table.modalities.filter(({ name }) => config.modalities?.includes(name) ?? true);
  const modalities = chosen.map((modality) => {
    const own = (confounds.modalities?.includes(modality.name) ?? true) ? mapped : preserved;
    const covariates = [...own.map(({ centred }) => centred), ...read];
    const options = { keep: keptColumns(modality, config), known: own.length, of: mapped.length, unadjusted };
    return { name: modality.name, columns: fitModality(modality, rows, { ...design, covariates }, options) };
  });
  const means = mapped.map(({ name, centre }) => ({ name, mean: centre }));
  const fitted = { site: config.site, sites, estimates, covariates: means, fitOnly, modalities, unadjusted };
  return withSites.length === 0 ? fitted : { ...fitted, withSites };
}

type Covariate = ReturnType<typeof centredOn> & { readonly name: string };

/** Confounds whose effects can be told from those of the sites, of what is preserved and of each other, and the others. */
function toldApart(design: SiteDesign, confounds: readonly Covariate[]) {
  const later: Covariate[] = [];
  const withSites: string[] = [];
  for (const confound of confounds) {
    const covariates = [...design.covariates, ...[...later, confound].map(({ centred }) => centred)];
    const apart = fitSiteEffects(new Float64Array(design.site.length), { ...design, covariates }) !== undefined;
    if (apart) later.push(confound);
    else withSites.push(confound.name);
  }
  return { later, withSites };
}

/** Columns that are preserved, and those of 0 and 1 that categories became. */
function keptColumns({ coded = [] }: Modality, { preserve }: HarmoniseConfig): ReadonlySet<string> {
  return new Set([...preserve, ...coded.flatMap((coding) => codedColumns(coding))]);
}

/** The site of each row. @throws Error when the table was loaded without the column */
export function siteLabels({ labels }: Pick<Dataset, "labels">, site: string): readonly (string | null)[] {
  const values = labels.get(site);
  if (values === undefined) throw new Error(`the table was loaded without the column of sites, "${site}"`);
  return values;
}

/** Values of a preserved column that is no target. @throws InputError naming a row without a value */
export function covariateValues(
  { covariates, rowIds }: Pick<Dataset, "covariates" | "rowIds">,
  name: string,
  rows: ArrayLike<number>,
): Float64Array {
  const values = covariates.get(name);
  if (values === undefined) throw new Error(`the table was loaded without the preserved column "${name}"`);
  return Float64Array.from(rows, (row) => {
    if (!Number.isNaN(values[row])) return values[row];
    throw new InputError(
      `data.harmonise.preserve: column "${name}" has no value in row "${rowIds[row]}"; harmonising needs it in every row.`,
    );
  });
}

function countSites(
  labels: readonly (string | null)[],
  rowIds: readonly string[],
  trainRows: ArrayLike<number>,
  { site, minRows }: HarmoniseConfig,
): HarmonisedSite[] {
  const counts = new Map<string, number>();
  for (const row of Array.from(trainRows)) {
    const name = labels[row];
    if (name === null) throw new InputError(`data.harmonise.site: column "${site}" is empty in row "${rowIds[row]}".`);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = [...counts.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const rowsOf = (name: string) => counts.get(name) as number;
  const large = names.filter((name) => rowsOf(name) >= minRows);
  const small = names.filter((name) => rowsOf(name) < minRows);
  const pooled = small.reduce((sum, name) => sum + rowsOf(name), 0) >= minRows ? large.length : null;
  return names.map((name) => {
    const own = large.indexOf(name);
    return { name, rows: rowsOf(name), estimate: own < 0 ? pooled : own };
  });
}

function centredOn(values: Float64Array) {
  const centre = mean(values);
  return { centre, centred: values.map((value) => value - centre) };
}

/** Covariates that hardly vary within sites explain the same as the sites do. */
function refuseConfounded(design: SiteDesign, { site, preserve }: HarmoniseConfig): void {
  if (fitSiteEffects(new Float64Array(design.site.length), design) !== undefined) return;
  throw new InputError(
    `data.harmonise.preserve: within the sites of "${site}", ${preserve.map((name) => `"${name}"`).join(", ")} ` +
      "hardly vary or follow from each other, so their effects cannot be told from those of the sites; preserve fewer columns.",
  );
}

interface FitOptions {
  /** Columns that stay as they are. */
  readonly keep: ReadonlySet<string>;
  /** Covariates, the first ones, that the map may use. */
  readonly known: number;
  /** How many slopes a column has; those beyond `known` are 0. */
  readonly of: number;
  readonly unadjusted: string[];
}

function fitModality(
  { name, columns, values }: Modality,
  rows: readonly number[],
  design: SiteDesign,
  { keep, known, of, unadjusted }: FitOptions,
): HarmonisedColumn[] {
  const fitted = columns.flatMap((column, j) => {
    if (keep.has(column)) return [];
    const raw = Float64Array.from(rows, (row) => values[row * columns.length + j]);
    const effects = enoughValues(raw, design) ? fitSiteEffects(pullIn(raw), design) : undefined;
    if (effects === undefined) unadjusted.push(`${name}: ${column}`);
    return effects === undefined ? [] : [{ column, effects }];
  });
  // A column without spread within sites has no part in the prior: its units say nothing about the others.
  const spreading = fitted.filter(({ effects }) => effects.scale > 0);
  const estimates = Array.from({ length: design.sites }, (_, s) => shrinkSite(spreading, s));
  return fitted.map(({ column, effects }) => {
    const { grandMean, slopes, scale, shift } = effects;
    const j = spreading.findIndex((candidate) => candidate.column === column);
    return {
      name: column,
      grandMean,
      slopes: Array.from({ length: of }, (_, k) => (k < known ? slopes[k] : 0)),
      shift: Array.from(shift, (value, s) => (j < 0 ? zeroIfUnknown(value) : scale * estimates[s].shift[j])),
      spread: Array.from(shift, (_, s) => (j < 0 ? 1 : Math.sqrt(estimates[s].variance[j]))),
    };
  });
}

function shrinkSite(columns: readonly { readonly effects: SiteEffects }[], site: number) {
  return shrinkSiteEstimates({
    shift: columns.map(({ effects }) => effects.shift[site]),
    variance: columns.map(({ effects }) => effects.variance[site]),
    counts: columns.map(({ effects }) => effects.counts[site]),
  });
}

/** Whether there are more values than the fit has unknowns. */
function enoughValues(values: Float64Array, { sites, covariates }: SiteDesign): boolean {
  return values.filter((value) => !Number.isNaN(value)).length > sites + covariates.length + 1;
}

/** Values with absurd ones pulled in: a single one would otherwise set location and scale of its site. */
function pullIn(values: Float64Array): Float64Array {
  const present = values.filter((value) => !Number.isNaN(value));
  const centre = median(present);
  const departures = present.filter((value) => value !== centre).map((value) => Math.abs(value - centre));
  if (departures.length === 0) return values;
  const farthest = farthestDeparture * median(departures);
  return values.map((value) =>
    Number.isNaN(value) ? value : Math.max(centre - farthest, Math.min(centre + farthest, value)),
  );
}

function zeroIfUnknown(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}
