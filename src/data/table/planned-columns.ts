import type { KeyNormalisation } from "../join/row-keys.js";

/** A column of one of the files. */
export interface PlannedColumn {
  readonly source: number;
  readonly column: string;
}

/** Columns of one of the files that name its rows. */
export interface PlannedKey {
  readonly source: number;
  readonly columns: readonly string[];
}

/** On what the rows of several files are matched. */
export interface JoinPlan {
  /** What the columns are called in the section. */
  readonly named: readonly string[];
  /** The same for messages: `participant_id + session_id`. */
  readonly name: string;
  /** Per source the columns of its key, in the order of `named`. */
  readonly columns: readonly (readonly string[])[];
  readonly normalise?: KeyNormalisation;
}
