import type { Graph } from "../graph/graph.js";
import { expand, padShape, reshape, transpose } from "../graph/layout.js";
import { ownOperator, type Value } from "../graph/value.js";
import { sizeOf } from "../shapes.js";
import type { Traced } from "./traced.js";

/*
 * Tensors of tfjs have their channels last, [batch, ...space, channels]; convolutions of ONNX want them behind the batch. A
 * traced tensor may therefore keep its value with the channels first and say so in `block`:
 *   block 1      [batch, channels, ...space]
 *   block b > 1  [batch, channels / b, ...space, b], as ONNX Runtime's own convolutions have them; over three axes of space
 *                [batch, depth, channels / b, height, width, b], so that planes of depth are rows to them
 * Elementwise kernels and sums over space pass the order on, so that a chain of convolutions transposes nothing.
 */

/** The tensor with its channels last, where every kernel expects them. */
export function channelsLast(graph: Graph, x: Traced): Traced {
  const { shape, value, block } = x;
  if (block === undefined) return x;
  if (sizeOf(value.shape) === 1) return { shape, value: reshape(graph, value, []) };
  const rank = shape.length;
  const space = axes(2, rank);
  if (block === 1) return { shape, value: transpose(graph, value, [0, ...space, 1]) };
  const ahead = planeAxes(rank);
  const parted = transpose(graph, value, [0, ...axes(1, ahead), ...axes(ahead + 1, rank), ahead, rank]);
  const dims = parted.shape;
  const channels = dims[rank - 1] * dims[rank];
  return { shape, value: reshape(graph, parted, [...dims.slice(0, rank - 1), channels]) };
}

/** The value of a tensor with its channels first, in blocks; repeats stay unwritten. */
export function channelsFirst(graph: Graph, x: Traced, block: number): Value {
  if (x.block === block) return x.value;
  if (isMap(x) && x.block === 1 && x.value.shape[1] % block === 0) return toBlocks(graph, x.value, block);
  if (isMap(x) && block === 1) return swapPlanes(graph, fromBlocks(graph, x.value));
  const { value } = channelsLast(graph, x);
  if (sizeOf(value.shape) === 1) return value;
  const rank = x.shape.length;
  const dims = padShape(value.shape, rank);
  const padded = reshape(graph, value, dims);
  const space = axes(1, rank - 1);
  if (block === 1) return transpose(graph, padded, [0, rank - 1, ...space]);
  const parts = dims[rank - 1] === 1 ? [1, 1] : [dims[rank - 1] / block, block];
  const parted = reshape(graph, padded, [...dims.slice(0, rank - 1), ...parts]);
  const ahead = planeAxes(rank);
  return transpose(graph, parted, [0, ...axes(1, ahead), rank - 1, ...axes(ahead, rank - 1), rank]);
}

/** Axes in front of the channels of a value in blocks: the batch, and the depth of volumes. */
function planeAxes(rank: number): number {
  return rank === 5 ? 2 : 1;
}

/** The value [batch, depth, channels, height, width] of volumes with their channels first. */
export function planesFirst(graph: Graph, x: Traced): Value {
  const { block } = x;
  if (isMap(x) && block !== undefined && block > 1) return fromBlocks(graph, x.value);
  return swapPlanes(graph, fullChannelsFirst(graph, x));
}

/** Channels and depth in turn; a value over two axes of space as it is. */
function swapPlanes(graph: Graph, value: Value): Value {
  return value.shape.length === 5 ? transpose(graph, value, [0, 2, 1, 3, 4]) : value;
}

/** The same with every repeat written out. */
export function fullChannelsFirst(graph: Graph, x: Traced, block = 1): Value {
  return expand(graph, channelsFirst(graph, x, block), firstShape(x.shape, block));
}

/** Shape of a value with the channels first. */
export function firstShape(shape: readonly number[], block: number): number[] {
  const [batch, ...rest] = shape;
  const channels = rest.pop() as number;
  if (block === 1) return [batch, channels, ...rest];
  const planes = rest.splice(0, planeAxes(shape.length) - 1);
  return [batch, ...planes, channels / block, ...rest, block];
}

/** A tensor of which the value with the channels first is known. @param shape of the tensor */
export function fromChannelsFirst(shape: readonly number[], value: Value, block = 1): Traced {
  return { shape, value, block };
}

/**
 * The values of operands of an elementwise operation in one order: that of the first whose channels stand first, else their
 * own.
 */
export function aligned(
  graph: Graph,
  operands: readonly Traced[],
): { readonly values: Value[]; readonly block: number | undefined } {
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  const leading = operands.find(({ block }) => block !== undefined);
  // An operand of lower rank that has an order would broadcast along other axes.
  const mixed = operands.some(({ block, shape }) => block !== undefined && shape.length < rank);
  if (leading?.block === undefined || mixed)
    return { values: operands.map((x) => channelsLast(graph, x).value), block: undefined };
  const { block, shape } = leading;
  const values = operands.map((x) => {
    if (sizeOf(x.value.shape) === 1) return reshape(graph, x.value, []);
    const value = channelsFirst(graph, { ...x, shape: padShape(x.shape, rank) }, block);
    return block > 1 ? alongRows(graph, value, firstShape(shape, block)) : value;
  });
  return { values, block };
}

/**
 * Numbers by channel, repeated over a whole row, of volumes over a plane: an operation on rows then runs along them, where blocks
 * of a few channels would be operations of their own.
 */
function alongRows(graph: Graph, value: Value, shape: readonly number[]): Value {
  const ahead = shape.length === 6 ? 2 : 1;
  const byChannel = sizeOf(value.shape) === value.shape[ahead] * value.shape[shape.length - 1];
  if (!byChannel || value.shape.slice(0, ahead).some((dim) => dim !== 1)) return value;
  return expand(graph, value, [...value.shape.slice(0, ahead), ...shape.slice(ahead)]);
}

/** Whether all numbers of a tensor with its channels first, over two or three axes of space, are written out. */
function isMap({ shape, value, block }: Traced): boolean {
  return block !== undefined && (shape.length === 4 || shape.length === 5) && sizeOf(value.shape) === sizeOf(shape);
}

function toBlocks(graph: Graph, value: Value, block: number): Value {
  const ordered = swapPlanes(graph, value);
  const [channels, height, width] = ordered.shape.slice(-3);
  const ahead = ordered.shape.slice(0, -3);
  const map = reshape(graph, ordered, [sizeOf(ahead), channels, height, width]);
  const blocks = graph.emit(ownOperator("ReorderInput"), [map], {}, map.shape);
  return reshape(graph, blocks, [...ahead, channels / block, height, width, block]);
}

/** Of volumes with their planes behind the batch. */
function fromBlocks(graph: Graph, value: Value): Value {
  const map = asMap(graph, value);
  const plain = graph.emit(ownOperator("ReorderOutput"), [map], { channels: map.shape[1] }, map.shape);
  return reshape(graph, plain, [...value.shape.slice(0, -4), ...map.shape.slice(1)]);
}

/** A value in blocks as these operators name its shape, [rows, channels, height, width]. */
export function asMap(graph: Graph, value: Value): Value {
  const [groups, height, width, lanes] = value.shape.slice(-4);
  return reshape(graph, value, [sizeOf(value.shape.slice(0, -4)), groups * lanes, height, width]);
}

function axes(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
