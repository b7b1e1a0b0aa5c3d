import { flatten } from "../closed-form/flat-values.js";
import type { Gradient } from "../closed-form/gradients.js";
import type { PosteriorSystem } from "../closed-form/system.js";
import type { StandardCovariance } from "../covariance/covariance.js";
import type { ModalitySet } from "../multi/modality-sets.js";
import type { PidFlag, PidMeasure, PidRank } from "../types.js";
import { correctedRaw, correctedSystem, gainsOf, type SampleCorrection } from "./correction.js";
import type { PidEstimator } from "./estimate-types.js";
import type { ErrorEvidence } from "./evidence.js";
import { reconcile } from "./reconcile.js";

/** Everything a finished estimate is made of. */
export interface EstimateParts {
  readonly names: readonly string[];
  readonly measure: PidMeasure;
  readonly estimator: PidEstimator;
  readonly rows: number;
  /** Independent rows that the rows are worth to a set of modalities: fewer where rows have groups. */
  readonly rowsOf: (set: ModalitySet) => number;
  /** What the predictors leave of the rows that they were fitted on; for an estimate from held-out residuals. */
  readonly fitted?: PosteriorSystem;
  readonly system: PosteriorSystem;
  readonly correction: SampleCorrection;
  readonly evidence: ErrorEvidence;
  readonly rank: PidRank;
  readonly condBits: number;
  readonly flags: readonly PidFlag[];
  readonly level: number;
  /** For the details of three or more modalities; null leaves them out. */
  readonly standard: StandardCovariance | null;
  /** Whether `system` holds every set of modalities, as the Shapley split needs. */
  readonly allSets: boolean;
}

/** Values and errors below this are 0, bits. */
export const ROUNDING = 1e-12;

/** The decomposition, its values as one array, and what moved them. */
export function flatEstimate(
  system: PosteriorSystem,
  measure: PidMeasure,
  correction: SampleCorrection,
  times: number,
): { values: Float64Array; largestChange: number } {
  const scaled = correctedSystem(system, correction, times);
  const { raw, largestChange } = reconcile(correctedRaw(system, measure, correction, times, scaled));
  const gains = gainsOf(scaled).map((g) => Math.max(0, g));
  // what is 0 by definition comes out as a difference of equal numbers
  const values = flatten(raw, gains).map((v) => (Math.abs(v) < ROUNDING ? 0 : v));
  return { values, largestChange };
}

/** The advantage of modality a over b in a direction of the target, corrected by its share of the bias of I_a - I_b. */
export interface CorrectedDirection {
  readonly bits: number;
  readonly standardError: number;
  readonly gradient: Gradient;
}
