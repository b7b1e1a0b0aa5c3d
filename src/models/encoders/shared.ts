import type { Tensor2D } from "@tensorflow/tfjs";
import { presentRows } from "../../losses/present-rows.js";
import tf from "../../tensorflow.js";
import type { ForwardContext } from "../module.js";
import { type Encoder, encoderOf } from "./encoder.js";

/**
 * One encoder for several pictures of a row:
 *   latent = sum_k m_k body(x_k) / max(1, sum_k m_k),  m_k = 1 where picture k is there, else 0
 * with the last normalisation after the mean. A picture of nothing but zeros, which is what one that is missing becomes, is not
 * there; moments of batch normalisations are of pictures that are.
 * @param one   encoder of one picture, [rows, width]
 * @param count pictures of a row, side by side: [batch, count * width]
 */
export function sharedEncoder(one: Encoder, count: number): Encoder {
  return encoderOf({
    ...one,
    noise: one.noise.map((noise) => ({ ...noise, shape: (batch: number) => noise.shape(batch * count) })),
    body: (context, x) => {
      const [batch, width] = x.shape;
      const pictures = tf.reshape(x, [batch * count, width / count]) as Tensor2D;
      const there = tf.sign(tf.max(tf.abs(pictures), 1, true)) as Tensor2D;
      const latents = one.body(ofPictures(context, there), pictures);
      const sums = tf.sum(tf.reshape(tf.mul(latents, there), [batch, count, latents.shape[1]]), 1);
      const counts = tf.sum(tf.reshape(there, [batch, count]), 1, true);
      return tf.div(sums, tf.maximum(counts, 1)) as Tensor2D;
    },
  });
}

/** The context of the pictures; rows that have the modality are those with a picture. */
function ofPictures(context: ForwardContext, there: Tensor2D): ForwardContext {
  return context.training ? { ...context, rows: presentRows(there) } : context;
}
