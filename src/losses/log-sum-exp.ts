import type { Scalar, Tensor } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { withGradient } from "./custom-gradient.js";

/**
 * log sum exp(x) over all entries, without overflow or underflow; single entries may be -infinity. The gradient is the softmax; it does not run through
 * the maximum, which cancels.
 * @param exponents any shape
 */
export function logSumExp(exponents: Tensor): Scalar {
  return withGradient<Scalar>([exponents], (save) => {
    const largest = tf.max(exponents);
    const terms = tf.exp(tf.sub(exponents, largest));
    const total = tf.sum(tf.sum(terms, -1)) as Scalar; // by rows first: float32 sums of fewer terms are closer
    save([terms, total]);
    return {
      value: tf.add(tf.log(total), largest),
      gradient: (upstream, [e, sum]) => [tf.mul(e, tf.div(upstream, sum))],
    };
  });
}
