import type { Graph } from "../graph/graph.js";
import { reshape, transpose } from "../graph/layout.js";
import type { Value } from "../graph/value.js";
import { filterGradientBlocked, forwardBlocked, inputGradientBlocked } from "./blocked.js";
import {
  attributesOf,
  type ConvolutionAttributes,
  convolution,
  type Geometry,
  inputShape,
  outputShape,
  span,
} from "./geometry.js";
import { anyOrder, full, type Kernel, type KernelTable, type Traced, traced } from "./kernel.js";
import { fromChannelsFirst, fullChannelsFirst, planesFirst } from "./order.js";
import { filterGradientPlanes, forwardPlanes, inputGradientPlanes } from "./planes.js";

/** Convolutions over two and three axes of space, and their gradients. */
export const convolutionKernels: KernelTable = {
  Conv2D: forward(),
  Conv2DBackpropInput: inputGradient(),
  Conv2DBackpropFilter: filterGradient(),
  Conv3D: forward(),
  Conv3DBackpropInputV2: inputGradient(),
  Conv3DBackpropFilterV2: filterGradient(),
  DepthwiseConv2dNative: anyOrder<ConvolutionAttributes>(({ graph, inputs: { x, filter }, attrs }) => {
    const sizes = convolution(x.shape, filter.shape, attrs, true);
    const operands = [fullChannelsFirst(graph, x), depthwiseFilter(graph, filter)];
    const value = graph.emit("Conv", operands, { ...attributesOf(sizes), group: sizes.inputs }, outputShape(sizes));
    return result(value);
  }),
  DepthwiseConv2dNativeBackpropInput: anyOrder<ConvolutionAttributes & { inputShape: number[] }>(
    ({ graph, inputs: { dy, filter }, attrs }) => {
      const sizes = convolution(attrs.inputShape, filter.shape, attrs, true);
      return result(spread(graph, fullChannelsFirst(graph, dy), depthwiseFilter(graph, filter), sizes, sizes.inputs));
    },
  ),
  DepthwiseConv2dNativeBackpropFilter: anyOrder<ConvolutionAttributes & { filterShape: number[] }>(
    ({ graph, inputs: { x, dy }, attrs }) => {
      const sizes = convolution(x.shape, attrs.filterShape, attrs, true);
      const value = depthwiseFilterGradient(graph, fullChannelsFirst(graph, x), fullChannelsFirst(graph, dy), sizes);
      return traced(reshape(graph, value, attrs.filterShape));
    },
  ),
};

function forward(): Kernel {
  return anyOrder<ConvolutionAttributes>(({ graph, inputs: { x, filter }, attrs }) => {
    const { sizes, unread } = withoutUnread(convolution(x.shape, filter.shape, attrs));
    const weights = full(graph, filter);
    const blocked = isRead(unread) && (isVolume(sizes) ? forwardPlanes : forwardBlocked)(graph, x, weights, sizes);
    if (blocked) return blocked;
    const operands = [padBy(graph, fullChannelsFirst(graph, x), unread, -1), outputsFirst(graph, weights)];
    return result(graph.emit("Conv", operands, attributesOf(sizes), outputShape(sizes)));
  });
}

function inputGradient(): Kernel {
  return anyOrder<ConvolutionAttributes & { inputShape: number[] }>(({ graph, inputs: { dy, filter }, attrs }) => {
    const { sizes, unread } = withoutUnread(convolution(attrs.inputShape, filter.shape, attrs));
    const weights = full(graph, filter);
    const blocked =
      isRead(unread) && (isVolume(sizes) ? inputGradientPlanes : inputGradientBlocked)(graph, dy, weights, sizes);
    if (blocked) return blocked;
    const upstream = fullChannelsFirst(graph, dy);
    const plain = sizes.space.every(({ stride, dilation }) => stride === 1 && dilation === 1);
    const made = (plain ? slide : spread)(graph, upstream, outputsFirst(graph, weights), sizes);
    return result(padBy(graph, made, unread, 1));
  });
}

