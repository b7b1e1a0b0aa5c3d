import type { Scalar, Tensor1D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";

/**
 * The gradient scaled to a norm of at most `limit`, and its norm before.
 * @param mask [P], 1 where the gradient counts and is scaled, 0 where it passes unchanged; null: everywhere
 */
export function clipByNorm(
  gradient: Tensor1D,
  limit: number,
  mask: Tensor1D | null,
): { clipped: Tensor1D; norm: Scalar } {
  const counted = mask === null ? gradient : tf.mul(gradient, mask);
  const norm = tf.sqrt(tf.sum(tf.square(counted))) as Scalar;
  const shrink = tf.div(limit, tf.maximum(norm, limit));
  const factor = mask === null ? shrink : tf.add(1, tf.mul(mask, tf.sub(shrink, 1)));
  return { clipped: tf.mul(gradient, factor) as Tensor1D, norm };
}
