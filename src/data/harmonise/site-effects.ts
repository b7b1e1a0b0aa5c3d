import { dot } from "../../math/dot.js";

/** Rows of the training part with their sites and covariates. */
export interface SiteDesign {
  /** [rows] index of the site. */
  readonly site: Int32Array;
  readonly sites: number;
  /** Per covariate [rows], finite, mean 0. */
  readonly covariates: readonly Float64Array[];
}

/** What sites do to one column. */
export interface SiteEffects {
  /** Mean over the rows of the site means adjusted for the covariates. */
  readonly grandMean: number;
  /** Effect of each covariate. */
  readonly slopes: readonly number[];
  /** Standard deviation within sites, covariates taken out; 0 when sites and covariates explain the column exactly. */
  readonly scale: number;
  /** Rows of each site that have a value, [sites]. */
  readonly counts: Int32Array;
  /** Per site mean of the column less grand mean and covariates, in `scale` units; column units when the scale is 0. */
  readonly shift: Float64Array;
  /** Per site variance about that mean, in `scale` units squared, divisor n - 1; NaN for a site of one row. */
  readonly variance: Float64Array;
}

/** A residual spread below this share of the whole spread is rounding. */
const rounding = 1e-9;

/**
 * Least squares fit y = grand mean + site + covariates, per column, over the rows that have a value: by regression of
 * what is left of y on what is left of the covariates when site means are taken out.
 * @param values [rows], NaN = missing
 * @returns undefined when the covariates' effects cannot be told from the sites' on those rows
 */
export function fitSiteEffects(values: Float64Array, design: SiteDesign): SiteEffects | undefined {
  const rows = presentRows(values);
  const counts = new Int32Array(design.sites);
  for (const row of rows) counts[design.site[row]]++;
  const within = (column: Float64Array) => centreBySite(column, rows, design.site, counts);
  const centred = within(values);
  const covariates = design.covariates.map(within);
  if (covariates.some(({ varies }) => !varies)) return undefined;
  const slopes = regress(
    centred.left,
    covariates.map(({ left }) => left),
  );
  if (slopes === undefined) return undefined;
  const intercepts = Float64Array.from(counts, (_, s) =>
    slopes.reduce((sum, slope, k) => sum - slope * covariates[k].means[s], centred.means[s]),
  );
  const grandMean = intercepts.reduce((sum, value, s) => sum + (counts[s] * value) / rows.length, 0);
  const residuals = Float64Array.from(rows, (_, i) =>
    slopes.reduce((sum, slope, k) => sum - slope * covariates[k].left[i], centred.left[i]),
  );
  const spread = Math.sqrt(meanSquare(residuals));
  const whole = Math.sqrt(meanSquare(Float64Array.from(rows, (row) => values[row] - grandMean)));
  const scale = spread > rounding * whole ? spread : 0;
  const unit = scale === 0 ? 1 : scale;
  return {
    grandMean,
    slopes,
    scale,
    counts,
    shift: intercepts.map((value, s) => (counts[s] === 0 ? Number.NaN : (value - grandMean) / unit)),
    variance: siteVariances(residuals, rows, design, counts).map((value) => value / unit ** 2),
  };
}

function presentRows(values: Float64Array): number[] {
  const rows: number[] = [];
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) rows.push(i);
  return rows;
}

/** Site means of a column, what is left of it on the rows when they are taken out, and whether that is anything. */
function centreBySite(column: Float64Array, rows: readonly number[], site: Int32Array, counts: Int32Array) {
  const means = new Float64Array(counts.length);
  for (const row of rows) means[site[row]] += column[row] / counts[site[row]];
  const left = Float64Array.from(rows, (row) => column[row] - means[site[row]]);
  const whole = Math.sqrt(rows.reduce((sum, row) => sum + column[row] ** 2, 0));
  return { means, left, varies: Math.sqrt(product(left, left)) > rounding * whole };
}

/**
 * Coefficients of least squares without intercept, by elimination on correlations.
 * @returns undefined when an input keeps less than a millionth of its variance given those before it
 */
function regress(y: Float64Array, inputs: readonly Float64Array[]): number[] | undefined {
  const norms = inputs.map((x) => Math.sqrt(product(x, x)));
  const left = inputs.map((a, i) => [
    ...inputs.map((b, j) => (i === j ? 1 : product(a, b) / (norms[i] * norms[j]))),
    product(a, y) / norms[i],
  ]);
  for (let k = 0; k < left.length; k++) {
    if (!(left[k][k] > 1e-6)) return undefined;
    for (let i = 0; i < left.length; i++) {
      if (i === k) continue;
      const factor = left[i][k] / left[k][k];
      for (let j = k; j < left[i].length; j++) left[i][j] -= factor * left[k][j];
    }
  }
  return left.map((row, i) => row[left.length] / (row[i] * norms[i]));
}

function siteVariances(
  residuals: Float64Array,
  rows: readonly number[],
  { site }: SiteDesign,
  counts: Int32Array,
): Float64Array {
  const sums = new Float64Array(counts.length);
  residuals.forEach((value, i) => {
    sums[site[rows[i]]] += value ** 2;
  });
  return sums.map((sum, s) => (counts[s] < 2 ? Number.NaN : sum / (counts[s] - 1)));
}

function meanSquare(values: Float64Array): number {
  return product(values, values) / values.length;
}

function product(a: Float64Array, b: Float64Array): number {
  return dot(a, b, a.length);
}
