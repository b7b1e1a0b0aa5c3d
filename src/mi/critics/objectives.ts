import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";

/**
 * What critics are trained to make large: functions of a critic's values t, nats, scalars. `joint` are values of rows with
 * themselves, `product` of pairs of unrelated rows, of any shape.
 */
export type PairObjective = (joint: Tensor, product: Tensor) => Tensor;

/** mean t - log mean e^t, Donsker & Varadhan's; the logarithm of a mean over a batch, as MINE has it (arXiv 1801.04062). */
export const donskerVaradhan: PairObjective = (joint, product) =>
  tf.tidy(() => tf.sub(tf.mean(joint), tf.sub(tf.logSumExp(product), Math.log(product.size))));

/** mean t - (mean e^t - 1): that of Nguyen, Wainwright & Jordan (2010) with f = t + 1, so that t = 0 begins at 0. */
export const nguyenWainwrightJordan: PairObjective = (joint, product) =>
  tf.tidy(() => tf.sub(tf.mean(joint), tf.sub(tf.mean(tf.exp(product)), 1)));

/** -mean softplus(-t) - mean softplus(t): largest at t = log p(x, y) / p(x) p(y), as SMILE trains its critic (arXiv 1910.06222). */
export const jensenShannon: PairObjective = (joint, product) =>
  tf.tidy(() => tf.neg(tf.add(tf.mean(tf.softplus(tf.neg(joint))), tf.mean(tf.softplus(product)))));

/**
 * mean_i [ t_ii - log mean_j e^t_ij ]: which of the y of a batch is that of x_i (arXiv 1807.03748); never above log K.
 * @param pairs [K, K] values of every x of a batch with every y
 */
export function infoNce(pairs: Tensor2D): Tensor {
  const [rows] = pairs.shape;
  return tf.tidy(() => {
    const own = tf.sum(tf.mul(pairs, tf.eye(rows)), 1);
    return tf.mean(tf.sub(own, tf.sub(tf.logSumExp(pairs, 1), Math.log(rows))));
  });
}
