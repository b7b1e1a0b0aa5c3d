import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { requireShape } from "./shapes.js";

/** Bounds of the log scale of a component: the narrowest is 1/400 of the unit, the widest 20 units. */
export const logScale = { least: -6, most: 3 } as const;

/**
 * Log density of numbers under normal mixtures of their own, in nats.
 *   log sum_k softmax(a)_k N(x; delta_k, exp(2 g_k)),  g clamped to [-6, 3]
 * @param shapes [batch, 3K], the columns a_1..a_K, delta_1..delta_K, g_1..g_K
 * @param x      [batch, 1]
 * @param floor  least g, of one element; -6 if left out
 * @returns [batch]
 * @throws RangeError for other shapes
 */
export function mixtureLogDensity(shapes: Tensor2D, x: Tensor2D, floor?: Tensor): Tensor1D {
  requireShape("shapes", shapes, ["batch", "3 x components"]);
  if (shapes.shape[1] % 3 !== 0)
    throw new RangeError(`shapes: expected 3 columns per component, got ${shapes.shape[1]}`);
  requireShape("x", x, [shapes.shape[0], 1]);
  return tf.tidy(() => {
    const [logits, centres, scales] = tf.split(shapes, 3, 1);
    const clipped = tf.clipByValue(scales, logScale.least, logScale.most);
    const g = floor === undefined ? clipped : tf.maximum(clipped, tf.reshape(floor, [1, 1]));
    const distance = tf.mul(tf.sub(x, centres), tf.exp(tf.neg(g)));
    const each = tf.sub(tf.sub(tf.logSoftmax(logits), g), tf.mul(tf.square(distance), 0.5));
    return tf.sub(tf.logSumExp(each, 1), 0.5 * Math.log(2 * Math.PI)) as Tensor1D;
  });
}