function filterGradient(): Kernel {
  return anyOrder<ConvolutionAttributes & { filterShape: number[] }>(({ graph, inputs: { x, dy }, attrs }) => {
    const sizes = convolution(x.shape, attrs.filterShape, attrs);
    const padded = () => padSpace(graph, swapFirst(graph, fullChannelsFirst(graph, x)), sizes.space);
    const blocked = isVolume(sizes)
      ? filterGradientPlanes(graph, dy, sizes, () => paddedPlanes(graph, x, sizes))
      : filterGradientBlocked(graph, dy, sizes, padded);
    if (blocked !== undefined) return traced(blocked);
    const rank = x.shape.length;
    const value = correlate(graph, padded(), swapFirst(graph, fullChannelsFirst(graph, dy)), sizes);
    return traced(transpose(graph, value, [...range(2, rank), 0, 1]));
  });
}

/** Places at the ends of every axis that no filter reaches. */
type Unread = readonly { readonly before: number; readonly after: number }[];

function isRead(unread: Unread): boolean {
  return unread.every(({ before, after }) => before === 0 && after === 0);
}

/**
 * A convolution of the places that it reads. tfjs gives a filter smaller than its step a negative padding over three axes of
 * space: it then starts within the input.
 */
function withoutUnread(sizes: Geometry): { readonly sizes: Geometry; readonly unread: Unread } {
  const less = (pad: number) => Math.max(0, -pad);
  const unread = sizes.space.map(({ before, after }) => ({ before: less(before), after: less(after) }));
  const space = sizes.space.map((axis, i) => ({
    ...axis,
    input: axis.input - unread[i].before - unread[i].after,
    before: Math.max(0, axis.before),
    after: Math.max(0, axis.after),
  }));
  return { sizes: { ...sizes, space }, unread };
}

/** A value [rows, channels, ...space] with those places added, as zeros, or (sign -1) taken away. */
function padBy(graph: Graph, value: Value, places: Unread, sign: 1 | -1): Value {
  const ends = (end: "before" | "after") => [0, 0, ...places.map((axis) => (axis[end] === 0 ? 0 : sign * axis[end]))];
  const [before, after] = [ends("before"), ends("after")];
  if ([...before, ...after].every((pad) => pad === 0)) return value;
  const shape = value.shape.map((dim, axis) => dim + before[axis] + after[axis]);
  return graph.emit("Pad", [value, graph.integers([...before, ...after])], {}, shape);
}

/** A filter [...space, inputs, outputs] as ONNX has it, [outputs, inputs, ...space]. */
function outputsFirst(graph: Graph, filter: Value): Value {
  const rank = filter.shape.length;
  return transpose(graph, filter, [rank - 1, rank - 2, ...range(0, rank - 2)]);
}

/** A filter [height, width, channels, multiples] as a grouped convolution has it, [channels multiples, 1, height, width]. */
function depthwiseFilter(graph: Graph, filter: Traced): Value {
  const [height, width, channels, multiples] = filter.shape;
  const first = transpose(graph, full(graph, filter), [2, 3, 0, 1]);
  return reshape(graph, first, [channels * multiples, 1, height, width]);
}

/** Gradient by the input where the filter moves in steps of one: dy convolved with the filter turned around. */
function slide(graph: Graph, dy: Value, filter: Value, sizes: Geometry): Value {
  const { space } = sizes;
  const turned = flip(graph, swapFirst(graph, filter));
  const attributes = {
    kernel_shape: space.map((axis) => axis.filter),
    strides: space.map(() => 1),
    pads: [...space.map((a) => a.filter - 1 - a.before), ...space.map((a) => a.filter - 1 - a.after)],
    dilations: space.map(() => 1),
  };
  // More padding than the filter has places: the outer outputs saw zeros alone.
  if (attributes.pads.some((pad) => pad < 0)) return spread(graph, dy, filter, sizes);
  return graph.emit("Conv", [dy, turned], attributes, inputShape(sizes));
}

/** Gradient by the input for any stride: every dy spreads the filter over what it was made of. */
export function spread(graph: Graph, dy: Value, filter: Value, sizes: Geometry, group = 1): Value {
  const { space } = sizes;
  // Behind the last place of the filter the input may go on, unread.
  const rest = space.map((axis) => {
    const { input, output, stride, before, after } = axis;
    return input - ((output - 1) * stride + span(axis) - before - after);
  });
  const attributes = { ...attributesOf(sizes), output_padding: rest, group };
  return graph.emit("ConvTranspose", [dy, filter], attributes, inputShape(sizes));
}

