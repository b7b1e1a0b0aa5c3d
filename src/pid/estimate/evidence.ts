import type { Gradient } from "../closed-form/gradients.js";
import type { PosteriorSystem } from "../closed-form/system.js";
import type { ModalitySet } from "../multi/modality-sets.js";
import { errorOfInfluence, gaussianStandardError, influenceOfRows, type ResidualRows } from "./influence.js";
import { type GroupSizes, groupSums, type RowGroups } from "./row-groups.js";

/** What the sampling error of a decomposition is judged by. */
export interface ErrorEvidence {
  /** Standard error of a number with this derivative. */
  readonly standardError: (gradient: Gradient) => number;
  /** Influence of every row, or null when the rows are not at hand. */
  readonly influence: ((gradient: Gradient) => Float64Array) | null;
  /** The same of what is independent: its sums over the rows of every group, or the rows; null when they are not known. */
  readonly independent: ((gradient: Gradient) => Float64Array) | null;
  readonly source: "rows" | "gaussian";
  /** Groups of rows that depend on one another; null where rows are independent. */
  readonly groups: GroupSizes | null;
  /** Factor on errors for residuals that were fitted on the same rows. */
  readonly inflation: number;
}

/**
 * Errors from the rows themselves; right for any distribution with finite fourth moments.
 * @param residuals by modality set, empty: the centred target
 * @param inflation factor on standard errors for residuals that were fitted on the same rows
 * @param groups of rows that depend on one another
 */
export function rowEvidence(
  residuals: ResidualRows,
  n: number,
  inflation = 1,
  groups: RowGroups | null = null,
): ErrorEvidence {
  const influence = (gradient: Gradient) => influenceOfRows(gradient, residuals, n);
  return {
    influence,
    independent: groups === null ? influence : (gradient) => groupSums(influence(gradient), groups),
    standardError: (gradient) => inflation * errorOfInfluence(influence(gradient), groups),
    source: "rows",
    groups,
    inflation,
  };
}

/**
 * Factor on standard errors when the residuals were fitted on the same rows: they are too small, and the logarithm of a
 * residual variance with ν degrees of freedom has variance 2 / ν, not 2 / n.
 */
export function fittedInflation(rows: number, rank: number): number {
  return Math.sqrt(rows / (rows - 1 - rank));
}

/** Errors from covariances alone, right for Gaussian rows. */
export function gaussianEvidence(
  covariance: (a: ModalitySet, b: ModalitySet) => Float64Array,
  system: PosteriorSystem,
  rows: number,
  inflation = 1,
): ErrorEvidence {
  const known = new Map<string, Float64Array>();
  const cached = (a: ModalitySet, b: ModalitySet) => {
    const key = `${a}/${b}`;
    const value = known.get(key) ?? covariance(a, b);
    known.set(key, value);
    return value;
  };
  return {
    influence: null,
    independent: null,
    standardError: (gradient) => inflation * gaussianStandardError(gradient, cached, system.n, rows),
    source: "gaussian",
    groups: null,
    inflation,
  };
}
