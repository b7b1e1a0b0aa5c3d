import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { withGradient } from "../../losses/custom-gradient.js";
import { requireShape } from "../../losses/shapes.js";
import tf from "../../tensorflow.js";

export interface BatchNormOutput {
  /** [batch, width] */
  readonly y: Tensor2D;
  /** Batch mean, [width]; differentiable. */
  readonly mean: Tensor1D;
  /** Batch variance with divisor `batch`, [width]; differentiable. */
  readonly variance: Tensor1D;
}

/**
 * Batch normalisation with the moments of the batch (Ioffe & Szegedy 2015).
 *   y = gamma (x - mean) / sqrt(variance + epsilon) + beta
 * The gradient is written by hand (four passes over [batch, width] instead of the nine of automatic differentiation):
 *   dx = gamma r (dy - mean(dy) - xc r^2 mean(dy xc)),  r = 1 / sqrt(variance + epsilon), xc = x - mean
 * @param x       [batch, width], batch of at least 2
 * @param gamma   [width]
 * @param beta    [width]
 * @param epsilon added to the variance, in squared units of x
 * @throws RangeError for other shapes
 */
export function batchNormTrain(x: Tensor2D, gamma: Tensor1D, beta: Tensor1D, epsilon: number): BatchNormOutput {
  requireShape("x", x, ["batch", "width"]);
  if (x.shape[0] < 2) throw new RangeError(`x: batch normalisation needs at least 2 rows, got ${x.shape[0]}`);
  requireWidth(x, { gamma, beta });
  const mean = tf.mean(x, 0) as Tensor1D;
  const centred = tf.sub(x, mean) as Tensor2D;
  const variance = tf.mean(tf.square(centred), 0) as Tensor1D;
  return { y: normalise(x, gamma, beta, centred, variance, epsilon), mean, variance };
}

/** The output; `centred` and `variance` are functions of x, and the gradient accounts for that. */
function normalise(
  x: Tensor2D,
  gamma: Tensor1D,
  beta: Tensor1D,
  centred: Tensor2D,
  variance: Tensor1D,
  epsilon: number,
): Tensor2D {
  return withGradient([x, gamma, beta], (save) => {
    const rate = tf.rsqrt(tf.add(variance, epsilon));
    const slope = tf.mul(gamma, rate);
    save([centred, rate, slope]);
    return {
      value: tf.add(tf.mul(centred, slope), beta) as Tensor2D,
      gradient: (dy, [xc, r, gr]) => {
        const dBeta = tf.sum(dy, 0);
        const dGamma = tf.mul(tf.sum(tf.mul(dy, xc), 0), r);
        const common = tf.add(tf.mul(xc, tf.mul(tf.mul(r, dGamma), 1 / dy.shape[0])), tf.mul(dBeta, 1 / dy.shape[0]));
        return [tf.mul(tf.sub(dy, common), gr), dGamma, dBeta];
      },
    };
  });
}

/**
 * Batch normalisation with given moments: an affine map per column.
 * @param x        [batch, width]
 * @param gamma    [width], as `beta`, `mean` and `variance`
 * @throws RangeError for other shapes
 */
export function batchNormInference(
  x: Tensor2D,
  gamma: Tensor1D,
  beta: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
  epsilon: number,
): Tensor2D {
  requireShape("x", x, ["batch", "width"]);
  requireWidth(x, { gamma, beta, mean, variance });
  const slope = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(x, slope), tf.sub(beta, tf.mul(mean, slope)));
}

function requireWidth(x: Tensor2D, vectors: Readonly<Record<string, Tensor1D>>): void {
  for (const [name, vector] of Object.entries(vectors)) requireShape(name, vector, [x.shape[1]]);
}
