import type { EstimateParts } from "./estimate-parts.js";
import type { Shuffle } from "./permutation.js";

/** A sample with its estimate, and what resampling needs. */
export interface FittedSample {
  readonly parts: EstimateParts;
  /**
   * The estimate on resampled rows, centred on the estimate itself (the bias that resampling adds is taken off too).
   * @param rows row numbers, with repeats; not as many as the sample has where whole groups are drawn
   * @returns values in the order of `flatLayout`
   */
  readonly replicate: (rows: Int32Array) => Float64Array;
  /**
   * Prepares the permutation test: a function from a shuffled target to [I_total, I_1 .. I_M], uncorrected.
   */
  readonly permutationInformation: () => (shuffle: Shuffle) => number[];
}
