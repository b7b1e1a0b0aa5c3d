import type { Scalar, Tensor, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { withGradient } from "./custom-gradient.js";
import { requireShape } from "./shapes.js";

/**
 * Gaussian Gram matrix of one set of points.
 *   K_ij = exp(-|x_i - x_j|^2 / (2 s^2))
 * Two passes over [batch, batch] (a matrix product and the exponential). The points are centred first, so that the
 * accuracy does not depend on where their origin lies; the diagonal is 1 up to rounding.
 * @param points    [batch, dim]
 * @param bandwidth s > 0, scalar, in units of the points; a constant for the gradient
 * @returns [batch, batch]
 * @throws RangeError for other shapes
 */
export function gaussianGram(points: Tensor2D, bandwidth: Scalar): Tensor2D {
  return tf.tidy(() => tf.exp(gaussianExponents(points, bandwidth)));
}

/**
 * Gaussian Gram matrix between two sets of points, K_ij = exp(-|a_i - b_j|^2 / (2 s^2)).
 * @param a         [rows, dim]
 * @param b         [columns, dim]
 * @param bandwidth as in `gaussianGram`
 * @returns [rows, columns]; 0 where a pair is more than 13 bandwidths apart (float32): use `crossExponents` there
 * @throws RangeError for other shapes
 */
export function crossGram(a: Tensor2D, b: Tensor2D, bandwidth: Scalar): Tensor2D {
  return tf.tidy(() => tf.exp(crossExponents(a, b, bandwidth)));
}

/** Logarithm of `gaussianGram`: -|x_i - x_j|^2 / (2 s^2), [batch, batch]. */
export function gaussianExponents(points: Tensor2D, bandwidth: Scalar): Tensor2D {
  requireShape("points", points, ["batch", "dim"]);
  requireShape("bandwidth", bandwidth, []);
  return withGradient([points], (save) => {
    const { scaled, scale } = scaledAndCentred(points, bandwidth);
    save([scaled, scale]);
    return {
      value: negativeSquaredDistances(scaled, scaled),
      gradient: (upstream, [a, k]) => {
        const symmetric = tf.add(upstream, tf.transpose(upstream));
        return [tf.mul(pull(symmetric, a, a), k)];
      },
    };
  });
}

/** Logarithm of `crossGram`: -|a_i - b_j|^2 / (2 s^2), [rows, columns]. */
export function crossExponents(a: Tensor2D, b: Tensor2D, bandwidth: Scalar): Tensor2D {
  requireShape("a", a, ["rows", "dim"]);
  requireShape("b", b, ["columns", a.shape[1]]);
  requireShape("bandwidth", bandwidth, []);
  return withGradient([a, b], (save) => {
    const { scaled, scale, centre } = scaledAndCentred(a, bandwidth);
    const other = tf.mul(tf.sub(b, centre), scale) as Tensor2D;
    save([scaled, other, scale]);
    return {
      value: negativeSquaredDistances(scaled, other),
      gradient: (upstream, [p, q, k]) => {
        const dA = pull(upstream, p, q);
        const dB = pull(tf.transpose(upstream), q, p);
        return [tf.mul(dA, k), tf.mul(dB, k)];
      },
    };
  });
}

/**
 * Gradient of sum_ij g_ij (-|a_i - b_j|^2) with respect to a: 2 (g b - a rowsum(g)).
 * @param rowSums sums of the rows of g, [rows, 1]
 */
export function pull(g: Tensor, a: Tensor, b: Tensor, rowSums: Tensor = tf.sum(g, 1, true)): Tensor2D {
  return tf.mul(tf.sub(tf.matMul(g as Tensor2D, b as Tensor2D), tf.mul(a, rowSums)), 2) as Tensor2D;
}

interface Scaled {
  /** (x - centre) / (s sqrt 2), so that kernel exponents are negative squared distances. */
  readonly scaled: Tensor2D;
  /** 1 / (s sqrt 2), scalar. */
  readonly scale: Tensor;
  /** Column means of x, [dim]. */
  readonly centre: Tensor;
}

export function scaledAndCentred(points: Tensor2D, bandwidth: Scalar): Scaled {
  const scale = tf.div(Math.SQRT1_2, bandwidth);
  const centre = tf.mean(points, 0);
  return { scaled: tf.mul(tf.sub(points, centre), scale), scale, centre };
}

/** -|a_i - b_j|^2 as one matrix product of extended points: [2a, -|a|^2, 1] [b, 1, -|b|^2]'. */
export function negativeSquaredDistances(a: Tensor2D, b: Tensor2D): Tensor2D {
  const ones = (x: Tensor2D) => tf.ones([x.shape[0], 1]);
  const negativeNorms = (x: Tensor2D) => tf.neg(tf.sum(tf.square(x), 1, true));
  const left = tf.concat([tf.mul(a, 2), negativeNorms(a), ones(a)], 1) as Tensor2D;
  const right = tf.concat([b, ones(b), negativeNorms(b)], 1) as Tensor2D;
  // Transposed apart: the wasm backend multiplies 17 times faster than with transposeB, ONNX Runtime folds it back.
  return tf.matMul(left, tf.transpose(right) as Tensor2D);
}
