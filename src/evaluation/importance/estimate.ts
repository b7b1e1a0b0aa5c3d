import type { Rng } from "../../math/rng.js";
import type { HeadlineError } from "../headline.js";
import { fillCounts, type Resampling, resampleCount, resampledEnds } from "../resampling.js";

/** By how much an error grows, with its 95 % interval over rows and permutations. */
export interface Increase {
  readonly increase: number;
  readonly low: number;
  readonly high: number;
}

/** How much more rows cost where something is permuted, [rows], means over the permutations. */
export interface PermutedCosts {
  /** A row with what it takes from another one. */
  readonly received: Float64Array;
  /** The row that takes from this one. */
  readonly donated: Float64Array;
}

/** Resamples that intervals are made of. */
export const importanceDraws = 400;

/** Resamples: the same for everything that is measured on the rows. */
export interface DrawnCounts {
  readonly resampling: Resampling;
  /** How often each row is in each, [resamples][rows]. */
  readonly counts: readonly Uint16Array[];
}

export function drawnCounts(resampling: Resampling, rows: number, rng: Rng, draws = importanceDraws): DrawnCounts {
  const counts = Array.from({ length: resampleCount(resampling, draws) }, (_, b) => {
    const own = new Uint16Array(rows);
    fillCounts(resampling, rng, b, own);
    return own;
  });
  return { resampling, counts };
}

/**
 * Permutation importance and its interval.
 *   increase = error(mean cost of the rows with what they take) - error(mean cost as they are)
 * A mean over pairs of rows moves with both rows of a pair: what a row of a resample adds is how much more it costs, and how
 * much more the row that takes from it, less the mean of that (first-order projection of a U-statistic, Hoeffding 1948).
 * Over few permutations both hold the noise of the draws too. Percentiles of the resampled increases; of few groups Student's t.
 *
 * @param before costs of the rows as they are, [rows]
 * @param resamples those of `drawnCounts`
 */
export function increaseOf(
  before: Float64Array,
  { received, donated }: PermutedCosts,
  { resampling, counts }: DrawnCounts,
  { ofMeanCost }: Pick<HeadlineError, "ofMeanCost">,
): Increase {
  const rows = before.length;
  const given = meanOf(donated);
  const pairs = received.map((more, i) => more + donated[i] - given);
  const drawn = Float64Array.from(counts, (weights) => {
    let [all, more, own] = [0, 0, 0];
    for (let i = 0; i < rows; i++) {
      all += weights[i];
      more += weights[i] * pairs[i];
      own += weights[i] * before[i];
    }
    return ofMeanCost(Math.max(0, (own + more) / all)) - ofMeanCost(own / all);
  });
  const base = meanOf(before);
  const increase = ofMeanCost(base + meanOf(received)) - ofMeanCost(base);
  const { low, high } = resampledEnds(resampling, increase, drawn, 0.95);
  return { increase, low, high };
}

function meanOf(costs: Float64Array): number {
  return costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
}
