import { averageRanks } from "../math/descriptive.js";
import type { Rng } from "../math/rng.js";
import { normalQuantile } from "../math/special.js";

/** Normal scores Phi^-1((r - 3/8) / (n + 1/4)) of ranks (Blom): the same to the last bit whatever the order of rows. */
export function blomScores(ranks: Float64Array): Float64Array {
  const n = ranks.length;
  return ranks.map((r) => normalQuantile((r - 0.375) / (n + 0.25)));
}

/** The same, divided by their spread. */
function scoresOf(ranks: Float64Array): Float64Array {
  const scores = blomScores(ranks);
  const spread = Math.sqrt(scores.reduce((sum, z) => sum + z * z, 0) / scores.length);
  return spread > 0 ? scores.map((z) => z / spread) : scores;
}

/** Normal scores of a column, equal values alike: a function of its order alone. */
export function normalScores(values: Float64Array): Float64Array {
  return scoresOf(averageRanks(values));
}

/**
 * Normal scores of a target, equal values in random order. What is known about the target is known about these and the other
 * way round, since the order among equals is independent of everything; a density of them exists, and with few different values
 * one of the target would not.
 * @param order of equal values, drawn from here
 */
export function brokenScores(values: Float64Array, order: Rng): Float64Array {
  const n = values.length;
  const chance = order.permutation(n);
  const sorted = Int32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || chance[a] - chance[b]);
  const ranks = new Float64Array(n);
  sorted.forEach((r, i) => {
    ranks[r] = i + 1;
  });
  return scoresOf(ranks);
}
