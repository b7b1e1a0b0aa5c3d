import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import { withGradient } from "../../losses/custom-gradient.js";
import tf from "../../tensorflow.js";
import type { ForwardContext, ModuleSpec } from "../module.js";
import type { ParameterSpec } from "../parameters.js";
import { batchNormEpsilon, batchNormSpec } from "./normalise.js";

/** How the channels of feature maps are normalised. */
export type MapNorm = "batch" | "group";

/** Most groups of channels of a group normalisation. */
const mostGroups = 8;

/** `NAME.scale` and `NAME.shift` [channels]; batch normalisation has running moments of the same name. */
export function mapNormSpec(name: string, channels: number, norm: MapNorm, group: ParameterSpec["group"]): ModuleSpec {
  const spec = batchNormSpec(name, channels, group);
  return norm === "batch" ? spec : { ...spec, moments: [] };
}

/** Normalised feature maps. @param x [batch, ...space, channels] */
export function mapNorm(context: ForwardContext, name: string, x: Tensor, norm: MapNorm): Tensor {
  const scale = context.parameters[`${name}.scale`] as Tensor1D;
  const shift = context.parameters[`${name}.shift`] as Tensor1D;
  if (norm === "group") return groupNorm(x, scale, shift, batchNormEpsilon);
  if (!context.training) {
    const { mean, variance } = context.running(name);
    const slope = tf.mul(scale, tf.rsqrt(tf.add(variance, batchNormEpsilon)));
    return tf.add(tf.mul(x, slope), tf.sub(shift, tf.mul(mean, slope)));
  }
  const { y, ...moments } = mapBatchNorm(x, scale, shift, batchNormEpsilon, context.rows?.present);
  context.observe(name, moments);
  return y;
}

export interface MapBatchNormOutput {
  /** [batch, ...space, channels] */
  readonly y: Tensor;
  /** Mean and variance (divisor: the count) by channel, [channels]. */
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** Places of all rows behind the moments, scalar. */
  readonly count: Tensor;
}

/**
 * Batch normalisation of feature maps: moments by channel over rows and space (Ioffe & Szegedy 2015), of the rows that are
 * there; the others become beta.
 *   y = beta + w gamma (x - mean) / sqrt(variance + epsilon),  w = 1 for rows that are there, else 0
 * The gradient is that of `batchNormPresent`, written as two affine maps by channel:
 *   dx = w (gamma r dy + k1) + xc k2,  r = 1 / sqrt(variance + epsilon), xc = w (x - mean),
 *   k1 = -gamma r sum(w dy) / n,  k2 = -gamma r^3 sum(dy xc) / n
 * @param x       [batch, ...space, channels]
 * @param gamma   [channels], as `beta`
 * @param present w, [batch, 1]; every row is there if left out
 */
export function mapBatchNorm(
  x: Tensor,
  gamma: Tensor1D,
  beta: Tensor1D,
  epsilon: number,
  present?: Tensor,
): MapBatchNormOutput {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const places = x.shape.slice(1, -1).reduce((product, dim) => product * dim, 1);
  if (present === undefined) {
    const mean = tf.mean(x, axes);
    const centred = tf.sub(x, mean);
    const variance = tf.mean(tf.square(centred), axes);
    const count = tf.scalar(x.shape[0] * places);
    return { y: normalise(x, gamma, beta, { centred, variance, count }, epsilon), mean, variance, count };
  }
  const marks = tf.reshape(present, [x.shape[0], ...axes.map(() => 1)]);
  const count = tf.mul(tf.sum(present), places);
  const some = tf.maximum(count, 1);
  const mean = tf.div(tf.sum(tf.mul(x, marks), axes), some);
  const centred = tf.mul(tf.sub(x, mean), marks);
  const variance = tf.div(tf.sum(tf.square(centred), axes), some);
  return { y: normalise(x, gamma, beta, { centred, variance, count: some, marks }, epsilon), mean, variance, count };
}

/** The output; `centred` and `variance` are functions of x, and the gradient accounts for that. */
function normalise(
  x: Tensor,
  gamma: Tensor1D,
  beta: Tensor1D,
  { centred, variance, count, marks }: Record<"centred" | "variance" | "count", Tensor> & { readonly marks?: Tensor },
  epsilon: number,
): Tensor {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  return withGradient([x, gamma, beta], (save) => {
    const rate = tf.rsqrt(tf.add(variance, epsilon));
    const slope = tf.mul(gamma, rate);
    save([centred, rate, slope, count, ...(marks === undefined ? [] : [marks])]);
    return {
      value: tf.add(tf.mul(centred, slope), beta),
      gradient: (dy, [xc, r, gr, n, w]) => {
        const dBeta = tf.sum(dy, axes);
        const dGamma = tf.mul(tf.sum(tf.mul(dy, xc), axes), r);
        const own = w === undefined ? dBeta : tf.sum(tf.mul(dy, w), axes);
        const k1 = tf.neg(tf.div(tf.mul(gr, own), n));
        const k2 = tf.neg(tf.div(tf.mul(gr, tf.mul(r, dGamma)), n));
        const through = tf.add(tf.mul(dy, gr), k1);
        return [tf.add(w === undefined ? through : tf.mul(through, w), tf.mul(xc, k2)), dGamma, dBeta];
      },
    };
  });
}

/**
 * Group normalisation (Wu & He 2018): moments of every row over space and a group of channels, eight groups or the largest
 * number below that divides the channels. What one row gives does not depend on the others.
 * @param x     [batch, ...space, channels]
 * @param gamma [channels], as `beta`
 */
export function groupNorm(x: Tensor, gamma: Tensor1D, beta: Tensor1D, epsilon: number): Tensor {
  const channels = x.shape[x.shape.length - 1];
  const groups = groupsOf(channels);
  const space = x.shape.map((_, axis) => axis).slice(1, -1);
  // By channel over space, then over the channels of a group: nothing as large as x is reshaped.
  const byGroup = (value: Tensor) => {
    const means = tf.reshape(tf.mean(value, space), [x.shape[0], groups, channels / groups]);
    const mean = tf.mean(means, 2, true);
    // Copies side by side: a repeat would be of a number of rows, which an exported graph leaves open.
    const copies = tf.concat(Array<Tensor>(channels / groups).fill(mean), 2);
    return tf.reshape(copies, [x.shape[0], ...space.map(() => 1), channels]);
  };
  const centred = tf.sub(x, byGroup(x));
  const rate = tf.rsqrt(tf.add(byGroup(tf.square(centred)), epsilon));
  return tf.add(tf.mul(centred, tf.mul(rate, gamma)), beta);
}

function groupsOf(channels: number): number {
  for (let groups = mostGroups; groups > 1; groups--) if (channels % groups === 0) return groups;
  return 1;
}
