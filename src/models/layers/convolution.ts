import type { Tensor, Tensor4D, Tensor5D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";
import { emptySpec, type ForwardContext, type ModuleSpec } from "../module.js";
import { normalWeights, type ParameterSpec, product } from "../parameters.js";

/** Sizes of a convolution: two or three axes of space. */
export interface ConvolutionSizes {
  /** Places of the filter along each axis. */
  readonly filter: readonly number[];
  readonly strides: readonly number[];
  readonly inputs: number;
  readonly outputs: number;
}

/** `NAME.filter` [...space, inputs, outputs]; without a bias, which a normalisation would cancel. */
export function convolutionSpec(
  name: string,
  { filter, inputs, outputs }: ConvolutionSizes,
  group: ParameterSpec["group"],
): ModuleSpec {
  const shape = [...filter, inputs, outputs];
  const initial = normalWeights(product(shape), product(filter) * inputs);
  return { ...emptySpec, parameters: [{ name: `${name}.filter`, shape, initial, decay: true, group }] };
}

/** @param x [batch, ...space, inputs] @returns [batch, ...ceil(space / strides), outputs] */
export function applyConvolution(
  { parameters }: ForwardContext,
  name: string,
  x: Tensor,
  { strides }: Pick<ConvolutionSizes, "strides">,
): Tensor {
  const filter = parameters[`${name}.filter`];
  if (strides.length === 3) return tf.conv3d(x as Tensor5D, filter as Tensor5D, triple(strides), "same");
  return tf.conv2d(x as Tensor4D, filter as Tensor4D, [strides[0], strides[1]], "same");
}

function triple([a, b, c]: readonly number[]): [number, number, number] {
  return [a, b, c];
}
