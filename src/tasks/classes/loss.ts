import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { jensenShannonDivergences } from "../../losses/balance.js";
import { crossEntropy } from "../../losses/cross-entropy.js";
import tf from "../../tensorflow.js";
import type { TaskLoss } from "../task.js";
import { contrasts } from "./simplex.js";

/** Cross entropy under a softmax, of the network and of the heads on latents; no class weighs more than its rows. */
export const classLoss: TaskLoss = {
  kernels: false,
  gaussianTarget: false,
  prediction: ({ prediction, target }) => ofContrasts(prediction, target),
  auxiliary: ({ prediction, target, rows }) => ofContrasts(prediction, target, rows),
  distances: (a, b) => jensenShannonDivergences(logitsOf(a), logitsOf(b)),
};

/** @param outputs contrasts of logits [batch, classes - 1] @param encoded those of the one-hot columns */
function ofContrasts(outputs: Tensor2D, encoded: Tensor2D, rows?: Tensor1D) {
  const oneHot = tf.add(logitsOf(encoded), 1 / (encoded.shape[1] + 1)) as Tensor2D;
  return crossEntropy(logitsOf(outputs), oneHot, rows);
}

/** Contrasts [batch, classes - 1] as numbers of each class, of sum 0. */
function logitsOf(outputs: Tensor2D): Tensor2D {
  const width = outputs.shape[1];
  const classes = width + 1;
  return tf.matMul(outputs, tf.tensor2d(Float32Array.from(contrasts(classes)), [width, classes]));
}
