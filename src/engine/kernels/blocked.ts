import type { Graph } from "../graph/graph.js";
import { reshape, transpose } from "../graph/layout.js";
import { ownOperator as own, type Value } from "../graph/value.js";
import { largestDivisor } from "../shapes.js";
import { type Axis, type Geometry, inputShape, outputShape } from "./geometry.js";
import { asMap, firstShape, fromChannelsFirst, fullChannelsFirst } from "./order.js";
import type { Traced } from "./traced.js";

/*
 * Convolutions over two axes of space by ONNX Runtime's own operators, which take channels in blocks of `graph.block`
 * (com.microsoft.nchwc, made for its optimiser, and faster than the standard ones). They are used where the processor's block
 * is known (onnx/block-size.ts), the sizes fit, and the graph stays within this process: never in an exported file. Each
 * function returns undefined where the standard operators have to do.
 */

/** @param filter [height, width, inputs, outputs] */
export function forwardBlocked(graph: Graph, x: Traced, filter: Value, sizes: Geometry): Traced | undefined {
  const { space, inputs, outputs } = sizes;
  if (!fits(graph, inputs, outputs) || !isPlain(space)) return undefined;
  const strides = space.map(({ stride }) => stride);
  const pads = [...space.map(({ before }) => before), ...space.map(({ after }) => after)];
  return convolve(graph, x, filter, outputShape(sizes), { strides, pads });
}

/**
 * Gradient by the input. With a step s the places of the input fall into s x s classes by their remainder; each is a
 * convolution of dy with every s-th place of the filter, all of them one with s x s times the channels, put in place afterwards.
 */
export function inputGradientBlocked(graph: Graph, dy: Traced, filter: Value, sizes: Geometry): Traced | undefined {
  const { rows, space, inputs, outputs } = sizes;
  if (!fits(graph, outputs, inputs) || inputs % graph.block !== 0 || !isPlain(space)) return undefined;
  const classes = space.map(remainders);
  const taps = classes.reduce((value, { places }, axis) => pick(graph, value, axis, places), filter);
  const counts = space.map(({ stride }) => stride);
  const lengths = classes.map(({ length }) => length);
  // [class, tap] along each axis -> [taps, outputs, classes x inputs]
  const parted = reshape(graph, taps, [counts[0], lengths[0], counts[1], lengths[1], inputs, outputs]);
  const turned = transpose(graph, parted, [1, 3, 5, 0, 2, 4]);
  const all = counts[0] * counts[1] * inputs;
  const weights = reshape(graph, turned, [...lengths, outputs, all]);
  const cells = classes.map(({ cells }) => cells);
  const pads = [...classes.map(({ before }) => before), ...classes.map(({ after }) => after)];
  if (pads.some((pad) => pad < 0)) return undefined;
  const made = convolve(graph, dy, weights, [rows, all, ...cells], { strides: [1, 1], pads });
  return inPlace(graph, made.value, sizes, cells);
}

/** Gradient by the filter, [height, width, inputs, outputs]: rows take the place of channels. */
export function filterGradientBlocked(
  graph: Graph,
  dy: Traced,
  sizes: Geometry,
  /** The input [inputs, rows, ...space], padded. */
  padded: () => Value,
): Value | undefined {
  const { rows, inputs, outputs, space } = sizes;
  const { block } = graph;
  if (block === 1 || outputs % block !== 0 || !isPlain(space)) return undefined;
  if (inputs < block) return filterGradientOfFew(graph, dy, sizes, padded);
  if (rows % block !== 0) return undefined;
  const places = space.map(({ output }) => output);
  const upstream = fullChannelsFirst(graph, dy, block);
  const count = places[0] * places[1];
  const parted = reshape(graph, upstream, [rows / block, block, outputs / block, count, block]);
  const asFilter = reshape(graph, transpose(graph, parted, [2, 0, 3, 1, 4]), [outputs, rows, ...places]);
  const x = padded();
  const blocks = graph.emit(own("ReorderInput"), [x], {}, x.shape);
  const attributes = { kernel_shape: places, dilations: space.map(({ stride }) => stride) };
  const shape = [inputs, outputs, ...space.map(({ filter }) => filter)];
  const value = graph.emit(own("Conv"), [blocks, asFilter], attributes, shape);
  return transpose(graph, graph.emit(own("ReorderOutput"), [value], { channels: outputs }, shape), [2, 3, 0, 1]);
}

/**
 * The same for an input of few channels: some rows at a time take the place of channels, and dy is the filter as it lies.
 * The sums of all of these are added up.
 */
function filterGradientOfFew(
  graph: Graph,
  dy: Traced,
  { rows, inputs, outputs, space }: Geometry,
  padded: () => Value,
): Value | undefined {
  const { block } = graph;
  // the operator takes as many channels as fill blocks, or too few for one
  if (rows > block && rows % block !== 0) return undefined;
  const together = largestDivisor(rows, block - 1);
  if (together < block / 4) return undefined;
  const [groups, parts] = [rows / together, outputs / block];
  const places = space.map(({ output }) => output);
  const upstream = reshape(graph, fullChannelsFirst(graph, dy, block), [
    groups,
    together,
    parts,
    places[0] * places[1],
    block,
  ]);
  const shape = [groups * outputs, together, ...places];
  const asFilter = reshape(graph, transpose(graph, upstream, [0, 2, 1, 3, 4]), shape);
  const attributes = { kernel_shape: places, dilations: space.map(({ stride }) => stride), group: groups };
  const filter = space.map((axis) => axis.filter);
  const value = graph.emit(own("Conv"), [padded(), asFilter], attributes, [inputs, groups * outputs, ...filter]);
  const sizes = [inputs, groups, parts, ...filter, block];
  const left = sizes.filter((_, axis) => axis !== 1);
  const sum = graph.emit("ReduceSum", [reshape(graph, value, sizes), graph.integers([1])], { keepdims: 0 }, left);
  return reshape(graph, transpose(graph, sum, [2, 3, 0, 1, 4]), [...filter, inputs, outputs]);
}

