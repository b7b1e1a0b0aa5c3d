import { mean } from "../math/descriptive.js";
import type { Rng } from "../math/rng.js";
import type { HeadlineError } from "./headline.js";
import type { Interval } from "./intervals.js";
import { correctedResampledInterval, type ResampledInterval } from "./paired.js";
import {
  errorInterval,
  meanErrors,
  type ResampledError,
  type ResampleOptions,
  type RowCosts,
  relativeDifference,
  resampleErrors,
} from "./paired-errors.js";
import { type RowGroupNames, resamplingOf, resamplingWords } from "./resampling.js";
import { type SimultaneousBounds, simultaneousBounds } from "./simultaneous.js";
import { boundsOverSplits } from "./simultaneous-splits.js";

/** Models that were trained and evaluated on the same rows of one split. */
export interface EvaluatedSplit {
  /** Per model its trainings. */
  readonly models: readonly (readonly RowCosts[])[];
  readonly groups: RowGroupNames;
  /** Divides the error of each target. */
  readonly scales: readonly number[];
  /** Rows that did not train them, evaluated here or not, over rows that did. */
  readonly heldToTrain: number;
}

/** Errors of models and their changes against the first, over one split or several. */
export interface ComparedErrors {
  /** Over several splits the mean, with the number of splits as `draws`. */
  readonly errors: readonly Interval[];
  /** Error over that of the first, less 1; 0 for the first. */
  readonly changes: readonly Interval[];
  /** Upper end of each change at 95 %, one-sided, by itself. */
  readonly upper: readonly number[];
  /** Errors of every model, split by split. */
  readonly bySplit: readonly (readonly number[])[];
  /** Bounds of the changes of all but the first that hold together; null where no margin was given. */
  readonly together: SimultaneousBounds | null;
}

export interface CompareOptions {
  readonly rng: Rng;
  readonly error: Pick<HeadlineError, "ofMeanCost">;
  /** Increase that is accepted, where bounds are wanted that hold for all changes together. */
  readonly margin?: number;
}

/**
 * Compares models with the first. One split: by resampling its rows, and the spread between trainings. Several: by the corrected
 * resampled t of errors, and of log(error / error) pair by pair (Nadeau & Bengio 2003). The correction counts all rows that did not
 * train, of validation and test alike: training parts share rows according to it, however few rows decide.
 * @throws InputError when sizes disagree
 */
export function compareErrors(splits: readonly EvaluatedSplit[], options: CompareOptions): ComparedErrors {
  return splits.length === 1 ? onOneSplit(splits[0], options) : overSplits(splits, options);
}

/** What intervals of such a comparison are made by. */
export function comparisonWords(splits: readonly Pick<EvaluatedSplit, "models" | "groups">[]): string {
  const [{ models, groups }] = splits;
  if (splits.length > 1) return `corrected resampled t over ${splits.length} splits`;
  return resamplingWords(resamplingOf(models[0][0][0].length, groups));
}

function onOneSplit(split: EvaluatedSplit, { rng, error, margin }: CompareOptions): ComparedErrors {
  const resampled = resampledOn(split, { rng, error });
  const [first, ...others] = resampled;
  return {
    errors: resampled.map((each) => errorInterval(each)),
    changes: resampled.map((each) => relativeDifference(each, first)),
    // The upper end of a two-sided 90 % interval.
    upper: resampled.map((each) => relativeDifference(each, first, 0.9).high),
    bySplit: resampled.map(({ value }) => [value]),
    together: margin === undefined ? null : simultaneousBounds(others, first, { margin, rng: rng.split("bounds") }),
  };
}

function overSplits(splits: readonly EvaluatedSplit[], { rng, error, margin }: CompareOptions): ComparedErrors {
  const ratio = mean(splits.map(({ heldToTrain }) => heldToTrain));
  const values = splits.map(({ models, scales }) => meanErrors(models, { error, scales }));
  const bySplit = values[0].map((_, m) => values.map((own) => own[m]));
  const changes = bySplit.map((own) => relativeChange(own, bySplit[0], ratio));
  const resampled = () => splits.map((split, r) => resampledOn(split, { rng: rng.split(`split/${r + 1}`), error }));
  return {
    errors: bySplit.map((own) => aboveZero(correctedResampledInterval(own, ratio))),
    changes: changes.map((change) => change.interval),
    upper: changes.map((change) => change.upper),
    bySplit,
    together: margin === undefined ? null : boundsOverSplits(resampled(), ratio, { margin, rng: rng.split("bounds") }),
  };
}

function resampledOn(
  { models, groups, scales }: EvaluatedSplit,
  options: Pick<ResampleOptions, "rng" | "error">,
): ResampledError[] {
  return resampleErrors(models, { ...options, scales, groups });
}

/** exp(mean log(error / reference)) - 1 over the splits; of errors that are 0 the plain mean of error / reference - 1. */
export function relativeChange(
  errors: readonly number[],
  reference: readonly number[],
  ratio: number,
): { readonly interval: Interval; readonly upper: number } {
  const logs = errors.map((error, r) => Math.log(error / reference[r]));
  const finite = logs.every(Number.isFinite);
  const values = finite ? logs : errors.map((error, r) => error / reference[r] - 1);
  const back = finite ? Math.expm1 : (value: number) => value;
  const wide = correctedResampledInterval(values, ratio);
  const value = back(wide.value);
  return {
    interval: {
      ...{ value, low: back(wide.low), high: back(wide.high) },
      standardError: (finite ? 1 + value : 1) * wide.standardError,
      ...{ level: wide.level, draws: wide.n },
    },
    upper: back(correctedResampledInterval(values, ratio, 0.9).high),
  };
}

/** No error is below 0; a t interval of few splits does not know that. */
export function aboveZero({ value, low, high, standardError, level, n }: ResampledInterval): Interval {
  return { value, low: Math.max(0, low), high, standardError, level, draws: n };
}
