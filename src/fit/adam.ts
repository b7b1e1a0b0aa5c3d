import type { Scalar, Tensor1D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";

/** Adam with decoupled weight decay (Kingma & Ba 2015; Loshchilov & Hutter 2019) on one flat parameter vector. */
export interface AdamConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface AdamState {
  readonly parameters: Tensor1D;
  /** Running mean of the gradient. */
  readonly moment1: Tensor1D;
  /** Running mean of the squared gradient. */
  readonly moment2: Tensor1D;
}

export interface AdamStep {
  readonly learningRate: Scalar;
  /** Learning rate of each parameter relative to `learningRate`, [P]. */
  readonly rateScale: Tensor1D;
  /** Weight decay of each parameter, [P]; 0 for those that do not decay. */
  readonly decay: Tensor1D;
  /** 1 - beta1^t and 1 - beta2^t of step t = 1, 2, .. */
  readonly correction1: Scalar;
  readonly correction2: Scalar;
}

/**
 * One update:  m <- b1 m + (1-b1) g,  v <- b2 v + (1-b2) g^2,
 *   w <- w - rate (m / c1 / (sqrt(v / c2) + eps) + decay w)
 */
export function adamUpdate(state: AdamState, gradient: Tensor1D, step: AdamStep, constants: AdamConstants): AdamState {
  const { beta1, beta2, epsilon } = constants;
  const moment1 = tf.add(tf.mul(state.moment1, beta1), tf.mul(gradient, 1 - beta1)) as Tensor1D;
  const moment2 = tf.add(tf.mul(state.moment2, beta2), tf.mul(tf.square(gradient), 1 - beta2)) as Tensor1D;
  // m / c1 / (sqrt(v / c2) + eps) with both corrections in the divisor: one pass over [P] less.
  const root = tf.mul(tf.sqrt(moment2), tf.mul(step.correction1, tf.rsqrt(step.correction2)));
  const direction = tf.div(moment1, tf.add(root, tf.mul(step.correction1, epsilon)));
  const change = tf.add(direction, tf.mul(step.decay, state.parameters));
  const rate = tf.mul(step.rateScale, step.learningRate);
  return { parameters: tf.sub(state.parameters, tf.mul(rate, change)) as Tensor1D, moment1, moment2 };
}

/** Bias corrections 1 - beta^t of step t >= 1. */
export function adamCorrections(
  t: number,
  { beta1, beta2 }: AdamConstants,
): { correction1: number; correction2: number } {
  return { correction1: 1 - beta1 ** t, correction2: 1 - beta2 ** t };
}

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
