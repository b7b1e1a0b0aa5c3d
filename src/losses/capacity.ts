import type { Scalar, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { meanOfMarked } from "./present-rows.js";
import { requireShape } from "./shapes.js";

export interface BottleneckState {
  /** r = (h - mu) / sigma, [batch, dim]: the encoding in units of the noise. */
  readonly standardised: Tensor2D;
  /** a with lambda = sigmoid(a), [1] or [dim]. The logit and not lambda: 1 - lambda is 0 in float32 from a = 17 on. */
  readonly logit: Tensor1D;
  /** [batch], 1 for rows that count, at least one, 0 for the others; all count if left out. */
  readonly rows?: Tensor1D;
}

/**
 * Capacity of the linear noise bottleneck z = lambda h + (1 - lambda) eps: KL of p(z|h) from N(mu, diag sigma^2), an
 * upper bound on I(X; Z); nats per sample, mean over the batch.
 *   KL = sum_dims [ -log(1 - lambda) + ((1 - lambda)^2 + lambda^2 r^2 - 1) / 2 ]
 * Source: arXiv 2001.00396 (IBA). Finite for logits up to 87.
 * @throws RangeError for other shapes
 */
export function bottleneckCapacity(state: BottleneckState): Scalar {
  return tf.tidy(() => tf.sum(bottleneckCapacityPerDimension(state)));
}

/** The summands of `bottleneckCapacity`, [dim], in nats: how much each latent dimension may carry. */
export function bottleneckCapacityPerDimension({ standardised, logit, rows }: BottleneckState): Tensor1D {
  requireShape("standardised", standardised, ["batch", "dim"]);
  requireShape("logit", logit, [logit.shape[0] === 1 ? 1 : standardised.shape[1]]);
  return tf.tidy(() => {
    const lambda = tf.sigmoid(logit);
    const squares = tf.square(standardised);
    const energy = // mean r^2, [dim]
      rows === undefined
        ? tf.mean(squares, 0)
        : meanOfMarked(tf.mean(tf.mul(squares, tf.reshape(rows, [-1, 1])), 0), rows);
    const quadratic = tf.mul(lambda, tf.sub(tf.mul(lambda, tf.add(energy, 1)), 2));
    return tf.sub(tf.mul(quadratic, 0.5), tf.log(tf.sigmoid(tf.neg(logit))));
  });
}
