import type { ScoreList } from "../evaluation/score-list.js";

/** Which classes a row may be of: what a task makes of rows that the weights were not fitted to. */
export interface TaskSets {
  readonly calibrate: (rows: SetRows) => ScoreList;
  /** @throws InputError for a level outside (0, 1) */
  readonly at: (calibrated: ScoreList, level: number) => PredictionSets;
  /** What sets are worth on rows that had no part in anything. */
  readonly evaluate: (calibrated: ScoreList, level: number, rows: SetRows) => EvaluatedSets;
}

/** Rows of a part, with a probability for each class. */
export interface SetRows {
  /** [rows] class numbers. */
  readonly truth: ArrayLike<number>;
  /** Row-major [rows, classes]. */
  readonly prediction: ArrayLike<number>;
  /** Label of the group whose rows may depend on one another, `data.group`. */
  readonly units?: readonly string[] | undefined;
}

/** Sets of rows at a level. */
export interface PredictionSets {
  /** @param prediction row-major [rows, classes] @returns per row the numbers of its classes, the likeliest first */
  readonly of: (prediction: ArrayLike<number>, classes: number) => number[][];
  /** What the user is told about rows that are too few. */
  readonly messages: readonly string[];
}

/** metrics.json.sets */
export interface EvaluatedSets {
  readonly coverage: number;
  /** Share of test rows whose class is in their set, and classes in a set on average. */
  readonly achieved: number;
  readonly meanSize: number;
  /** Rows whose set holds one class, two, and so on. */
  readonly sizes: readonly number[];
  /** Of the rows of each class the share whose set holds it; null without rows. */
  readonly byClass: readonly (number | null)[];
}
