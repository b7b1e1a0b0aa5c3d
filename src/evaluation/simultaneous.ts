import { mean, quantile } from "../math/descriptive.js";
import type { Rng } from "../math/rng.js";
import { studentTQuantile } from "../math/student-t.js";
import { type RelativeSpread, type ResampledError, relativeSpread } from "./paired-errors.js";
import type { Resampling } from "./resampling.js";

/** Upper bounds of several changes of an error that hold all together. */
export interface SimultaneousBounds {
  /** Of first / reference - 1, in the order of the errors. */
  readonly bounds: readonly number[];
  /** Errors that can be within the margin at all: what is allowed for is the largest deviation among so many. */
  readonly compared: number;
  /** Standard errors from the value to its bound. */
  readonly critical: number;
}

export interface BoundOptions {
  /** Increase that is accepted; an error that is clearly above it is none of those that are compared. */
  readonly margin: number;
  readonly rng: Rng;
  /** Chance that all bounds hold, 0.95 by default. */
  readonly level?: number;
}

/** Rounds through the resamples, each with other chances of training. */
const rounds = 4;
/** A change whose lower bound of this level is above the margin is not compared. */
export const clearly = 0.999;

/**
 * One-sided bounds of several errors over a reference, less 1: with probability `level` every true change that is within reach of
 * the margin is below its bound, so that none that is truly above the margin is taken to be below it.
 *   bound = value + c standard error, c: quantile of the largest of the studentised deviations
 * Deviations are those of the resamples, which all errors share, and of the trainings, normal and independent but for the
 * reference's; both over a standard error that is as uncertain as its degrees of freedom say (max-t; Westfall & Young 1993, chapter 2).
 * Errors that are clearly above the margin, at 99.9 %, do not widen the bounds of the others (Hansen 2005).
 */
export function simultaneousBounds(
  errors: readonly ResampledError[],
  reference: ResampledError,
  { margin, rng, level = 0.95 }: BoundOptions,
): SimultaneousBounds {
  const spreads = errors.map((error) => relativeSpread(error, reference));
  const uncertain = spreads.filter((spread) => errorOf(spread) > 0);
  const near = uncertain.filter((spread) => lowEnd(spread) <= Math.log1p(margin));
  const family = near.length === 0 ? uncertain : near;
  const critical = family.length === 0 ? 0 : criticalValue(family, reference.basis.resampling, rng, level);
  return {
    bounds: spreads.map((spread) => Math.expm1(spread.value + critical * errorOf(spread))),
    compared: near.length,
    critical,
  };
}

function errorOf({ rows, between }: RelativeSpread): number {
  return Math.sqrt(rows + between);
}

function lowEnd(spread: RelativeSpread): number {
  return spread.value - studentTQuantile(2 * clearly - 1, spread.degrees) * errorOf(spread);
}

function criticalValue(family: readonly RelativeSpread[], resampling: Resampling, rng: Rng, level: number): number {
  const degrees = Math.min(...family.map((spread) => spread.degrees));
  const trained = family.some(({ between }) => between > 0);
  const errors = family.map(errorOf);
  const ofTraining = family.map(({ between }) => Math.sqrt(between / 2));
  const ofRows = rowDeviations(family, resampling, rng);
  const draws = ofRows[0].length;
  const largest = new Float64Array(draws * (trained ? rounds : 1));
  for (let k = 0; k < largest.length; k++) {
    const shared = trained ? rng.normal() : 0;
    const scale = trained || resampling.method === "jackknife" ? Math.sqrt(rng.chiSquared(degrees) / degrees) : 1;
    let most = Number.NEGATIVE_INFINITY;
    for (let m = 0; m < family.length; m++) {
      const training = trained ? ofTraining[m] * (rng.normal() - shared) : 0;
      most = Math.max(most, (ofRows[m][k % draws] + training) / errors[m]);
    }
    largest[k] = most / scale;
  }
  return Math.max(0, quantile(largest, level));
}

/** Draws of a multiplier bootstrap of units that were left out in turn. */
const multiplierDraws = 1000;

/** How far the rows alone move every change, [changes][draws], with the variance that the rows have in it. */
export function rowDeviations(family: readonly RelativeSpread[], { method }: Resampling, rng: Rng): Float64Array[] {
  const { length: count } = family[0].drawn;
  const centred = family.map(({ drawn, value }) => {
    const centre = method === "bootstrap" ? value : mean(drawn);
    return drawn.map((each) => each - centre);
  });
  const squares = centred.map((own) => own.reduce((sum, each) => sum + each ** 2, 0));
  const variances = squares.map((sum) => (method === "bootstrap" ? sum / count : sum));
  const scaled = centred.map((own, m) => {
    const factor = variances[m] > 0 ? Math.sqrt(family[m].rows / variances[m]) : 0;
    return own.map((each) => factor * each);
  });
  return method === "bootstrap" ? scaled : multiplied(scaled, rng);
}

/** Sums of what each unit moves, each times a normal weight that all changes share. */
function multiplied(moved: readonly Float64Array[], rng: Rng): Float64Array[] {
  const out = moved.map(() => new Float64Array(multiplierDraws));
  const weights = new Float64Array(moved[0].length);
  for (let b = 0; b < multiplierDraws; b++) {
    rng.fillNormal(weights);
    moved.forEach((own, m) => {
      for (let g = 0; g < weights.length; g++) out[m][b] += weights[g] * own[g];
    });
  }
  return out;
}
