import type { Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { logScaleBounds } from "./log-scale-bounds.js";
import { requireShape } from "./shapes.js";

/**
 * Negative log density of errors under Laplace distributions around 0, without the constant log 2, in nats.
 *   g + |e| exp(-g),  g clamped to [-6, 4]
 * Of all g the log of the mean absolute error is best; a few large errors count less than in a squared error.
 * @param logScale [batch, targets]
 * @param error    [batch, targets]
 * @returns [batch, targets]
 * @throws RangeError for other shapes
 */
export function scaledError(logScale: Tensor2D, error: Tensor2D): Tensor2D {
  requireShape("logScale", logScale, ["batch", "targets"]);
  requireShape("error", error, logScale.shape);
  return tf.tidy(() => {
    const g = tf.clipByValue(logScale, logScaleBounds.least, logScaleBounds.most);
    return tf.add(g, tf.mul(tf.abs(error), tf.exp(tf.neg(g)))) as Tensor2D;
  });
}
