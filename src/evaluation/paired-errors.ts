import { InputError } from "../errors.js";
import { mean, variance } from "../math/descriptive.js";
import type { Rng } from "../math/rng.js";
import type { HeadlineError } from "./headline.js";
import type { Interval } from "./intervals.js";
import {
  asItIs,
  fillCounts,
  logScale,
  type Resampling,
  type RowGroupNames,
  relativeScale,
  resampleCount,
  resampledEnds,
  resampledVariance,
  resamplingOf,
  type Scale,
  studentEnds,
} from "./resampling.js";

/** What each row costs one training: per target [rows], of an RMSE squared errors. */
export type RowCosts = readonly Float64Array[];

/** What the errors of one call share: how rows were resampled, and how far trainings of one model differ. */
export interface ErrorBasis {
  readonly resampling: Resampling;
  /** Null with one training of each model: nothing is then known of how far two of them differ. */
  readonly trainings: {
    /** Mean over the models of (standard deviation between trainings / error)^2. */
    readonly relativeVariance: number;
    /** models (trainings - 1) */
    readonly degrees: number;
  } | null;
}

/** The error of one model with its values on every resample; comparable with others of the same call. */
export interface ResampledError {
  /** Mean over the trainings. */
  readonly value: number;
  /** The same on every resample, [resamples]. */
  readonly drawn: Float64Array;
  /** Each training by itself. */
  readonly trainings: readonly { readonly value: number; readonly drawn: Float64Array }[];
  readonly basis: ErrorBasis;
}

export interface ResampleOptions {
  readonly rng: Rng;
  /** Resamples of a bootstrap, 1000 by default. */
  readonly draws?: number;
  /** Makes an error of the mean cost of rows. */
  readonly error: Pick<HeadlineError, "ofMeanCost">;
  /** Divides each target's error, so that targets of different units can be averaged; 1 by default. */
  readonly scales?: readonly number[];
  /** Group of each row; whole groups are then resampled. Rows are independent if left out. */
  readonly groups?: RowGroupNames;
}

/**
 * Errors of several models on the same rows under the same resampling, so that their differences are paired.
 *   error = mean over trainings and targets of error of the rows / scale
 * @param models per model its trainings, the same number for all; a model that is not trained gives the same costs for each, and says
 *   nothing of how far trainings differ
 * @throws InputError when sizes disagree or nothing is there to resample
 */
export function resampleErrors(
  models: readonly (readonly RowCosts[])[],
  { rng, draws = 1000, error: { ofMeanCost }, scales, groups }: ResampleOptions,
): ResampledError[] {
  const { rows, seeds, targets } = sizesOf(models);
  const error = trainingError(targets, ofMeanCost, scales);
  const resampling = resamplingOf(rows, groups);
  const length = resampleCount(resampling, draws);
  const each = models.map((trainings) =>
    trainings.map((training) => ({ value: error(training, null), drawn: new Float64Array(length) })),
  );
  const counts = new Uint16Array(rows);
  for (let b = 0; b < length; b++) {
    fillCounts(resampling, rng, b, counts);
    // One number of the stream per training goes unused, so that resamples of rows are those of earlier versions.
    for (let s = 0; s < seeds; s++) rng.bits();
    models.forEach((trainings, m) => {
      trainings.forEach((training, s) => {
        each[m][s].drawn[b] = error(training, counts);
      });
    });
  }
  const trained = each.filter((_, m) => !isUntrained(models[m]));
  const basis = {
    resampling,
    trainings: seeds < 2 ? null : spreadOf(trained.map((own) => own.map(({ value }) => value))),
  };
  return each.map((trainings) => ({
    value: meanOver(trainings.map(({ value }) => value)),
    drawn: Float64Array.from({ length }, (_, b) => meanOver(trainings.map(({ drawn }) => drawn[b]))),
    ...{ trainings, basis },
  }));
}

/**
 * The errors alone, mean over the trainings of each model.
 * @throws InputError when sizes disagree
 */
export function meanErrors(
  models: readonly (readonly RowCosts[])[],
  { error: { ofMeanCost }, scales }: Pick<ResampleOptions, "error" | "scales">,
): number[] {
  const error = trainingError(sizesOf(models).targets, ofMeanCost, scales);
  return models.map((trainings) => meanOver(trainings.map((training) => error(training, null))));
}

/** The error of a training from what its rows cost, each as often as it is counted. */
function trainingError(targets: number, ofMeanCost: HeadlineError["ofMeanCost"], scales?: readonly number[]) {
  const factors = Array.from({ length: targets }, (_, t) => 1 / (scales?.[t] ?? 1) / targets);
  return (training: RowCosts, counts: Uint16Array | null) =>
    training.reduce((sum, costs, t) => sum + factors[t] * ofMeanCost(weightedMean(costs, counts)), 0);
}

/** Interval of one error. */
export function errorInterval(error: ResampledError, level = 0.95): Interval {
  const { value, drawn } = error;
  const parts = [{ error, weight: value > 0 ? 1 / value : 1 }];
  return interval({ value, drawn, parts, scale: value > 0 ? logScale : asItIs }, level);
}

/** Interval of first - second. */
export function errorDifference(first: ResampledError, second: ResampledError, level = 0.95): Interval {
  const parts = [
    { error: first, weight: 1 },
    { error: second, weight: -1 },
  ];
  const drawn = first.drawn.map((error, b) => error - second.drawn[b]);
  return interval({ value: first.value - second.value, drawn, parts, scale: asItIs }, level);
}

/** Interval of first / second - 1: 0.02 is 2 % more error. */
export function relativeDifference(first: ResampledError, second: ResampledError, level = 0.95): Interval {
  return interval(relativeQuantity(first, second), level);
}

