import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { withGradient } from "../../losses/custom-gradient.js";
import { requireShape } from "../../losses/shapes.js";
import tf from "../../tensorflow.js";

/**
 * Periodic embedding of numeric features with the raw value beside it (PLR of Gorishniy et al. 2022).
 *   e_f = relu(sin(2 pi c_f x_f) W_f[0:K] + cos(2 pi c_f x_f) W_f[K:2K] + b_f)
 * Output columns: the embeddings of feature 0, of feature 1, ..., then the raw features. The paper's PLR has no raw
 * value; it is added because it costs one column and keeps the linear part of the signal.
 * @param x           [batch, F]
 * @param frequencies c, [F, K], in cycles per unit of x
 * @param weight      [F, 2K, D]; the first K rows belong to the sines
 * @param bias        [F, D]
 * @returns [batch, F (D + 1)]
 * @throws RangeError for other shapes
 */
export function periodicEmbedding(x: Tensor2D, frequencies: Tensor2D, weight: Tensor3D, bias: Tensor2D): Tensor2D {
  requireShape("x", x, ["batch", "F"]);
  const features = x.shape[1];
  requireShape("frequencies", frequencies, [features, "K"]);
  requireShape("weight", weight, [features, 2 * frequencies.shape[1], "D"]);
  requireShape("bias", bias, [features, weight.shape[2]]);
  return tf.concat([plr(x, frequencies, weight, bias), x], 1);
}

/**
 * The embeddings [batch, F D]. Everything between is kept as [F, K or D, batch]: the batch is the longest dimension,
 * so that it is contiguous in every pass, and only flat matrices and the small weights are ever transposed.
 */
function plr(x: Tensor2D, frequencies: Tensor2D, weight: Tensor3D, bias: Tensor2D): Tensor2D {
  const [batch, features] = x.shape;
  const [, doubled, width] = weight.shape;
  return withGradient([x, frequencies, weight, bias], (save) => {
    const columns = tf.reshape(tf.transpose(x), [features, 1, batch]);
    const cycles = tf.reshape(tf.mul(frequencies, 2 * Math.PI), [features, doubled / 2, 1]);
    const angles = tf.mul(cycles, columns);
    const waves = tf.concat([tf.sin(angles), tf.cos(angles)], 1); // [F, 2K, batch]
    const linear = tf.add(tf.matMul(tf.transpose(weight, [0, 2, 1]), waves), tf.reshape(bias, [features, width, 1]));
    const active = tf.step(linear);
    save([columns, cycles, waves, active, weight]);
    const value = tf.transpose(tf.reshape(tf.mul(linear, active), [features * width, batch])) as Tensor2D;
    return { value, gradient: plrGradient };
  });
}

function plrGradient(upstream: Tensor2D, [columns, cycles, waves, active, weight]: Tensor[]): Tensor[] {
  const [features, width, batch] = active.shape;
  const dLinear = tf.mul(tf.reshape(tf.transpose(upstream), [features, width, batch]), active);
  const dWeight = tf.matMul(waves, tf.transpose(dLinear, [0, 2, 1]));
  const [sines, cosines] = tf.split(waves, 2, 1);
  const [dSines, dCosines] = tf.split(tf.matMul(weight, dLinear), 2, 1);
  const dAngles = tf.sub(tf.mul(dSines, cosines), tf.mul(dCosines, sines));
  const dX = tf.transpose(tf.reshape(tf.matMul(tf.transpose(cycles, [0, 2, 1]), dAngles), [features, batch]));
  const dCycles = tf.sum(tf.mul(dAngles, columns), 2);
  return [dX, tf.mul(dCycles, 2 * Math.PI), dWeight, tf.sum(dLinear, 2)];
}
