import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";

/** What a map gives: its values [batch, d], and the log of the absolute determinant of its derivative, [batch], nats. */
export interface Mapped {
  readonly z: Tensor2D;
  readonly logDet: Tensor1D;
}

/** Parameters of one column's map with K units: a, b, and c, s, m of each unit. */
export function monotoneWidth(units: number): number {
  return 2 + 3 * units;
}

/**
 * Increasing maps of columns, each by itself, smooth and without bounds:
 *   z = e^a x + b + sum_k c_k T_k(s_k (x - m_k)),   c = softplus / sqrt(K), s = softplus,
 *   log dz/dx = log( e^a + sum_k c_k s_k T_k'(s_k (x - m_k)) ),
 * T = tanh for the first half of the units and asinh, which shortens heavy tails, for the others; both slopes are positive.
 * @param x   [batch, d]
 * @param raw [batch or 1, d, 2 + 3 K], K even: a, b, then the K of c, of s and of m, before their softplus
 */
export function monotone(x: Tensor2D, raw: Tensor): Mapped {
  const units = ((raw.shape[2] as number) - 2) / 3;
  const [a, b, cRaw, sRaw, m] = tf.split(raw, [1, 1, units, units, units], 2);
  const [c, s] = [tf.mul(tf.softplus(cRaw), 1 / Math.sqrt(units)), tf.softplus(sRaw)];
  const scale = tf.exp(a);
  const column = tf.expandDims(x, 2);
  const [inTanh, inAsinh] = tf.split(tf.mul(s, tf.sub(column, m)), 2, 2);
  const bent = tf.tanh(inTanh);
  const values = tf.concat([bent, tf.asinh(inAsinh)], 2);
  const slopes = tf.concat([tf.sub(1, tf.square(bent)), tf.rsqrt(tf.add(1, tf.square(inAsinh)))], 2);
  const sumOf = (each: Tensor) => tf.sum(each, 2, true);
  const z = tf.addN([tf.mul(scale, column), tf.add(b, tf.zerosLike(column)), sumOf(tf.mul(c, values))]);
  const slope = tf.add(scale, sumOf(tf.mul(tf.mul(c, s), slopes)));
  return { z: tf.squeeze(z, [2]) as Tensor2D, logDet: tf.sum(tf.squeeze(tf.log(slope), [2]), 1) as Tensor1D };
}

/** Raw parameters of a map next to the identity: units spread over [-2, 2], each of small weight. */
export function nearIdentity(columns: number, units: number): Float32Array {
  const width = monotoneWidth(units);
  const values = new Float32Array(columns * width);
  const half = units / 2;
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < units; k++) {
      values[j * width + 2 + k] = -3;
      values[j * width + 2 + units + k] = 0.5413; // softplus: 1
      values[j * width + 2 + 2 * units + k] = -2 + (4 * ((k % half) + 0.5)) / half;
    }
  }
  return values;
}