/** A convolution of blocks, or of a few channels that fill none. @param filter [height, width, inputs, outputs] */
function convolve(
  graph: Graph,
  x: Traced,
  filter: Value,
  shape: readonly number[],
  { strides, pads }: { readonly strides: readonly number[]; readonly pads: readonly number[] },
): Traced {
  const [height, width, inputs, outputs] = filter.shape;
  const { block } = graph;
  const [rows, , ...space] = shape;
  const attributes = { kernel_shape: [height, width], strides, pads };
  const few = inputs < block;
  const operand = few ? fullChannelsFirst(graph, x) : asMap(graph, fullChannelsFirst(graph, x, block));
  const weights = few ? fewToBlocks(graph, filter) : blocksToBlocks(graph, filter);
  const value = graph.emit(own("Conv"), [operand, weights], attributes, shape);
  const result = [rows, ...space, outputs];
  return fromChannelsFirst(result, reshape(graph, value, firstShape(result, block)), block);
}

/** [outputs / b, inputs / b, height, width, b of the inputs, b of the outputs] */
function blocksToBlocks(graph: Graph, filter: Value): Value {
  const [height, width, inputs, outputs] = filter.shape;
  const { block: b } = graph;
  const parted = reshape(graph, filter, [height, width, inputs / b, b, outputs / b, b]);
  return reshape(graph, transpose(graph, parted, [4, 2, 0, 1, 3, 5]), [outputs, inputs, height, width]);
}

/** [outputs / b, inputs, height, width, b of the outputs] */
function fewToBlocks(graph: Graph, filter: Value): Value {
  const [height, width, inputs, outputs] = filter.shape;
  const { block: b } = graph;
  const parted = reshape(graph, filter, [height, width, inputs, outputs / b, b]);
  return reshape(graph, transpose(graph, parted, [3, 2, 0, 1, 4]), [outputs, inputs, height, width]);
}

/** Whether channels fill blocks: all of the outputs, and the inputs, unless they are too few for one. */
export function fits({ block }: Graph, inputs: number, outputs: number): boolean {
  return block > 1 && outputs % block === 0 && (inputs % block === 0 || inputs < block);
}

export function isPlain(space: readonly Axis[]): boolean {
  return space.length === 2 && space.every(({ dilation }) => dilation === 1);
}

/**
 * The classes of places of the input along an axis, and the places of the filter that each reads: of class r, the place s j + r
 * gets dy[j + d] times the filter's place r + before - s d, for every d where there is one.
 */
export function remainders({ input, output, filter, stride, before }: Axis) {
  const ranges = Array.from({ length: stride }, (_, r) => ({
    least: Math.ceil((r + before - (filter - 1)) / stride),
    most: Math.floor((r + before) / stride),
  })).filter(({ least, most }) => least <= most);
  const least = Math.min(...ranges.map((range) => range.least));
  const most = Math.max(...ranges.map((range) => range.most));
  const length = most - least + 1;
  const cells = Math.ceil(input / stride);
  const places = Array.from({ length: stride }, (_, r) =>
    Array.from({ length }, (_, m) => {
      const place = r + before - stride * (least + m);
      return place >= 0 && place < filter ? place : filter;
    }),
  ).flat();
  // dy is read at j + least .. j + most for j below `cells`.
  return { length, cells, places, before: -least, after: cells - 1 + most - (output - 1) };
}

/** Places of a filter along one of its axes, in that order; one behind the last is 0. */
export function pick(graph: Graph, filter: Value, axis: number, places: readonly number[]): Value {
  const zeros = filter.shape.map((_, k) => (k === axis ? 1 : 0));
  const longer = filter.shape.map((dim, k) => dim + zeros[k]);
  const none = places.every((place) => place < filter.shape[axis]);
  const pads = graph.integers([...filter.shape.map(() => 0), ...zeros]);
  const whole = none ? filter : graph.emit("Pad", [filter, pads], {}, longer);
  const shape = filter.shape.map((dim, k) => (k === axis ? places.length : dim));
  return graph.emit("Gather", [whole, graph.integers(places)], { axis }, shape);
}

/** Classes of places side by side in the channels -> the input they belong to. */
function inPlace(graph: Graph, classes: Value, sizes: Geometry, cells: readonly number[]): Traced {
  const { rows, inputs, space } = sizes;
  const { block } = graph;
  const [high, wide] = space.map(({ stride }) => stride);
  const groups = inputs / block;
  const parted = reshape(graph, classes, [rows, high, wide, groups, ...cells, block]);
  const ordered = transpose(graph, parted, [0, 3, 4, 1, 5, 2, 6]);
  const whole = [rows, groups, cells[0] * high, cells[1] * wide, block];
  const [, , height, width] = inputShape(sizes);
  const value = crop(graph, reshape(graph, ordered, whole), [height, width]);
  return fromChannelsFirst([rows, height, width, inputs], value, block);
}

function crop(graph: Graph, value: Value, sizes: readonly number[]): Value {
  const axes = [2, 3].filter((axis) => value.shape[axis] !== sizes[axis - 2]);
  if (axes.length === 0) return value;
  const bounds = [axes.map(() => 0), axes.map((axis) => sizes[axis - 2]), axes].map((list) => graph.integers(list));
  const shape = value.shape.map((dim, axis) => (axes.includes(axis) ? sizes[axis - 2] : dim));
  return graph.emit("Slice", [value, ...bounds], {}, shape);
}
