import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";
import type { Mapped } from "./monotone.js";

/** Ones below the diagonal of a [d, d] matrix (`lower`), or above it. */
function triangle(d: number, lower: boolean): Tensor2D {
  const values = Float32Array.from({ length: d * d }, (_, i) => {
    const [row, column] = [Math.floor(i / d), i % d];
    return Number(lower ? row > column : row < column);
  });
  return tf.tensor2d(values, [d, d]);
}

/**
 * An invertible linear map whose determinant is read off:
 *   z = x (L + I) (U + diag e^s) + shift,   log |det| = sum s.
 * @param x      [batch, d]
 * @param lower  [d, d], of which what is below the diagonal counts
 * @param upper  [d, d], of which what is above the diagonal counts
 * @param scales [d] s
 * @param shift  [d]
 */
export function linear(x: Tensor2D, lower: Tensor2D, upper: Tensor2D, scales: Tensor1D, shift: Tensor1D): Mapped {
  const d = x.shape[1];
  const below = tf.mul(lower, triangle(d, true)) as Tensor2D;
  const above = tf.mul(upper, triangle(d, false)) as Tensor2D;
  const first = tf.add(x, tf.matMul(x, below)) as Tensor2D;
  const z = tf.addN([tf.matMul(first, above), tf.mul(first, tf.exp(scales)), tf.add(shift, tf.zerosLike(x))]);
  const logDet = tf.add(tf.sum(scales), tf.zerosLike(tf.sum(x as Tensor, 1)));
  return { z: z as Tensor2D, logDet: logDet as Tensor1D };
}