/**
 * Gradient by the filter: x is correlated with dy, whose places are as far apart as the filter's steps were.
 * @param x  [inputs, rows, ...space], padded @param dy [outputs, rows, ...space] @returns [inputs, outputs, ...filter]
 */
function correlate(graph: Graph, x: Value, dy: Value, { inputs, outputs, space }: Geometry): Value {
  const attributes = {
    kernel_shape: space.map(({ output }) => output),
    strides: space.map(({ dilation }) => dilation),
    dilations: space.map(({ stride }) => stride),
  };
  return graph.emit("Conv", [x, dy], attributes, [inputs, outputs, ...space.map(({ filter }) => filter)]);
}

/** The input with the zeros that the filter saw around it, and without what no place of the filter reached. */
function padSpace(graph: Graph, x: Value, space: Geometry["space"]): Value {
  const places = space.map((axis) => ({
    before: axis.before,
    after: axis.stride * (axis.output - 1) + span(axis) - axis.input - axis.before,
  }));
  return padBy(graph, x, places, 1);
}

/** The input [inputs, rows, depth, height, width], padded along height and width alone. */
function paddedPlanes(graph: Graph, x: Traced, { rows, inputs, space: [{ input: depth }, ...space] }: Geometry): Value {
  const planes = reshape(graph, planesFirst(graph, x), [rows * depth, inputs, ...x.shape.slice(2, 4)]);
  const padded = padSpace(graph, swapFirst(graph, planes), space);
  return reshape(graph, padded, [inputs, rows, depth, ...padded.shape.slice(2)]);
}

function isVolume({ space }: Geometry): boolean {
  return space.length === 3;
}

/** One place of the filter after the other: sums over rows and places of input times dy. @returns [places, channels, multiples] */
function depthwiseFilterGradient(graph: Graph, x: Value, dy: Value, { rows, inputs, outputs, space }: Geometry): Value {
  const padded = padSpace(graph, x, space);
  const multiples = outputs / inputs;
  const places = space.map(({ output }) => output);
  const upstream = reshape(graph, dy, [rows, inputs, multiples, ...places]);
  const [height, width] = space;
  const sums = range(0, height.filter).flatMap((i) =>
    range(0, width.filter).map((j) => {
      const from = [i * height.dilation, j * width.dilation];
      const to = from.map((first, axis) => first + space[axis].stride * (space[axis].output - 1) + 1);
      const bounds = [from, to, [2, 3], space.map(({ stride }) => stride)].map((list) => graph.integers(list));
      const seen = graph.emit("Slice", [padded, ...bounds], {}, [rows, inputs, ...places]);
      const product = graph.emit(
        "Mul",
        [upstream, reshape(graph, seen, [rows, inputs, 1, ...places])],
        {},
        upstream.shape,
      );
      const cells = reshape(graph, product, [rows, inputs * multiples, places[0] * places[1]]);
      return graph.emit("ReduceSum", [cells, graph.integers([0, 2])], { keepdims: 0 }, [inputs * multiples]);
    }),
  );
  return sums.length === 1 ? sums[0] : graph.emit("Concat", sums, { axis: 0 }, [sums.length * inputs * multiples]);
}

/** A value with its axes of space turned around. */
function flip(graph: Graph, value: Value): Value {
  const axes = range(2, value.shape.length).filter((axis) => value.shape[axis] > 1);
  if (axes.length === 0) return value;
  const all = (entry: number) => graph.integers(axes.map(() => entry));
  const operands = [value, all(-1), all(Number.MIN_SAFE_INTEGER), graph.integers(axes), all(-1)];
  return graph.emit("Slice", operands, {}, value.shape);
}

function swapFirst(graph: Graph, value: Value): Value {
  return transpose(graph, value, [1, 0, ...range(2, value.shape.length)]);
}

function result(value: Value): Traced {
  const [rows, channels, ...space] = value.shape;
  return fromChannelsFirst([rows, ...space, channels], value);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
