import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { withGradient } from "./custom-gradient.js";
import { crossExponents, gaussianGram, negativeSquaredDistances, pull, scaledAndCentred } from "./gram.js";
import { logSumExp } from "./log-sum-exp.js";
import { requireShape } from "./shapes.js";

/**
 * Cauchy-Schwarz divergence of a sample from N(0, I), in nats; the expectations over N(0, I) in closed form.
 *   D = log mean_ij k(z_i,z_j) + log E k(q,q') - 2 log mean_i E k(z_i,q),   k(a,b) = exp(-|a-b|^2 / (2 s^2))
 *   E_q k(z,q) = (s^2/(1+s^2))^(d/2) exp(-|z|^2 / (2 (1+s^2))),   E k(q,q') = (s^2/(2+s^2))^(d/2)
 * It is >= 0 up to rounding and never clamped. Everything stays in the log domain: the first mean contains the diagonal
 * and lies in [1/batch, 1], the last is a log-sum-exp, and the prefactors combine to (d/2) log1p(1/(s^2 (s^2 + 2))).
 * Three passes over [batch, batch] forward, one matrix product backward.
 * Source: arXiv 2512.22102, which samples the expectations (`csGaussianitySampled`); closed form derived for pidreg.
 * @param latents   z, [batch, dim]
 * @param bandwidth s > 0, scalar, in units of the latents; a constant for the gradient
 * @throws RangeError for other shapes
 */
export function csGaussianity(latents: Tensor2D, bandwidth: Scalar): Scalar {
  requireShape("latents", latents, ["batch", "dim"]);
  requireShape("bandwidth", bandwidth, []);
  return tf.tidy(() => tf.add(logKernelSum(latents, bandwidth), normalTerms(latents, bandwidth)));
}

/**
 * `csGaussianity` with a Gram matrix that is already there, for example because an independence loss uses it too; the
 * gradient flows through `gram` as well.
 * @param latents   z, [batch, dim]
 * @param gram      `gaussianGram(latents, bandwidth)`, [batch, batch]
 * @param bandwidth the one `gram` was made with
 * @param rows      [batch], 1 for rows that count, at least one, 0 for the others; all count if left out
 * @throws RangeError for other shapes
 */
export function csGaussianityFromGram(latents: Tensor2D, gram: Tensor2D, bandwidth: Scalar, rows?: Tensor1D): Scalar {
  requireShape("latents", latents, ["batch", "dim"]);
  requireShape("gram", gram, [latents.shape[0], latents.shape[0]]);
  requireShape("bandwidth", bandwidth, []);
  return tf.tidy(() => {
    const pairs = rows === undefined ? gram : tf.mul(gram, pairsOf(rows));
    return tf.add(tf.log(tf.sum(tf.sum(pairs, 1))), normalTerms(latents, bandwidth, rows));
  });
}

/**
 * Cauchy-Schwarz divergence between a sample and a reference sample drawn from N(0, I), in nats: the paper's estimator.
 *   D = log mean k(z,z') + log mean k(q,q') - 2 log mean k(z,q)
 * All three means run over all pairs, the diagonal included, so that D >= 0 up to rounding; never clamped.
 * Source: arXiv 2512.22102. Agrees with `csGaussianity` as batch and reference grow.
 * @param latents   z, [batch, dim]
 * @param reference q, [references, dim], draws from N(0, I); a constant for the gradient
 * @param bandwidth as in `csGaussianity`
 * @param rows      as in `csGaussianityFromGram`
 * @throws RangeError for other shapes
 */
export function csGaussianitySampled(
  latents: Tensor2D,
  reference: Tensor2D,
  bandwidth: Scalar,
  rows?: Tensor1D,
): Scalar {
  requireShape("latents", latents, ["batch", "dim"]);
  requireShape("reference", reference, ["references", latents.shape[1]]);
  requireShape("bandwidth", bandwidth, []);
  return tf.tidy(() => {
    const within = tf.add(
      logKernelSum(latents, bandwidth, rows),
      tf.log(tf.sum(tf.sum(gaussianGram(reference, bandwidth), 1))),
    );
    const between = crossExponents(latents, reference, bandwidth);
    const counted = rows === undefined ? between : tf.add(between, tf.reshape(tf.log(rows), [-1, 1]));
    // The numbers of pairs cancel: log B^2 + log R^2 - 2 log(B R) = 0.
    return tf.sub(within, tf.mul(logSumExp(counted), 2));
  });
}

/**
 * log sum_ij k(z_i, z_j), whose gradient needs the symmetric kernel once: (2 / sum) (K z - z rowsum(K)) / s^2.
 * The sum is that of the same row sums: near N(0, I) two terms of the gradient of D cancel to a twentieth, and float32
 * sums of different order would be seen there.
 */
function logKernelSum(latents: Tensor2D, bandwidth: Scalar, rows?: Tensor1D): Scalar {
  return withGradient<Scalar>([latents], (save) => {
    const { scaled, scale } = scaledAndCentred(latents, bandwidth);
    const all = tf.exp(negativeSquaredDistances(scaled, scaled));
    const kernel = rows === undefined ? all : tf.mul(all, pairsOf(rows));
    const rowSums = tf.sum(kernel, 1, true);
    const total = tf.sum(rowSums) as Scalar;
    save([kernel, scaled, scale, rowSums, total]);
    return {
      value: tf.log(total),
      gradient: (upstream, [k, a, toScaled, sums, sum]) => [
        tf.mul(pull(k, a, a, sums), tf.div(tf.mul(tf.mul(upstream, toScaled), 2), sum)),
      ],
    };
  });
}

/** log E k(q,q') - 2 log sum_i E k(z_i,q); the batch size cancels against `logKernelSum`. */
function normalTerms(latents: Tensor2D, bandwidth: Scalar, rows?: Tensor1D): Scalar {
  const variance = tf.square(bandwidth);
  const rate = tf.div(-0.5, tf.add(variance, 1));
  const exponents = tf.mul(tf.sum(tf.square(latents), 1), rate) as Tensor1D;
  const ratio = tf.reciprocal(tf.mul(variance, tf.add(variance, 2)));
  const counted = rows === undefined ? exponents : tf.add(exponents, tf.log(rows));
  return tf.sub(tf.mul(log1p(ratio), latents.shape[1] / 2), tf.mul(logSumExp(counted), 2));
}

/** 1 for pairs of rows that both count, [batch, batch]. */
function pairsOf(rows: Tensor1D): Tensor2D {
  return tf.mul(tf.reshape(rows, [-1, 1]), tf.reshape(rows, [1, -1])) as Tensor2D;
}

/**
 * log(1 + x) for x >= 0 with full relative accuracy from elementary operations (Kahan: the rounding of 1 + x cancels in
 * log(w) / (w - 1)). The 1e-30 decides the 0/0 at w = 1 in favour of 1 and vanishes elsewhere.
 */
function log1p(x: Tensor): Tensor {
  const w = tf.add(x, 1);
  return tf.mul(x, tf.div(tf.add(tf.log(w), 1e-30), tf.add(tf.sub(w, 1), 1e-30)));
}
