import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";

/** Log density of standard normal latents, nats, [batch]. @param z [batch, d] */
export function normalLogDensity(z: Tensor2D): Tensor1D {
  const constant = -0.5 * z.shape[1] * Math.log(2 * Math.PI);
  return tf.add(tf.mul(tf.sum(tf.square(z), 1), -0.5), constant) as Tensor1D;
}

/**
 * Log-ratio of the density of pairs of latents to that of both apart, nats, [batch]: standard normal on each side, and of the
 * first columns of both, in turn, the correlations rho_j = tanh(w_j); by canonical correlations every normal law has this form
 * after a linear map of each side.
 *   t(a, b) = sum_j [ -1/2 log(1 - rho_j^2) - (rho_j^2 (a_j^2 + b_j^2) - 2 rho_j a_j b_j) / (2 (1 - rho_j^2)) ]
 * @param a [batch, dx]  @param b [batch, dy]  @param w [min(dx, dy)]
 */
export function normalLogRatio(a: Tensor2D, b: Tensor2D, w: Tensor1D): Tensor1D {
  const shared = w.shape[0];
  const rho = tf.tanh(w);
  const left = tf.sub(1, tf.square(rho));
  const head = (z: Tensor2D) =>
    z.shape[1] === shared ? z : tf.split(z as Tensor, [shared, z.shape[1] - shared], 1)[0];
  const [u, v] = [head(a), head(b)];
  const cross = tf.sub(
    tf.mul(tf.square(rho), tf.add(tf.square(u), tf.square(v))),
    tf.mul(tf.mul(2, rho), tf.mul(u, v)),
  );
  return tf.sum(tf.sub(tf.mul(tf.log(left), -0.5), tf.div(cross, tf.mul(2, left))), 1) as Tensor1D;
}

/** The same in float64; its first term is the closed form of the information less a mean of 0. */
export function pairLogRatio(a: ArrayLike<number>, b: ArrayLike<number>, rho: ArrayLike<number>): number {
  let t = 0;
  for (let j = 0; j < rho.length; j++) {
    const r = rho[j];
    const left = 1 - r * r;
    t -= 0.5 * Math.log(left) + (r * r * (a[j] * a[j] + b[j] * b[j]) - 2 * r * a[j] * b[j]) / (2 * left);
  }
  return t;
}
