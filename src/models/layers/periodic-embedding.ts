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
  return plr(x, frequencies, weight, bias);
}

/** What puts a 1 beside every number of [F, 1, batch]. */
const besideOnes: [number, number][] = [
  [0, 0],
  [0, 1],
  [0, 0],
];

/**
 * Everything is kept as [F, waves or D, batch]: the batch is the longest dimension, so that it is contiguous in every
 * pass; a matrix product that reads the result takes it as it lies. A cosine is the sine a quarter of a cycle later, and
 * the bias the weight of a wave that is 1 everywhere, so that angles, waves and the linear map are one pass each.
 */
function plr(x: Tensor2D, frequencies: Tensor2D, weight: Tensor3D, bias: Tensor2D): Tensor2D {
  const [batch, features] = x.shape;
  const [, doubled, width] = weight.shape;
  return withGradient([x, frequencies, weight, bias], (save) => {
    const columns = tf.reshape(tf.transpose(x), [features, 1, batch]) as Tensor3D;
    const cycles = tf.reshape(tf.mul(frequencies, 2 * Math.PI), [features, doubled / 2, 1]) as Tensor3D;
    const points = tf.pad(columns, besideOnes, 1); // [F, 2, batch]
    const waves = tf.sin(angles(points, cycles));
    const weights = tf.concat([weight, tf.reshape(bias, [features, 1, width])], 1);
    const embedded = tf.relu(tf.matMul(weights, waves, true)); // [F, D, batch]
    save([points, cycles, waves, embedded, weight]);
    const flat = [embedded, columns].map((part) => tf.reshape(part, [-1, batch]));
    return { value: tf.transpose(tf.concat(flat, 0)) as Tensor2D, gradient: plrGradient };
  });
}

/** Angles of the sines, of the cosines and of the constant, [F, 2 K + 1, batch]: a line of slope and phase for each. */
function angles(points: Tensor, cycles: Tensor3D): Tensor {
  const [features, K] = cycles.shape;
  const slopes = tf.concat([cycles, cycles, tf.zeros([features, 1, 1])], 1);
  const phases = tf.concat([tf.zeros([features, K, 1]), tf.fill([features, K + 1, 1], Math.PI / 2)], 1);
  return tf.matMul(tf.concat([slopes, phases], 2), points);
}

/**
 * With dL the gradient of the linear map and S, C, W_S, W_C the sines and cosines and their weights,
 *   dx_f = 2 pi sum over k of c (W_S dL C - W_C dL S)   and   dc_fk = 2 pi sum over d of W_S (C x dL) - W_C (S x dL),
 * whose last products are as small as the gradient of the weights: nothing of [F, K, batch] is needed for them.
 */
function plrGradient(upstream: Tensor2D, [points, cycles, waves, embedded, weight]: Tensor[]): Tensor[] {
  const [features, width, batch] = embedded.shape;
  const K = (cycles as Tensor3D).shape[1];
  const flat = features * width;
  const dEmbedded = tf.transpose(tf.slice(upstream, [0, 0], [batch, flat]));
  const dLinear = tf.mul(tf.reshape(dEmbedded, embedded.shape), tf.step(embedded));
  const pair = tf.mul(tf.reshape(points, [features, 2, 1, batch]), tf.reshape(dLinear, [features, 1, width, batch]));
  const both = tf.matMul(waves, tf.reshape(pair, [features, 2 * width, batch]), false, true); // [F, 2 K + 1, 2 D]
  const part = (from: number, size: number, beside: number) =>
    tf.slice(both, [0, from, beside * width], [features, size, width]);
  const [sineWeight, cosineWeight] = tf.split(weight, 2, 1);
  const byWave = tf.sub(tf.mul(sineWeight, part(K, K, 0)), tf.mul(cosineWeight, part(0, K, 0)));
  const slopes = tf.concat([tf.mul(tf.neg(cosineWeight), cycles), tf.mul(sineWeight, cycles)], 1);
  const dWaves = tf.matMul(slopes, dLinear);
  const dColumns = tf.sum(tf.mul(dWaves, tf.slice(waves, [0, 0, 0], [features, 2 * K, batch])), 1);
  const dX = tf.add(tf.transpose(dColumns), tf.slice(upstream, [0, flat], [batch, features]));
  const dFrequencies = tf.mul(tf.sum(byWave, 2), 2 * Math.PI);
  return [dX, dFrequencies, part(0, 2 * K, 1), tf.reshape(part(2 * K, 1, 1), [features, width])];
}
