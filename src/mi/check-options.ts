import type { Engine } from "../engine/engine.js";
import type { PidColumns } from "../pid/estimate/data-columns.js";
import type { GroupLabel } from "../pid/estimate/row-groups.js";

/** Choices of `checkGaussian` and `readDensity`. */
export interface CheckOptions {
  readonly engine: Engine;
  /** Label of the group of each row; rows of one group depend on one another. Left out: rows are independent. */
  readonly groups?: ArrayLike<GroupLabel> | undefined;
  /** Seed of folds and fits. Default 1. */
  readonly seed?: number;
  /** Default 5. */
  readonly folds?: number;
  /** Read the linear Gaussian information on the columns as they are, and not on their normal scores. Default false. */
  readonly linearOnValues?: boolean;
  /**
   * Read all modalities but each one too, for the O-information of four and more; of three they are pairs, which are read anyway.
   * Default false.
   */
  readonly balance?: boolean;
  /** Default none. */
  readonly together?: readonly TogetherColumns[];
  readonly signal?: AbortSignal | undefined;
  /** Called after each of the fits. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/**
 * Columns of one modality, and those that the density sees in their place where they are others; the linear reading is of both
 * then, so that what such columns tell the linear way never counts as beyond it.
 */
export interface CheckedColumns extends PidColumns {
  readonly seen?: readonly Float64Array[] | undefined;
  /** Columns that the linear reading takes beside, which tell no more than the columns: predictions from them. */
  readonly beside?: readonly Float64Array[] | undefined;
}

/** Columns that the linear reading of some modalities together takes beside their own: products, predictions from them. */
export interface TogetherColumns {
  readonly modalities: readonly string[];
  readonly columns: readonly Float64Array[];
}
