import type { Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import type { ForwardContext, ModuleSpec } from "./module.js";
import { fittedParameter } from "./parameters.js";

/** Sizes of what a model holds of its training rows. */
export interface NeighboursShape {
  /** Training rows, n. */
  readonly rows: number;
  /** Coordinates of a place, D. */
  readonly width: number;
}

/** What the network errs by at training rows near a row: what it should have said there, and did not. */
export interface Neighbours extends ModuleSpec {
  /**
   * With the place p = z A - a of the latents z, places s_i and errors r_i of the training rows:
   *   sum_i k_i r_i / (w + sum_i k_i),   k_i = exp(-|p - s_i|^2)
   * w is `silence`: where no training row is near, nothing is added.
   * @param latents [batch, M d], of the modalities side by side @returns [batch, dm] in the space of the transformed target
   */
  readonly errors: (context: ForwardContext, latents: Tensor2D) => Tensor2D;
}

/** The weight of saying nothing, where a training row in the same place has 1. */
export const silence = 0.3;

/** Names of the parameters. */
export const neighbourNames = {
  /** A, [M d, D] */
  projection: "neighbours.projection",
  /** a, [D] */
  origin: "neighbours.origin",
  /** s_i, [n, D] */
  places: "neighbours.places",
  /** r_i times the share of them that is added, [n, dm] */
  errors: "neighbours.errors",
} as const;

/**
 * A kernel regression of the network's errors on the places of rows among the latents (Nadaraya 1964, Watson 1964), with a
 * constant in the denominator. No training step reads it: it is fitted when the network is trained.
 * @param latents M d
 * @param targets dm
 */
export function neighbours({ rows, width }: NeighboursShape, latents: number, targets: number): Neighbours {
  return {
    parameters: [
      fittedParameter(neighbourNames.projection, [latents, width]),
      fittedParameter(neighbourNames.origin, [width]),
      fittedParameter(neighbourNames.places, [rows, width]),
      fittedParameter(neighbourNames.errors, [rows, targets]),
    ],
    moments: [],
    noise: [],
    errors: ({ parameters }, own) => {
      const { projection, origin, places, errors } = neighbourNames;
      const place = tf.sub(tf.matMul(own, parameters[projection] as Tensor2D), parameters[origin]) as Tensor2D;
      const kernel = tf.exp(tf.neg(squaredDistances(place, parameters[places] as Tensor2D))) as Tensor2D;
      const weighed = tf.matMul(kernel, parameters[errors] as Tensor2D);
      return tf.div(weighed, tf.add(tf.sum(kernel, 1, true), silence)) as Tensor2D;
    },
  };
}

/** [a, b] of the rows of x [a, D] and y [b, D]; rounding leaves none below 0. */
function squaredDistances(x: Tensor2D, y: Tensor2D): Tensor2D {
  const squares = (rows: Tensor2D) => tf.sum(tf.mul(rows, rows), 1);
  const products = tf.mul(tf.matMul(x, y, false, true), -2);
  const own = tf.reshape(squares(x), [x.shape[0], 1]);
  return tf.relu(tf.add(tf.add(products, own), squares(y))) as Tensor2D;
}
