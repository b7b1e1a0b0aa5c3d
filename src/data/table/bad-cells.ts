import type { Dialect } from "../../config/dialect.js";

/** A value that is not a number where one was expected. `row` counts from 1, without the header. */
export interface BadValue {
  readonly row: number;
  readonly column: string;
  readonly value: string;
}

/** Cells of one column that are no numbers. */
export interface BadCells {
  readonly column: string;
  /** The first row that has one, counted from 1, without the header. */
  readonly row: number;
  readonly cells: number;
  /** Their texts, most frequent first; not all of a column of many. */
  readonly texts: readonly { readonly text: string; readonly count: number }[];
}

/** What was asked of a table. */
export interface Asked {
  /** How many columns are read as numbers. */
  readonly numbers: number;
  readonly dialect: Dialect;
}
