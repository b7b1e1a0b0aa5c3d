import type { PidColumns } from "../../pid/estimate/data-columns.js";
import type { GroupLabel } from "../../pid/estimate/row-groups.js";
import type { Estimate } from "../estimate.js";

/**
 * "lower bound": its expectation is no more than the information, whatever the rows are; every value is of rows that no
 * model has seen. "estimate": may be off to either side.
 */
export type EstimateIs = "lower bound" | "estimate";

/** Two variables of the same rows. */
export interface InformationPair {
  readonly x: PidColumns;
  readonly y: PidColumns;
  /** Number of classes where y is one, its column the numbers 0 .. classes - 1; left out: y is numbers. */
  readonly classes?: number | undefined;
  /** Label of the group of each row; rows of one group depend on one another. Left out: rows are independent. */
  readonly groups?: ArrayLike<GroupLabel> | undefined;
}

/** What several estimators say of one pair. */
export interface PairEstimates {
  readonly estimates: readonly NamedEstimate[];
  /** Estimators that do not read rows like these, and why. */
  readonly leftOut: readonly { readonly estimator: string; readonly why: string }[];
}

/** An estimate, and whose. */
export interface NamedEstimate extends Estimate {
  readonly estimator: string;
  readonly is: EstimateIs;
}
