import { Rng } from "../math/rng.js";
import type { HeadlineError } from "./headline.js";
import { errorDifference, resampleErrors } from "./paired-errors.js";
import type { RowGroupNames } from "./resampling.js";
import { columnsOfTarget } from "./row-values.js";

/** Error of a model minus that of a baseline on the same rows: below 0 where the model is better; 95 % interval. */
export interface Difference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What models predict on the same rows; row-major, as many columns of each target. */
export interface ComparedPredictions {
  readonly targets: readonly string[];
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  /** By name of the baseline. */
  readonly baselines: Readonly<Record<string, Float64Array>>;
  /** The error that is compared. */
  readonly error: HeadlineError;
  /** Group of each row; whole groups are then resampled. */
  readonly groups?: RowGroupNames | undefined;
}

/** By target, then by baseline. All models are resampled together: a row that is hard for all then cancels. */
export function baselineDifferences(rows: ComparedPredictions): Record<string, Record<string, Difference>> {
  const { targets, truth, prediction, baselines, error, groups } = rows;
  const column = (values: Float64Array, t: number) =>
    columnsOfTarget(values, truth.length / targets.length, targets.length, t);
  const names = Object.keys(baselines);
  return Object.fromEntries(
    targets.map((target, t) => {
      const y = column(truth, t);
      const models = [prediction, ...Object.values(baselines)].map((values) => [
        [error.rowCosts(y, column(values, t))],
      ]);
      const [own, ...others] = resampleErrors(models, { rng: errorRng(target, error), error, groups });
      const difference = (i: number): Difference => {
        const { value, low, high } = errorDifference(own, others[i]);
        return { value, low, high };
      };
      return [target, Object.fromEntries(names.map((name, i) => [name, difference(i)]))];
    }),
  );
}

/** The generator behind every interval of an error of a target, so that they are the same wherever they are made. */
export function errorRng(target: string, { key }: { readonly key: string }): Rng {
  return new Rng("report").split(target).split(key);
}
