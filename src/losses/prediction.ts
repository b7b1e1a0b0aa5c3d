import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { constant, withGradient } from "./custom-gradient.js";
import { crossExponents, gaussianExponents } from "./gram.js";
import { logSumExp } from "./log-sum-exp.js";
import { meanOfMarked } from "./present-rows.js";
import { requireShape } from "./shapes.js";

/**
 * Mean squared error over all entries, in squared units of the target.
 * @param prediction [batch, dm]
 * @param target     [batch, dm]
 * @throws RangeError for other shapes
 */
export function mse(prediction: Tensor2D, target: Tensor2D): Scalar {
  requirePair(prediction, target);
  return tf.tidy(() => tf.mean(tf.square(tf.sub(prediction, target))));
}

/**
 * A loss of the marked rows alone: the mean over all entries of a loss that is 0 where prediction and target agree.
 * @param loss `mse` or `huber`
 * @param rows [batch], 1 for rows that count, at least one, 0 for the others; all count if left out
 */
export function lossOfRows(
  loss: (prediction: Tensor2D, target: Tensor2D) => Tensor,
  prediction: Tensor2D,
  target: Tensor2D,
  rows?: Tensor1D,
): Tensor {
  if (rows === undefined) return loss(prediction, target);
  const marks = tf.reshape(rows, [-1, 1]);
  return meanOfMarked(loss(tf.mul(prediction, marks) as Tensor2D, tf.mul(target, marks) as Tensor2D), rows);
}

/**
 * Huber loss, mean over all entries: e^2 / 2 up to |e| = delta, delta (|e| - delta / 2) beyond (Huber 1964).
 * With c = clip(e, -delta, delta) it is c (e - c / 2) and its gradient is c.
 * @param prediction [batch, dm]
 * @param target     [batch, dm]
 * @param delta      > 0, in units of the target; fixed when a step is compiled
 * @throws RangeError for other shapes or another delta
 */
export function huber(prediction: Tensor2D, target: Tensor2D, delta: number): Scalar {
  requirePair(prediction, target);
  if (!(delta > 0 && delta < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`delta: expected a finite number above 0, got ${delta}`);
  }
  return withGradient<Scalar>([prediction, target], (save) => {
    const error = tf.sub(prediction, target);
    const clipped = tf.clipByValue(error, -delta, delta);
    save([clipped]);
    return {
      value: tf.mean(tf.mul(clipped, tf.sub(error, tf.mul(clipped, 0.5)))),
      gradient: (upstream, [c]) => {
        const slope = tf.mul(c, tf.mul(upstream, 1 / c.size));
        return [slope, tf.neg(slope)];
      },
    };
  });
}

export interface CsPredictionInput {
  /** K, Gram matrix of the inputs (or of the fused latent), [batch, batch]; a constant for the gradient. */
  readonly condition: Tensor2D;
  /** [batch, dm] */
  readonly prediction: Tensor2D;
  /** [batch, dm] */
  readonly target: Tensor2D;
  /** Kernel width, scalar, in units of the target; a constant for the gradient. */
  readonly bandwidth: Scalar;
}

/**
 * Conditional Cauchy-Schwarz divergence between p(y|x) and p(yhat|x), in nats.
 *   D = log sum_ij w_ij L1_ij + log sum_ij w_ij L2_ij - 2 log sum_ij w_ij L21_ij,   w_ij = K_ij / (sum_i K_ij)^2
 * with the Gaussian Gram matrices L1 of y, L2 of yhat and L21_ij = k(yhat_i, y_j). 0 where the prediction equals the
 * target. The divergence is >= 0, this estimate of it can fall slightly below (w is not positive definite) and is not
 * clamped. All sums are log-sum-exps: predictions far from the target give a large loss with a gradient, not infinity.
 * Source: arXiv 2404.17951.
 * @throws RangeError for other shapes
 */
export function csPrediction({ condition, prediction, target, bandwidth }: CsPredictionInput): Scalar {
  requirePair(prediction, target);
  requireShape("condition", condition, [prediction.shape[0], prediction.shape[0]]);
  return tf.tidy(() => {
    const logWeights = constant(() => tf.log(tf.div(condition, tf.square(tf.sum(condition, 0)))));
    const logMass = (exponents: Tensor2D) => logSumExp(tf.add(exponents, logWeights));
    const within = tf.add(
      logMass(gaussianExponents(target, bandwidth)),
      logMass(gaussianExponents(prediction, bandwidth)),
    );
    return tf.sub(within, tf.mul(logMass(crossExponents(prediction, target, bandwidth)), 2));
  });
}

function requirePair(prediction: Tensor2D, target: Tensor2D): void {
  requireShape("prediction", prediction, ["batch", "dm"]);
  requireShape("target", target, prediction.shape);
}
