import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { withGradient } from "../../losses/custom-gradient.js";
import { requireShape } from "../../losses/shapes.js";
import tf from "../../tensorflow.js";
import type { BatchNormOutput } from "./batch-norm.js";

export interface PresentBatchNormOutput extends BatchNormOutput {
  /** Rows behind the moments, scalar. */
  readonly count: Tensor;
}

/**
 * Batch normalisation of the rows that have a modality, with the moments of these rows alone; the others become beta,
 * which is the mean of the output.
 *   y = beta + w gamma (x - mean) / sqrt(variance + epsilon),  w = 1 for rows that have it, else 0
 * On the rows with w = 1 it equals `batchNormTrain` of them. Of one row, which has no spread, and of none it is beta.
 * The gradient is that of `batchNormTrain`, every sum over rows with w = 1; it is 0 for the others.
 * @param x       [batch, width]
 * @param gamma   [width], as `beta`
 * @param present w, [batch, 1]; a constant for the gradient
 * @throws RangeError for other shapes
 */
export function batchNormPresent(
  x: Tensor2D,
  gamma: Tensor1D,
  beta: Tensor1D,
  epsilon: number,
  present: Tensor2D,
): PresentBatchNormOutput {
  requireShape("x", x, ["batch", "width"]);
  requireShape("gamma", gamma, [x.shape[1]]);
  requireShape("beta", beta, [x.shape[1]]);
  requireShape("present", present, [x.shape[0], 1]);
  const count = tf.sum(present);
  const rows = tf.maximum(count, 1);
  const mean = tf.div(tf.sum(tf.mul(x, present), 0), rows) as Tensor1D;
  const centred = tf.mul(tf.sub(x, mean), present) as Tensor2D;
  const variance = tf.div(tf.sum(tf.square(centred), 0), rows) as Tensor1D;
  const constants = { present, rows, centred, variance };
  return { y: normalise(x, gamma, beta, constants, epsilon), mean, variance, count };
}

/** The output; `centred` and `variance` are functions of x, and the gradient accounts for that. */
function normalise(
  x: Tensor2D,
  gamma: Tensor1D,
  beta: Tensor1D,
  { present, rows, centred, variance }: Record<"present" | "rows" | "centred" | "variance", Tensor>,
  epsilon: number,
): Tensor2D {
  return withGradient([x, gamma, beta], (save) => {
    const rate = tf.rsqrt(tf.add(variance, epsilon));
    const slope = tf.mul(gamma, rate);
    save([centred, rate, slope, present, rows]);
    return {
      value: tf.add(tf.mul(centred, slope), beta) as Tensor2D,
      gradient: (dy, [xc, r, gr, w, n]) => {
        const own = tf.mul(dy, w);
        const dGamma = tf.mul(tf.sum(tf.mul(dy, xc), 0), r);
        const common = tf.div(tf.add(tf.mul(xc, tf.mul(r, dGamma)), tf.mul(w, tf.sum(own, 0))), n);
        return [tf.mul(tf.sub(own, common), gr), dGamma, tf.sum(dy, 0)];
      },
    };
  });
}
