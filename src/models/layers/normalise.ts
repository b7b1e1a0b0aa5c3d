import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { ForwardContext, ModuleSpec } from "../module.js";
import { constantValues, type ParameterSpec } from "../parameters.js";
import { batchNormInference, batchNormTrain } from "./batch-norm.js";
import { batchNormPresent } from "./present-batch-norm.js";

/** Added to variances before the square root, as in every common implementation. */
export const batchNormEpsilon = 1e-5;

/** `NAME.scale` and `NAME.shift` [width], with running moments of the same name. */
export function batchNormSpec(name: string, width: number, group: ParameterSpec["group"]): ModuleSpec {
  const parameter = (part: string, value: number): ParameterSpec => ({
    name: `${name}.${part}`,
    shape: [width],
    initial: constantValues(width, value),
    decay: false,
    group,
  });
  return { parameters: [parameter("scale", 1), parameter("shift", 0)], moments: [{ name, width }], noise: [] };
}

/**
 * Batch normalisation of x [batch, width]: batch moments in training (and reported), running moments at inference. The
 * moments are of the rows that the context says are present.
 */
export function batchNorm(context: ForwardContext, name: string, x: Tensor2D): Tensor2D {
  const scale = context.parameters[`${name}.scale`] as Tensor1D;
  const shift = context.parameters[`${name}.shift`] as Tensor1D;
  if (!context.training) {
    const { mean, variance } = context.running(name);
    return batchNormInference(x, scale, shift, mean as Tensor1D, variance as Tensor1D, batchNormEpsilon);
  }
  if (context.rows !== undefined) {
    const { y, ...moments } = batchNormPresent(x, scale, shift, batchNormEpsilon, context.rows.present);
    context.observe(name, moments);
    return y;
  }
  const { y, mean, variance } = batchNormTrain(x, scale, shift, batchNormEpsilon);
  context.observe(name, { mean, variance });
  return y;
}
