import type { Tensor1D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { type Optimiser, type UpdateRates, type Vectors, zeros } from "./optimiser.js";

export interface AdamConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Adam with decoupled weight decay (Kingma & Ba 2015; Loshchilov & Hutter 2019):
 *   m <- b1 m + (1-b1) g,  v <- b2 v + (1-b2) g^2,
 *   w <- w - rate (m / c1 / (sqrt(v / c2) + eps) + decay w),  c = 1 - b^t
 */
export function adam(constants: AdamConstants): Optimiser {
  const { beta1, beta2 } = constants;
  const keeps = [
    { name: "moment1", meaning: "mean gradient" },
    { name: "moment2", meaning: "mean squared gradient" },
  ];
  return {
    keeps,
    init: (size) => zeros(keeps, size),
    numbers: ["correction1", "correction2"],
    numbersAt: (t) => ({ correction1: 1 - beta1 ** t, correction2: 1 - beta2 ** t }),
    update: (state, gradient, rates) => adamUpdate(constants, state, gradient, rates),
  };
}

function adamUpdate(constants: AdamConstants, state: Vectors, gradient: Tensor1D, rates: UpdateRates): Vectors {
  const { beta1, beta2, epsilon } = constants;
  const { correction1, correction2 } = rates.numbers;
  const moment1 = tf.add(tf.mul(state.moment1, beta1), tf.mul(gradient, 1 - beta1)) as Tensor1D;
  const moment2 = tf.add(tf.mul(state.moment2, beta2), tf.mul(tf.square(gradient), 1 - beta2)) as Tensor1D;
  // m / c1 / (sqrt(v / c2) + eps) with both corrections in the divisor: one pass over [P] less.
  const root = tf.mul(tf.sqrt(moment2), tf.mul(correction1, tf.rsqrt(correction2)));
  const direction = tf.div(moment1, tf.add(root, tf.mul(correction1, epsilon)));
  const change = tf.add(direction, tf.mul(rates.decay, state.parameters));
  const rate = tf.mul(rates.rateScale, rates.learningRate);
  return { parameters: tf.sub(state.parameters, tf.mul(rate, change)) as Tensor1D, moment1, moment2 };
}
