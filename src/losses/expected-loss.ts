import type { Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { logScaleBounds } from "./log-scale-bounds.js";
import { requireShape } from "./shapes.js";

/**
 * What it costs to expect a loss of exp(g) where one of l >= 0 comes, in nats (up to a constant the negative log density of an
 * exponential distribution).
 *   g + l exp(-g),  g clamped to [-6, 4]
 * Of all g the log of the mean loss is best, whatever the distribution (Patton 2011, J. Econometrics 160, the QLIKE loss), and a
 * loss of any size counts by its share of what is expected.
 * @param logExpected [batch, outputs]
 * @param loss        [batch, outputs]
 * @returns [batch, outputs]
 * @throws RangeError for other shapes
 */
export function expectedLossCost(logExpected: Tensor2D, loss: Tensor2D): Tensor2D {
  requireShape("logExpected", logExpected, ["batch", "outputs"]);
  requireShape("loss", loss, logExpected.shape);
  return tf.tidy(() => {
    const g = tf.clipByValue(logExpected, logScaleBounds.least, logScaleBounds.most);
    return tf.add(g, tf.mul(loss, tf.exp(tf.neg(g)))) as Tensor2D;
  });
}
