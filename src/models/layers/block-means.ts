import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";

/** Places of an axis that blocks of `block` places make of it. */
export function blocksIn(size: number, block: number): number {
  return Math.ceil(size / block);
}

/**
 * Means over blocks of a row, axis by axis; zeros fill the last block of an axis up. A fixed linear map, so that a gradient
 * passes.
 * @param batch  [batch, values of a row]
 * @param shape  of a row
 * @param blocks places of a block, by axis
 * @returns [batch, values of a row of means]
 */
export function blockMeans(batch: Tensor2D, shape: readonly number[], blocks: readonly number[]): Tensor2D {
  const [rows] = batch.shape;
  const sizes = [...shape];
  let current = batch;
  blocks.forEach((block, axis) => {
    if (block === 1) return;
    const outer = sizes.slice(0, axis).reduce((product, size) => product * size, rows);
    const inner = sizes.slice(axis + 1).reduce((product, size) => product * size, 1);
    const count = blocksIn(sizes[axis], block);
    const missing = count * block - sizes[axis];
    const apart = tf.reshape(current, [outer, sizes[axis], inner]) as Tensor3D;
    const whole = missing === 0 ? apart : (tf.concat([apart, tf.zeros([outer, missing, inner])], 1) as Tensor3D);
    const means = tf.mean(tf.reshape(whole, [outer * count, block, inner]) as Tensor3D, 1);
    sizes[axis] = count;
    current = tf.reshape(means, [rows, sizes.reduce((product, size) => product * size, 1)]) as Tensor2D;
  });
  return current;
}