/** How sure a change of the error is, on the scale log(first / second). */
export interface RelativeSpread {
  readonly value: number;
  /** On every resample. */
  readonly drawn: Float64Array;
  /** Variance of the rows, and of the trainings; degrees of freedom of both together. */
  readonly rows: number;
  readonly between: number;
  readonly degrees: number;
}

/** That of two errors above 0; all variances are 0 where they are the same in every training and on every row. */
export function relativeSpread(first: ResampledError, second: ResampledError): RelativeSpread {
  const quantity = relativeQuantity(first, second);
  const value = Math.log(first.value / second.value);
  const drawn = first.drawn.map((error, b) => Math.log(error / second.drawn[b]));
  const { resampling, trainings } = first.basis;
  if (first === second || isNothing(quantity)) return { value, drawn, rows: 0, between: 0, degrees: 1 };
  if (trainings !== null) return { value, drawn, ...spreadOfQuantity(quantity, trainings) };
  return { value, drawn, rows: resampledVariance(resampling, drawn), between: 0, degrees: resampling.degrees };
}

/** Something made of errors, and how it moves with each: d scale(value) / d error. */
interface Quantity {
  readonly value: number;
  readonly drawn: Float64Array;
  readonly parts: readonly { readonly error: ResampledError; readonly weight: number }[];
  readonly scale: Scale;
}

function relativeQuantity(first: ResampledError, second: ResampledError): Quantity {
  const known = first.value > 0 && second.value > 0;
  return {
    value: first.value / second.value - 1,
    drawn: first.drawn.map((error, b) => error / second.drawn[b] - 1),
    parts: [
      { error: first, weight: known ? 1 / first.value : 1 / second.value },
      { error: second, weight: known ? -1 / second.value : -first.value / second.value ** 2 },
    ],
    scale: known ? relativeScale : asItIs,
  };
}

/**
 * One training of each model: what resampled rows say. Several: Student's t with
 *   variance = (rows, of the error that is averaged over the trainings) - (row x training) + (between trainings) / trainings
 * The part of a row in how trainings differ is in both terms, and is taken out of one. The variance between trainings, relative
 * to the error, is pooled over all models, or that of the models at hand where it is larger; degrees of freedom after
 * Satterthwaite 1946.
 */
function interval(quantity: Quantity, level: number): Interval {
  const { value, drawn, parts, scale } = quantity;
  const { resampling, trainings } = parts[0].error.basis;
  const common = { value, level, draws: drawn.length };
  if (trainings === null) return { ...common, ...resampledEnds(resampling, value, drawn, level, scale) };
  if (isNothing(quantity)) return { ...common, low: value, high: value, standardError: 0 };
  const { rows, between, degrees } = spreadOfQuantity(quantity, trainings);
  const error = Math.sqrt(rows + between);
  const slope = scale === logScale ? value : scale === relativeScale ? 1 + value : 1;
  return { ...common, ...studentEnds(value, error, degrees, level, scale), standardError: slope * error };
}

/** Whether the models of a difference are the same in every training and on every row. */
function isNothing({ parts }: Quantity): boolean {
  if (parts.length !== 2) return false;
  const [first, second] = parts.map(({ error }) => error.trainings);
  return first.every(({ value, drawn }, s) => {
    const other = second[s];
    return value === other.value && drawn.every((error, b) => error === other.drawn[b]);
  });
}

/** Variances on the scale of the quantity. */
function spreadOfQuantity({ drawn, parts, scale }: Quantity, spread: NonNullable<ErrorBasis["trainings"]>) {
  const { resampling } = parts[0].error.basis;
  const { length: seeds } = parts[0].error.trainings;
  const scaled = drawn.map(scale.to);
  const all = resampledVariance(resampling, scaled.every(Number.isFinite) ? scaled : drawn);
  const rows = Math.max(0, all - interactionOf(parts, resampling) / seeds);
  const own = sum(parts, ({ error, weight }) => weight ** 2 * variance(error.trainings.map(({ value }) => value)));
  const pooled = sum(parts, ({ error, weight }) => (weight * error.value) ** 2 * spread.relativeVariance);
  const between = Math.max(own, pooled) / seeds;
  const total = rows + between;
  const degrees = total ** 2 / (rows ** 2 / resampling.degrees + between ** 2 / spread.degrees);
  return { rows, between, degrees: total > 0 ? Math.max(1, degrees) : 1 };
}

/** Variance, over samples of rows, of how trainings of the models differ from their mean. */
function interactionOf(parts: Quantity["parts"], resampling: Resampling): number {
  const [{ error: first }] = parts;
  const moved = first.trainings.map((_, s) =>
    first.drawn.map((_, b) => sum(parts, ({ error, weight }) => weight * error.trainings[s].drawn[b])),
  );
  const centre = first.drawn.map((_, b) => mean(moved.map((drawn) => drawn[b])));
  const apart = moved.map((drawn) =>
    resampledVariance(
      resampling,
      drawn.map((value, b) => value - centre[b]),
    ),
  );
  return apart.reduce((total, value) => total + value, 0) / (moved.length - 1);
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

function meanOver(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** @param errors per model those of its trainings */
function spreadOf(errors: readonly (readonly number[])[]): ErrorBasis["trainings"] {
  const seeds = errors[0]?.length ?? 2;
  const relative = errors.map((own) => (mean(own) > 0 ? variance(own) / mean(own) ** 2 : 0));
  if (relative.length === 0) return { relativeVariance: 0, degrees: 1 };
  return { relativeVariance: mean(relative), degrees: errors.length * (seeds - 1) };
}

/** Whether costs stand for a model without trainings, the same object for every one of them. */
function isUntrained(trainings: readonly RowCosts[]): boolean {
  return trainings.length > 1 && trainings.every((costs) => costs === trainings[0]);
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
