import { logScaleBounds } from "../../losses/log-scale-bounds.js";
import type { ConstantBecause } from "../conditional-scale.js";
import { type HeadRows, headOutputs, type RowHead } from "../row-head.js";

/** Most modalities for which every subset is read. */
export const mostAcquired = 6;

/**
 * What a trained model expects of each modality that a row lacks: plain data. A subset of the modalities is a number whose bit m
 * stands for modality m. The loss of a row is its squared error, of classes its log loss in nats.
 */
export interface AcquisitionValue {
  /** Names, in the order of the model. */
  readonly modalities: readonly string[];
  /** Mean loss of validation rows that are predicted from each subset, [2^M]; at 0 from nothing, by `nothing`. */
  readonly base: readonly number[];
  /** What is predicted of a row without any modality: the mean of the training rows, or the shares of their classes. */
  readonly nothing: readonly number[];
  /** Validation rows, which have every modality. */
  readonly rows: number;
  /** First of the loss at hand, then of what each modality brings: null where rows differ, else why they do not. */
  readonly constant: readonly (ConstantBecause | null)[];
  /**
   * Null where rows do not differ. Outputs [1 + M]: log of the loss at hand over the mean of its subset; what is added to it for the
   * log of the loss once modality m is there too, over the mean of that larger subset.
   */
  readonly head: RowHead | null;
}

/** What is expected of one row. */
export interface Expected {
  /** Loss with what is at hand. */
  readonly atHand: number;
  /** Loss with each modality beside that, never above `atHand`; null for those that are there. */
  readonly after: readonly (number | null)[];
}

/** Outputs of the head for rows, row-major [rows, 1 + M]; null where rows do not differ. */
export function valueOutputs({ head }: AcquisitionValue, read: HeadRows | null): Float64Array | null {
  if (head === null) return null;
  if (read === null) throw new RangeError("values by row need what they are read from");
  return headOutputs(head, read);
}

/** What is expected of a row. @param have subset that it has @param outputs of all rows @param row place among them */
export function expectedLosses(
  { modalities, base, constant }: AcquisitionValue,
  have: number,
  outputs: Float64Array | null,
  row: number,
): Expected {
  const width = modalities.length + 1;
  const output = (k: number) => (outputs === null || have === 0 || constant[k] !== null ? 0 : outputs[row * width + k]);
  const atHand = base[have] * bounded(output(0));
  return {
    atHand,
    after: modalities.map((_, m) => {
      const more = have | (1 << m);
      return more === have ? null : Math.min(atHand, base[more] * bounded(output(0) + output(m + 1)));
    }),
  };
}

function bounded(log: number): number {
  return Math.exp(Math.min(logScaleBounds.most, Math.max(logScaleBounds.least, log)));
}

/**
 * Information that a fall of the expected loss stands for, in bits: of log losses the fall itself, but no more than K classes can
 * hold, log2 K (probabilities that are far off fall further when they are mended); of squared errors
 * 1/2 log2(before / after), what a Gaussian channel brings that lowers the variance so far, and by Jensen's inequality at most what
 * one brings that lowers it so far on average.
 * @param classes their number; null of a number
 */
export function bitsOfDrop(before: number, after: number, classes: number | null): number {
  if (classes !== null) return Math.min((before - after) / Math.LN2, Math.log2(classes));
  return after === before ? 0 : 0.5 * Math.log2(before / after);
}
