import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";

/** Rows of a batch that have something (a modality, several, all), for what must not see the others. */
export interface PresentRows {
  /** [batch, 1], 1 for rows that have it, 0 for the others. */
  readonly present: Tensor2D;
  /** The same, [batch]; all 1 where no row has it, so that what is computed from it stays finite. */
  readonly counted: Tensor1D;
  /** 1 where some row has it, 0 where none does. */
  readonly any: Tensor;
}

/** @param present [batch, 1] of zeros and ones, a constant for the gradient */
export function presentRows(present: Tensor2D): PresentRows {
  const any = tf.minimum(tf.sum(present), 1);
  const counted = tf.reshape(tf.add(present, tf.sub(1, any)), [present.shape[0]]) as Tensor1D;
  return { present, counted, any };
}

/** The rows that have all that is asked for. */
export function presentInAll(parts: readonly PresentRows[]): PresentRows {
  return presentRows(parts.map(({ present }) => present).reduce((a, b) => tf.mul(a, b) as Tensor2D));
}

/**
 * A loss of the rows that have something: its value on them alone, and 0, with gradient 0, where there is none.
 * @param rows undefined where every row has it
 * @param loss the loss on the rows marked by its argument [batch]; on all of them without one
 */
export function onPresent(rows: PresentRows | undefined, loss: (rows?: Tensor1D) => Tensor): Tensor {
  return rows === undefined ? loss() : tf.mul(loss(rows.counted), rows.any);
}

/** Mean over the marked rows from the mean over all of something that is 0 in the others. */
export function meanOfMarked(meanOfAll: Tensor, rows: Tensor1D): Tensor {
  return tf.mul(meanOfAll, tf.div(rows.shape[0], tf.sum(rows)));
}
