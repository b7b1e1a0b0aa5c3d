import type { Tensor } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";
import { emptySpec, type ForwardContext, type ModuleSpec } from "../module.js";
import { constantValues, type ParameterSpec } from "../parameters.js";
import { batchNormEpsilon } from "./normalise.js";

/** `NAME.scale` and `NAME.shift` [width]. */
export function layerNormSpec(name: string, width: number, group: ParameterSpec["group"]): ModuleSpec {
  const vector = (part: string, value: number): ParameterSpec => ({
    ...{ name: `${name}.${part}`, shape: [width], initial: constantValues(width, value) },
    ...{ decay: false, group },
  });
  return { ...emptySpec, parameters: [vector("scale", 1), vector("shift", 0)] };
}

/**
 * Layer normalisation (Ba et al. 2016): every place by its own mean and variance over the last axis, so that what one row gives
 * does not depend on the others.
 *   y = shift + scale (x - mean) / sqrt(variance + epsilon)
 * @param x [..., width]
 */
export function layerNorm({ parameters }: ForwardContext, name: string, x: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const rate = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), batchNormEpsilon));
  return tf.add(tf.mul(tf.mul(centred, rate), parameters[`${name}.scale`]), parameters[`${name}.shift`]);
}
