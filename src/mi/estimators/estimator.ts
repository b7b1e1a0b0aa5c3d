import type { Engine } from "../../engine/engine.js";
import type { RowGroups } from "../../pid/estimate/row-groups.js";
import { fewestCheckRows } from "../check-cost.js";
import type { Estimate } from "../estimate.js";
import type { EstimateIs } from "./information-types.js";

/** Rows of two variables, ready to be estimated: every column varies, rows in an order of their own (`canonicalOrder`). */
export interface PairRows {
  /** Columns of the one, each [rows]. */
  readonly x: readonly Float64Array[];
  /** Columns of the other, each [rows]; of a class one column of numbers 0 .. classes - 1. */
  readonly y: readonly Float64Array[];
  /** Number of classes where y is one, else null. */
  readonly classes: number | null;
  /** Of rows that depend on one another; null where rows are independent. */
  readonly groups: RowGroups | null;
}

/** What estimators are run with. */
export interface EstimatorContext {
  /** The engine of those that learn; made when it is first asked for, by whoever gives it back. */
  readonly engine: () => Promise<Engine>;
  /** Seed of folds and fits. */
  readonly seed: number;
  /** Folds; those that the estimator has by itself if left out. */
  readonly folds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each of the fits of an estimator that learns. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** One way to estimate I(X; Y). */
export interface Estimator {
  readonly name: string;
  readonly is: EstimateIs;
  /** What it looks at, in a few words. */
  readonly looksAt: string;
  /** Why it does not read rows like these; null where it does. */
  refusal(rows: PairRows): string | null;
  /** @throws InputError for rows that it turns out not to read, RunError where a model did not converge */
  estimate(rows: PairRows, context: EstimatorContext): Promise<Estimate>;
}

/** Rows of a fold are learned from, judged by and scored: two groups each, a fifth of them judge. */
const fewestGroups = 10;

/** Why rows of few groups have no held-out bound of numbers, which compares pairs of rows of different groups; null where they do. */
export function fewGroups({ groups }: PairRows): string | null {
  if (groups === null || groups.count >= fewestGroups) return null;
  return `${groups.count} groups are too few to learn from some and compare rows of others; ${fewestGroups} are needed`;
}

/** Why rows are too few to learn from; null where they are not. */
export function unlearnedRows(given: PairRows): string | null {
  const rows = given.y[0].length;
  if (rows < fewestCheckRows) return `${rows} rows are too few to learn from; ${fewestCheckRows} are needed`;
  return fewGroups(given);
}

/** Why what learns from numbers of few columns does not read these; null where it does. @param most columns of a side */
export function unlearnedNumbers(given: PairRows, most: number): string | null {
  const { x, y, classes } = given;
  if (classes !== null) return "it is a reading of numbers, not of classes";
  if (Math.max(x.length, y.length) > most) return `a side has more than ${most} columns`;
  return unlearnedRows(given);
}

/** Counts fits for `onProgress`. @param of fits in all */
export function fitCounter({ onProgress }: EstimatorContext, of: number): () => void {
  let done = 0;
  return () => onProgress?.(++done, of);
}
