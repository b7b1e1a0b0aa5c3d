import { InputError } from "../errors.js";
import { quantileOfSorted, standardDeviation } from "../math/descriptive.js";
import type { Rng } from "../math/rng.js";
import type { HeadlineError } from "./headline.js";
import type { Interval } from "./intervals.js";
import { drawCounts, type RowGroupNames, resamplingOf } from "./resampling.js";

/** What each row costs one training: per target [rows], of an RMSE squared errors. */
export type RowCosts = readonly Float64Array[];

/** The error of one model with its values on every resample; comparable with others of the same call. */
export interface ResampledError {
  readonly value: number;
  /** [draws] */
  readonly drawn: Float64Array;
}

export interface ResampleOptions {
  readonly rng: Rng;
  /** Resamples, 1000 by default. */
  readonly draws?: number;
  /** Makes an error of the mean cost of rows. */
  readonly error: Pick<HeadlineError, "ofMeanCost">;
  /** Divides each target's error, so that targets of different units can be averaged; 1 by default. */
  readonly scales?: readonly number[];
  /** Group of each row; whole groups are then drawn. Rows are independent if left out. */
  readonly groups?: RowGroupNames;
}

/**
 * Errors of several models on the same rows under the same resampling, so that their differences are paired.
 *   error = mean over seeds and targets of error of the rows / scale
 * Each draw takes rows (whole groups of them, where they have groups) with replacement, and trainings (seeds) with
 * replacement, the same for all models. With one seed only the rows vary: the interval then knows nothing of how far two
 * trainings of one model differ.
 *
 * @param models per model its trainings [seeds], the same number and order of seeds for all
 * @throws InputError when sizes disagree or nothing is there to resample
 */
export function resampleErrors(
  models: readonly (readonly RowCosts[])[],
  { rng, draws = 1000, error: { ofMeanCost }, scales, groups }: ResampleOptions,
): ResampledError[] {
  const { rows, seeds, targets } = sizesOf(models);
  const factors = Array.from({ length: targets }, (_, t) => 1 / (scales?.[t] ?? 1) / targets);
  const error = (training: RowCosts, counts: Uint16Array | null) =>
    training.reduce((sum, costs, t) => sum + factors[t] * ofMeanCost(weightedMean(costs, counts)), 0);
  const overSeeds = (trainings: readonly RowCosts[], picked: readonly number[], counts: Uint16Array | null) => {
    const once = trainings.map((training, s) => (picked.includes(s) ? error(training, counts) : 0));
    return picked.reduce((sum, s) => sum + once[s], 0) / picked.length;
  };
  const all = Array.from({ length: seeds }, (_, s) => s);
  const results = models.map((trainings) => ({
    value: overSeeds(trainings, all, null),
    drawn: new Float64Array(draws),
  }));
  const counts = new Uint16Array(rows);
  const resampling = resamplingOf(rows, groups);
  for (let b = 0; b < draws; b++) {
    counts.fill(0);
    drawCounts(resampling, rng, counts);
    const picked = all.map(() => rng.integer(seeds));
    models.forEach((trainings, m) => {
      results[m].drawn[b] = overSeeds(trainings, picked, counts);
    });
  }
  return results;
}

/** Percentile interval of one error. */
export function errorInterval({ value, drawn }: ResampledError, level = 0.95): Interval {
  return interval(value, drawn, level);
}

/** Percentile interval of first / second - 1: 0.02 is 2 % more error. */
export function relativeDifference(first: ResampledError, second: ResampledError, level = 0.95): Interval {
  const drawn = first.drawn.map((error, b) => error / second.drawn[b] - 1);
  return interval(first.value / second.value - 1, drawn, level);
}

function interval(value: number, drawn: Float64Array, level: number): Interval {
  const ascending = Float64Array.from(drawn).sort();
  return {
    value,
    low: quantileOfSorted(ascending, (1 - level) / 2),
    high: quantileOfSorted(ascending, (1 + level) / 2),
    standardError: standardDeviation(ascending),
    level,
    draws: drawn.length,
  };
}

function weightedMean(values: Float64Array, counts: Uint16Array | null): number {
  let sum = 0;
  let total = values.length;
  if (counts === null) for (let i = 0; i < values.length; i++) sum += values[i];
  else {
    total = 0;
    for (let i = 0; i < values.length; i++) {
      sum += counts[i] * values[i];
      total += counts[i];
    }
  }
  return sum / total;
}

function sizesOf(models: readonly (readonly RowCosts[])[]) {
  const seeds = models[0]?.length ?? 0;
  const targets = models[0]?.[0]?.length ?? 0;
  const rows = models[0]?.[0]?.[0]?.length ?? 0;
  if (rows < 2) throw new InputError(`errors are compared on at least 2 rows, got ${rows}`);
  models.forEach((trainings, m) => {
    if (trainings.length !== seeds) throw new InputError(`model ${m} has ${trainings.length} trainings, not ${seeds}`);
    for (const training of trainings) {
      if (training.length === targets && training.every((squared) => squared.length === rows)) continue;
      throw new InputError(`model ${m} was not evaluated on the same ${rows} rows and ${targets} targets as the first`);
    }
  });
  return { rows, seeds, targets };
}
