import type { EstimateParts } from "./describe-estimate.js";

/** A sample with its estimate, and what resampling needs. */
export interface FittedSample {
  readonly parts: EstimateParts;
  /**
   * The estimate on resampled rows, centred on the estimate itself (the bias that resampling adds is taken off too).
   * @param rows [n] row numbers, with repeats
   * @returns values in the order of `flatLayout`
   */
  readonly replicate: (rows: Int32Array) => Float64Array;
  /**
   * Prepares the permutation test: a function from an order of the target's rows to [I_total, I_1 .. I_M], uncorrected.
   */
  readonly permutationInformation: () => (order: Int32Array) => number[];
}
