import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";

/** Most numbers of a row that kernels are taken on: distances of more are dearer and say less. */
const mostFeatures = 256;

/** Neighbours that become one number. */
function neighbours(width: number): number {
  return Math.ceil(width / mostFeatures);
}

/**
 * Means of neighbours along a row, at most 256 of them; zeros fill the last one up. A fixed linear map, so that a gradient
 * passes.
 * @param batch [batch, width] @returns [batch, ceil(width / k)], k = ceil(width / 256)
 */
export function pooledFeatures(batch: Tensor2D): Tensor2D {
  const [rows, width] = batch.shape;
  const k = neighbours(width);
  if (k === 1) return batch;
  const groups = Math.ceil(width / k);
  const missing = groups * k - width;
  const whole = missing === 0 ? batch : (tf.concat([batch, tf.zeros([rows, missing])], 1) as Tensor2D);
  return tf.mean(tf.reshape(whole, [rows, groups, k]) as Tensor3D, 2) as Tensor2D;
}

/** The same of rows in memory, row-major. */
export function pooledValues(values: Float32Array, width: number): { values: Float32Array; width: number } {
  const k = neighbours(width);
  if (k === 1) return { values, width };
  const groups = Math.ceil(width / k);
  const rows = values.length / width;
  const out = new Float32Array(rows * groups);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) out[row * groups + Math.floor(i / k)] += values[row * width + i] / k;
  }
  return { values: out, width: groups };
}
