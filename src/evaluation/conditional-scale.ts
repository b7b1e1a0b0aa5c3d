import { logScaleBounds } from "../losses/log-scale-bounds.js";
import { type HeadInputs, type HeadRows, headOutputs, type RowHead } from "./row-head.js";

/** What of a row a scale is read from: the latents, or the columns of its table modalities; the prediction is in both. */
export type ScaleInputs = HeadInputs;

/** Why all rows have the same scale: there were too few training rows to find another, or there was none to be found. */
export type ConstantBecause = "few-rows" | "no-pattern";

/** How large the errors of a prediction are, by row: plain data. */
export interface ConditionalScale {
  /** Mean absolute error of the training rows per target, user's units; above 0. */
  readonly base: readonly number[];
  /** Per target null where rows differ, else why they do not. */
  readonly constant: readonly (ConstantBecause | null)[];
  /** Null where no target has a scale by row. */
  readonly head: RowHead | null;
}

/** Rows of what a scale is read from, row-major [rows, width]. */
export type ScaleRows = HeadRows;

/** Scale of the error of every row, row-major [rows, targets], user's units, above 0. @param read for a head only */
export function scalesOf(
  { base, constant, head }: ConditionalScale,
  rows: number,
  read: ScaleRows | null,
): Float64Array {
  const targets = base.length;
  const out = Float64Array.from({ length: rows * targets }, (_, i) => base[i % targets]);
  if (head === null) return out;
  if (read === null) throw new RangeError("a scale by row needs what it is read from");
  if (read.rows !== rows || read.width !== head.centres.length) {
    throw new RangeError(`a scale that reads ${head.centres.length} columns was given ${read.width}`);
  }
  const logs = headOutputs(head, read);
  for (let i = 0; i < out.length; i++) {
    if (constant[i % targets] !== null) continue;
    out[i] *= Math.exp(Math.min(logScaleBounds.most, Math.max(logScaleBounds.least, logs[i])));
  }
  return out;
}
