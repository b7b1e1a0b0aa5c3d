import type { Scalar, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { requireShape } from "./shapes.js";

/**
 * Mean cross entropy of classes under a softmax, in nats: -sum_y t_y log softmax(logits)_y.
 * @param logits [batch, classes]
 * @param classes [batch, classes], one-hot
 * @param rows   [batch], 1 for rows that count, at least one, 0 for the others; all count if left out
 * @throws RangeError for other shapes
 */
export function crossEntropy(logits: Tensor2D, classes: Tensor2D, rows?: Tensor1D): Scalar {
  requireShape("logits", logits, ["batch", "classes"]);
  requireShape("classes", classes, logits.shape);
  return tf.tidy(() => {
    const each = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), classes), 1)) as Tensor1D;
    return rows === undefined ? tf.mean(each) : (tf.div(tf.sum(tf.mul(each, rows)), tf.sum(rows)) as Scalar);
  });
}
