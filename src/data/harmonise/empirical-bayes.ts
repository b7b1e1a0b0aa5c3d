import { mean, variance } from "../../math/descriptive.js";

/** Location and scale of one site in every column, in units of the columns' spread within sites. */
export interface SiteEstimates {
  /** [columns], NaN where the site has no value. */
  readonly shift: ArrayLike<number>;
  /** [columns], NaN where the site has fewer than two values. */
  readonly variance: ArrayLike<number>;
  /** [columns] rows of the site that have a value. */
  readonly counts: ArrayLike<number>;
}

/** Columns below which they say nothing about each other: estimates are then used as they are. */
export const leastColumns = 3;

/**
 * Empirical Bayes estimates of a site's effects: the columns' locations are draws from a normal and their variances from
 * an inverse gamma distribution, whose parameters are fitted by moments, and every column is drawn towards what the
 * others show. Means of the conditional posteriors, iterated to their fixed point.
 * Source: Johnson, Li & Rabinovic 2007, doi:10.1093/biostatistics/kxj037, parametric prior, equations (3.1).
 * With fewer than `leastColumns` columns the estimates are returned as they are. Variances that come out 0 or unknown
 * count as 1.
 */
export function shrinkSiteEstimates({ shift, variance: variances, counts }: SiteEstimates): {
  shift: Float64Array;
  variance: Float64Array;
} {
  const known = (values: ArrayLike<number>) => Array.from(values).filter((value) => !Number.isNaN(value));
  const [shifts, spreads] = [known(shift), known(variances)];
  if (shifts.length < leastColumns || spreads.length < leastColumns) {
    return {
      shift: Float64Array.from(shift, (value) => (Number.isNaN(value) ? 0 : value)),
      variance: Float64Array.from(variances, (value) => (value > 0 ? value : 1)),
    };
  }
  const prior = { mean: mean(shifts), variance: variance(shifts), ...inverseGamma(spreads) };
  const columns = Array.from(shift, (value, j) => posterior(prior, value, variances[j], counts[j]));
  return {
    shift: Float64Array.from(columns, (column) => column.shift),
    variance: Float64Array.from(columns, (column) => (column.variance > 0 ? column.variance : 1)),
  };
}

interface Prior {
  readonly mean: number;
  readonly variance: number;
  /** Shape and scale of the inverse gamma; infinite shape: all variances are `centre`. */
  readonly shape: number;
  readonly scale: number;
  readonly centre: number;
}

function inverseGamma(variances: readonly number[]): Pick<Prior, "shape" | "scale" | "centre"> {
  const centre = mean(variances);
  const spread = variance(variances);
  // A spread of 0 would make both infinite; their ratio, which is what counts, is then the common value.
  const shape = (2 * spread + centre ** 2) / spread;
  return { shape, scale: (centre * spread + centre ** 3) / spread, centre };
}

function posterior(prior: Prior, shift: number, variance: number, n: number): { shift: number; variance: number } {
  const seen = n > 0;
  const spread = n > 1 ? variance * (n - 1) : 0;
  let current = { shift: seen ? shift : prior.mean, variance: n > 1 ? variance : prior.centre };
  for (let i = 0; i < 1000; i++) {
    const weight = n * prior.variance;
    const next =
      seen && weight > 0 ? (weight * shift + current.variance * prior.mean) / (weight + current.variance) : prior.mean;
    const squares = spread + (seen ? n * (shift - next) ** 2 : 0);
    const updated = Number.isFinite(prior.shape)
      ? (squares / 2 + prior.scale) / (n / 2 + prior.shape - 1)
      : prior.centre;
    const moved = Math.max(Math.abs(next - current.shift), Math.abs(updated - current.variance));
    current = { shift: next, variance: updated };
    if (moved < 1e-12) break;
  }
  return current;
}
