import { mean, quantile, variance } from "../math/descriptive.js";
import type { Rng } from "../math/rng.js";
import { correctedResampledInterval } from "./paired.js";
import { type RelativeSpread, type ResampledError, relativeSpread } from "./paired-errors.js";
import type { Resampling } from "./resampling.js";
import { type BoundOptions, clearly, rowDeviations, type SimultaneousBounds } from "./simultaneous.js";

/** Rounds of the largest deviation. */
const rounds = 10_000;

/**
 * One-sided bounds, over several splits of one table, of several errors over a reference, less 1, that hold together:
 *   bound = mean + c s sqrt(1/R + held out/trained),   on the scale log(error / reference)
 * with the standard error of the corrected resampled t (Nadeau & Bengio 2003) and c the quantile of the largest, over the errors, of
 * R-split t statistics. Deviations of a split are those of its resampled rows, which all errors share, and of the trainings,
 * normal and independent but for the reference's, in the shares that the variance between splits has of them; every error has
 * the standard deviation of its own R deviations (max-t; Westfall & Young 1993, chapter 2).
 * Errors that are clearly above the margin, at 99.9 %, do not widen the bounds of the others (Hansen 2005).
 * @param splits per split the errors of the models, the reference first, of one resampling
 * @param heldToTrain rows that did not train over rows that did
 * @throws InputError for fewer than 2 splits
 */
export function boundsOverSplits(
  splits: readonly (readonly ResampledError[])[],
  heldToTrain: number,
  { margin, rng, level = 0.95 }: BoundOptions,
): SimultaneousBounds {
  const spreads = splits.map(([reference, ...others]) => others.map((error) => relativeSpread(error, reference)));
  const changes = spreads[0].map((_, m) => spreads.map((split) => split[m].value));
  const means = changes.map((own) => correctedResampledInterval(own, heldToTrain, 2 * clearly - 1));
  const uncertain = means.flatMap(({ standardError }, m) => (standardError > 0 ? [m] : []));
  const near = uncertain.filter((m) => means[m].low <= Math.log1p(margin));
  const family = near.length === 0 ? uncertain : near;
  const of = (m: number) => ({ between: variance(changes[m]), rows: spreads.map((split) => split[m]) });
  const resamplings = splits.map(([reference]) => reference.basis.resampling);
  const critical = family.length === 0 ? 0 : criticalValue(family.map(of), resamplings, rng, level);
  return {
    bounds: means.map(({ value, standardError }) => Math.expm1(value + critical * standardError)),
    compared: near.length,
    critical,
  };
}

/** A change: its variance between splits, and how its rows move it in each. */
interface Change {
  readonly between: number;
  readonly rows: readonly RelativeSpread[];
}

function criticalValue(family: readonly Change[], resamplings: readonly Resampling[], rng: Rng, level: number): number {
  const ofRows = mean(family.flatMap(({ rows }) => rows.map((spread) => spread.rows)));
  const share = Math.min(1, ofRows / mean(family.map(({ between }) => between)));
  const moved = resamplings.map((resampling, r) => {
    const own = family.map(({ rows }) => rows[r]);
    return standardised(own, rowDeviations(own, resampling, rng.split(`rows/${r}`)));
  });
  return quantile(largestDeviations(moved, share, rng), level);
}

/** What resampled rows move, each change in units of its standard deviation; 0 where they move nothing. */
function standardised(spreads: readonly RelativeSpread[], deviations: readonly Float64Array[]): Float64Array[] {
  return deviations.map((moved, m) => {
    const { rows } = spreads[m];
    return moved.map((each) => (rows > 0 ? each / Math.sqrt(rows) : 0));
  });
}

/**
 * The largest t statistic of R splits, round by round.
 * @param moved [splits][changes][draws], of standard deviation 1
 * @param share of the variance between splits that is that of the rows
 */
function largestDeviations(moved: readonly (readonly Float64Array[])[], share: number, rng: Rng): Float64Array {
  const { length: splits } = moved;
  const [ofRows, ofTraining] = [Math.sqrt(share), Math.sqrt((1 - share) / 2)];
  const deviations = moved[0].map(() => new Float64Array(splits));
  return Float64Array.from({ length: rounds }, () => {
    for (let r = 0; r < splits; r++) {
      const from = moved[rng.integer(splits)];
      const at = rng.integer(from[0].length);
      const shared = rng.normal();
      deviations.forEach((own, m) => {
        own[r] = ofRows * from[m][at] + ofTraining * (rng.normal() - shared);
      });
    }
    return Math.max(...deviations.map(studentised));
  });
}

/** sqrt(R) mean / standard deviation. */
function studentised(values: Float64Array): number {
  const spread = variance(values);
  return spread > 0 ? Math.sqrt(values.length / spread) * mean(values) : 0;
}
