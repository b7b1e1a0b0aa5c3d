import type { backend_util } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";

/** Sizes of a convolution or pooling along one axis of space. */
export interface Axis {
  readonly input: number;
  readonly output: number;
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros in front of the input and behind it. */
  readonly before: number;
  readonly after: number;
}

/** Sizes of a convolution or pooling over one or more axes of space. */
export interface Geometry {
  readonly rows: number;
  /** Channels of input and output. */
  readonly inputs: number;
  readonly outputs: number;
  readonly space: readonly Axis[];
}

type Pad = "valid" | "same" | number | [[number, number], [number, number], [number, number], [number, number]];
type Sizes2D = [number, number] | number;
type Sizes3D = [number, number, number] | number;

/** Attributes that tfjs gives its convolutions. */
export interface ConvolutionAttributes {
  readonly strides: number | number[];
  readonly pad: Pad;
  readonly dilations?: number | number[];
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dataFormat?: string;
}

/** Attributes that tfjs gives its pools. */
export interface PoolAttributes extends ConvolutionAttributes {
  readonly filterSize: number | number[];
}

/**
 * Geometry of a convolution.
 * @param shape  of the input, [rows, ...space, channels] @param filter its shape, as tfjs has it
 */
export function convolution(
  shape: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations, dimRoundingMode, dataFormat }: ConvolutionAttributes,
  depthwise = false,
): Geometry {
  requireChannelsLast(dataFormat);
  if (shape.length === 5) {
    const [x, f] = [shape, filter] as [
      [number, number, number, number, number],
      [number, number, number, number, number],
    ];
    const info = tf.backend_util.computeConv3DInfo(
      x,
      f,
      strides as Sizes3D,
      (dilations ?? 1) as Sizes3D,
      pad as "same",
    );
    return fromInfo3D(info);
  }
  const [x, f] = [shape, filter] as [[number, number, number, number], [number, number, number, number]];
  const spread = (dilations ?? 1) as Sizes2D;
  return fromInfo2D(
    tf.backend_util.computeConv2DInfo(x, f, strides as Sizes2D, spread, pad, dimRoundingMode, depthwise),
  );
}

/** Geometry of a pool. @param shape of the input */
export function pool(
  shape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode, dataFormat }: PoolAttributes,
): Geometry {
  requireChannelsLast(dataFormat);
  if (shape.length === 5) {
    const x = shape as [number, number, number, number, number];
    const info = tf.backend_util.computePool3DInfo(
      ...([x, filterSize as Sizes3D, strides as Sizes3D, 1, pad as "same", dimRoundingMode] as const),
    );
    return fromInfo3D(info);
  }
  const x = shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(
    ...([x, filterSize as Sizes2D, strides as Sizes2D, 1, pad, dimRoundingMode] as const),
  );
  return fromInfo2D(info);
}

/** What ONNX calls these sizes. */
export function attributesOf({ space }: Geometry) {
  return {
    kernel_shape: space.map(({ filter }) => filter),
    strides: space.map(({ stride }) => stride),
    pads: [...space.map(({ before }) => before), ...space.map(({ after }) => after)],
    dilations: space.map(({ dilation }) => dilation),
  };
}

/** Shapes of input and output with the channels first. */
export function inputShape({ rows, inputs, space }: Geometry): number[] {
  return [rows, inputs, ...space.map(({ input }) => input)];
}
export function outputShape({ rows, outputs, space }: Geometry): number[] {
  return [rows, outputs, ...space.map(({ output }) => output)];
}

/** The length that a filter spans. */
export function span({ filter, dilation }: Axis): number {
  return dilation * (filter - 1) + 1;
}

function requireChannelsLast(format: string | undefined): void {
  if (format !== undefined && format !== "NHWC" && format !== "NDHWC")
    throw new Error(`data format ${format} is not traced; tensors have their channels last`);
}

function fromInfo2D(info: backend_util.Conv2DInfo): Geometry {
  const { top, bottom, left, right } = info.padInfo;
  return {
    ...{ rows: info.batchSize, inputs: info.inChannels, outputs: info.outChannels },
    space: [
      axis(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.dilationHeight, top, bottom),
      axis(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.dilationWidth, left, right),
    ],
  };
}

function fromInfo3D(info: backend_util.Conv3DInfo): Geometry {
  const { front, back, top, bottom, left, right } = info.padInfo;
  return {
    ...{ rows: info.batchSize, inputs: info.inChannels, outputs: info.outChannels },
    space: [
      axis(info.inDepth, info.outDepth, info.filterDepth, info.strideDepth, info.dilationDepth, front, back),
      axis(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, info.dilationHeight, top, bottom),
      axis(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, info.dilationWidth, left, right),
    ],
  };
}

function axis(
  input: number,
  output: number,
  filter: number,
  stride: number,
  dilation: number,
  before: number,
  after: number,
): Axis {
  return { input, output, filter, stride, dilation, before, after };
}
