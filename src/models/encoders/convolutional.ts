import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";
import { applyConvolution, type ConvolutionSizes, convolutionSpec } from "../layers/convolution.js";
import { type MapNorm, mapNorm, mapNormSpec } from "../layers/map-norm.js";
import { applyLinear, linearSpec } from "../mlp.js";
import { emptySpec, type ForwardContext, joinSpecs, type ModuleSpec } from "../module.js";
import { type Encoder, encoderOf, latentOutput } from "./encoder.js";

/** Layers of a convolutional encoder. */
export interface ConvolutionalLayers {
  /** Axes of space. */
  readonly dimensions: 1 | 2 | 3;
  /** Step of the first convolution along every axis. */
  readonly stem: number;
  /** Channels of the residual blocks. */
  readonly channels: readonly number[];
  /** Step of each block along every axis. */
  readonly strides: readonly number[];
  readonly norm: MapNorm;
  /** What becomes of a channel over all of space. */
  readonly pool: "average" | "max";
}

export interface ConvolutionalOptions extends ConvolutionalLayers {
  /** Shape of a row: space, and channels last where there are any. */
  readonly shape: readonly number[];
  readonly latentDim: number;
  /** Dropout rate of the pooled channels. */
  readonly dropout: number;
}

/**
 * Convolutional encoder: a strided convolution, residual blocks of two convolutions (He et al. 2016), pooling over all of
 * space, a linear map to the latent, batch normalisation.
 */
export function convolutionalEncoder(name: string, options: ConvolutionalOptions): Encoder {
  const { latentDim, dropout, channels, pool } = options;
  const width = channels[channels.length - 1];
  const features = featureMaps(name, options);
  const output = latentOutput(name, latentDim);
  const noise = `${name}.pool.dropout`;
  const spec = joinSpecs([
    features,
    {
      ...emptySpec,
      noise: dropout > 0 ? [{ name: noise, shape: (batch) => [batch, width], kind: "dropout", rate: dropout }] : [],
    },
    linearSpec(output.name, width, latentDim, { group: "encoder", bias: false, gain: 1 }),
    output,
  ]);
  const body = (context: ForwardContext, x: Tensor2D) => {
    const maps = features.apply(context, x);
    const space = maps.shape.map((_, axis) => axis).slice(1, -1);
    const pooled = (pool === "max" ? tf.max(maps, space) : tf.mean(maps, space)) as Tensor2D;
    const mask = context.noise[noise];
    const kept = mask === undefined ? pooled : (tf.mul(pooled, mask) as Tensor2D);
    return applyLinear(context, output.name, kept, false);
  };
  return encoderOf({ ...spec, body, finish: output.apply, rowwise: options.norm === "group" });
}

export interface FeatureMaps extends ModuleSpec {
  /** @param x [batch, width] @returns [batch, ...space, channels] */
  readonly apply: (context: ForwardContext, x: Tensor2D) => Tensor;
}

/** Everything of a convolutional encoder before the pooling. */
export function featureMaps(
  name: string,
  layers: ConvolutionalLayers & Pick<ConvolutionalOptions, "shape">,
): FeatureMaps {
  const { dimensions, stem, channels, strides, norm } = layers;
  const map = mapShape(layers.shape, dimensions);
  const first = normedConvolution(`${name}.stem`, norm, {
    ...along(dimensions, stem > 2 ? 2 * stem - 1 : 3, stem),
    ...{ inputs: map[map.length - 1], outputs: channels[0] },
  });
  const blocks = channels.map((outputs, i) =>
    residualBlock(`${name}.block${i}`, norm, dimensions, {
      ...{ inputs: channels[Math.max(0, i - 1)], outputs, stride: strides[i] },
    }),
  );
  return {
    ...joinSpecs([first, ...blocks]),
    apply: (context, x) => {
      const picture = tf.reshape(x, [x.shape[0], ...map]);
      return blocks.reduce((h, block) => block.apply(context, h), tf.relu(first.apply(context, picture)));
    },
  };
}

/**
 * Shape of a row as convolutions read it: [...space, channels], a line as a picture of one row.
 * @throws RangeError where the shape has other axes than space, or space and channels
 */
export function mapShape(shape: readonly number[], dimensions: number): number[] {
  if (shape.length !== dimensions && shape.length !== dimensions + 1)
    throw new RangeError(`a convolution over ${dimensions} axes reads no rows of shape [${shape}]`);
  const whole = shape.length === dimensions ? [...shape, 1] : [...shape];
  return dimensions === 1 ? [1, ...whole] : whole;
}

interface Layer extends ModuleSpec {
  readonly apply: (context: ForwardContext, x: Tensor) => Tensor;
}

/** Filter and strides along every axis; a line has one row, over which nothing moves. */
function along(dimensions: number, filter: number, stride: number): Pick<ConvolutionSizes, "filter" | "strides"> {
  if (dimensions === 1) return { filter: [1, filter], strides: [1, stride] };
  return { filter: Array<number>(dimensions).fill(filter), strides: Array<number>(dimensions).fill(stride) };
}

function normedConvolution(name: string, norm: MapNorm, sizes: ConvolutionSizes): Layer {
  return {
    ...joinSpecs([
      convolutionSpec(name, sizes, "encoder"),
      mapNormSpec(`${name}.norm`, sizes.outputs, norm, "encoder"),
    ]),
    apply: (context, x) => mapNorm(context, `${name}.norm`, applyConvolution(context, name, x, sizes), norm),
  };
}

/** relu(F(x) + x), F two convolutions; where the shape changes, x goes through a convolution of one place. */
function residualBlock(
  name: string,
  norm: MapNorm,
  dimensions: number,
  { inputs, outputs, stride }: { readonly inputs: number; readonly outputs: number; readonly stride: number },
): Layer {
  const layer = (part: string, filter: number, step: number, from: number) =>
    normedConvolution(`${name}.${part}`, norm, { ...along(dimensions, filter, step), inputs: from, outputs });
  const [first, second] = [layer("first", 3, stride, inputs), layer("second", 3, 1, outputs)];
  const skip = inputs === outputs && stride === 1 ? null : layer("skip", 1, stride, inputs);
  return {
    ...joinSpecs([first, second, ...(skip === null ? [] : [skip])]),
    apply: (context, x) => {
      const changed = second.apply(context, tf.relu(first.apply(context, x)));
      return tf.relu(tf.add(changed, skip === null ? x : skip.apply(context, x)));
    },
  };
}
