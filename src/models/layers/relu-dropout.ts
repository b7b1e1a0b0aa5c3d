import type { Tensor2D } from "@tensorflow/tfjs";
import { withGradient } from "../../losses/custom-gradient.js";
import { requireShape } from "../../losses/shapes.js";
import tf from "../../tensorflow.js";

/**
 * ReLU followed by dropout, in two passes forward and one backward.
 *   y = max(x, 0) mask
 * @param x    [batch, width]
 * @param mask [batch, width], inverted dropout: 0 or 1/(1 - rate); a constant for the gradient
 * @throws RangeError for other shapes
 */
export function reluDropout(x: Tensor2D, mask: Tensor2D): Tensor2D {
  requireShape("x", x, ["batch", "width"]);
  requireShape("mask", mask, x.shape);
  return withGradient([x], (save) => {
    const slope = tf.mul(tf.step(x), mask);
    save([slope]);
    return { value: tf.mul(x, slope) as Tensor2D, gradient: (dy, [s]) => [tf.mul(dy, s)] };
  });
}
