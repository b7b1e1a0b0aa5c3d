import type { ClassReading } from "../discrete/class-types.js";
import type { PidInformation, PidIntervals, PidResult, PidValues } from "../types.js";

/**
 * How the numbers were estimated.
 * - `plug-in`: the closed form on the covariance as it is (population covariance, or bias left in by choice).
 * - `bias-corrected`: plug-in with the digamma correction, and spread shrinkage for several targets.
 * - `cross-fitted`: held-out residuals of ridge predictors, where columns are many for the rows.
 * - `posterior-cells`: the target read as classes, the discrete union of the cells of held-out posteriors.
 */
export type PidEstimator = "plug-in" | "bias-corrected" | "cross-fitted" | "posterior-cells";

/** Those that read the target as numbers. */
export type GaussianEstimator = Exclude<PidEstimator, "posterior-cells">;

/** Bootstrap of rows, centred on the corrected estimate. */
export interface PidBootstrap {
  readonly replicates: number;
  readonly standardErrors: PidValues;
  /** [2 estimate - upper quantile, 2 estimate - lower quantile] */
  readonly basic: PidIntervals;
  /** bias-corrected and accelerated (Efron 1987) */
  readonly bca: PidIntervals;
}

/** Permutation test of "knows nothing about the target": rows of the target shuffled. */
export interface PidPermutation {
  readonly permutations: number;
  /** (1 + shuffles with at least the observed information) / (1 + shuffles) */
  readonly pValues: PidInformation;
}

/** What each modality adds to all others together, bits: I_total - I_without. */
export interface PidGain {
  readonly byModality: Readonly<Record<string, number>>;
  readonly standardErrors: Readonly<Record<string, number>> | null;
}

/** A decomposition estimated from rows, with everything that says how far to trust it. */
export interface PidEstimate extends PidResult {
  readonly estimator: PidEstimator;
  readonly gain: PidGain;
  /** Where the standard errors come from: the rows themselves, or Gaussian theory on the covariance. */
  readonly standardErrorSource: "rows" | "gaussian" | null;
  readonly bootstrap: PidBootstrap | null;
  readonly permutation: PidPermutation | null;
  /** Where the target was read as classes. */
  readonly classes?: ClassReading;
  /** Remarks a reader should see, one sentence each. */
  readonly notes: readonly string[];
  /** On request only. */
  readonly local?: LocalEstimates;
}

/** The parts of every row in each number, bits; their means are the numbers of the estimate. Signed. */
export interface LocalEstimates {
  readonly information: { readonly total: Float64Array; readonly byModality: Readonly<Record<string, Float64Array>> };
  readonly unique: Readonly<Record<string, Float64Array>>;
  readonly redundancy: Float64Array;
  readonly synergy: Float64Array;
  readonly partialRedundancy: Float64Array;
}
