import type { CategoryCoding } from "../categories/coding.js";

/** A confound as it is asked for; `auto`: a number where every cell is one, a category where none is. */
export interface AskedConfound {
  readonly column: string;
  readonly kind: "auto" | "number" | "category";
}

/** Values of a confound in one table. */
export interface ConfoundValues {
  /** [rows] numbers, or places among the levels; NaN = missing. */
  readonly values: Float64Array;
  /** Different values of a category, ordered; left out for numbers. */
  readonly levels?: readonly string[];
}

/** A confound of the rows of a data set. */
export interface ConfoundColumn extends ConfoundValues {
  readonly column: string;
}

/** A term of the regressions: a confound of numbers, or one value of a category as 0 and 1. */
export interface ConfoundTerm {
  readonly name: string;
  /** Mean over the training rows. */
  readonly mean: number;
  /** Least and largest value of the training rows. */
  readonly low: number;
  readonly high: number;
}

/** A column from which confounds are taken out. */
export interface FreedColumn {
  readonly name: string;
  /** Mean over the training rows that have a value. */
  readonly mean: number;
  /** Effect of each term, in units of the column per unit of the term. */
  readonly slopes: readonly number[];
  /** Share of the variance over the training rows that the confounds explain; 1: all of it, and nothing is left. */
  readonly share: number;
}

/** Everything fitted on the training part that takes confounds out of features; plain JSON, stored with a model. */
export interface ConfoundRemoval {
  readonly terms: readonly ConfoundTerm[];
  /** Columns of numbers among the confounds. */
  readonly numbers: readonly string[];
  /** Codings of categories, whose values but the first are terms. */
  readonly categories: readonly CategoryCoding[];
  readonly modalities: readonly { readonly name: string; readonly columns: readonly FreedColumn[] }[];
}
