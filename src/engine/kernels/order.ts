import type { Graph } from "../graph/graph.js";
import { expand, padShape, reshape, transpose } from "../graph/layout.js";
import type { Value } from "../graph/value.js";
import { sizeOf } from "../shapes.js";
import type { Traced } from "./traced.js";

/*
 * Tensors of tfjs have their channels last, [batch, ...space, channels]; convolutions of ONNX want them behind the batch. A
 * traced tensor may therefore keep its value with the channels first and say so in `block`:
 *   block 1      [batch, channels, ...space]
 *   block b > 1  [batch, channels / b, ...space, b], as ONNX Runtime's own convolutions have them
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
  const parted = transpose(graph, value, [0, ...space, 1, rank]);
  const dims = parted.shape;
  const channels = dims[rank - 1] * dims[rank];
  return { shape, value: reshape(graph, parted, [...dims.slice(0, rank - 1), channels]) };
}

/** The value of a tensor with its channels first, in blocks; repeats stay unwritten. */
export function channelsFirst(graph: Graph, x: Traced, block: number): Value {
  if (x.block === block) return x.value;
  if (isMap(x) && x.block === 1) return toBlocks(graph, x.value, block);
  if (isMap(x) && block === 1) return fromBlocks(graph, x.value);
  const { value } = channelsLast(graph, x);
  if (sizeOf(value.shape) === 1) return value;
  const rank = x.shape.length;
  const dims = padShape(value.shape, rank);
  const padded = reshape(graph, value, dims);
  const space = axes(1, rank - 1);
  if (block === 1) return transpose(graph, padded, [0, rank - 1, ...space]);
  const parts = dims[rank - 1] === 1 ? [1, 1] : [dims[rank - 1] / block, block];
  const parted = reshape(graph, padded, [...dims.slice(0, rank - 1), ...parts]);
  return transpose(graph, parted, [0, rank - 1, ...space, rank]);
}

/** The same with every repeat written out. */
export function fullChannelsFirst(graph: Graph, x: Traced, block = 1): Value {
  return expand(graph, channelsFirst(graph, x, block), firstShape(x.shape, block));
}

/** Shape of a value with the channels first. */
export function firstShape(shape: readonly number[], block: number): number[] {
  const [batch, ...rest] = shape;
  const channels = rest.pop() as number;
  return block === 1 ? [batch, channels, ...rest] : [batch, channels / block, ...rest, block];
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
 * Numbers by channel, repeated over a whole row: an operation on rows then runs along them, where blocks of a few channels
 * would be operations of their own.
 */
function alongRows(graph: Graph, value: Value, shape: readonly number[]): Value {
  const byChannel = sizeOf(value.shape) === value.shape[1] * value.shape[value.shape.length - 1];
  return byChannel && value.shape[0] === 1 ? expand(graph, value, [1, ...shape.slice(1)]) : value;
}

/** Whether all numbers of a tensor with its channels first, over two axes of space, are written out. */
function isMap({ shape, value, block }: Traced): boolean {
  return block !== undefined && shape.length === 4 && sizeOf(value.shape) === sizeOf(shape);
}

/** Name of an operator of ONNX Runtime for channels in blocks, with its domain. */
export function ownOperator(op: string): string {
  return `com.microsoft.nchwc:${op}`;
}

function toBlocks(graph: Graph, value: Value, block: number): Value {
  const [rows, channels, height, width] = value.shape;
  const blocks = graph.emit(ownOperator("ReorderInput"), [value], {}, value.shape);
  return reshape(graph, blocks, [rows, channels / block, height, width, block]);
}

function fromBlocks(graph: Graph, value: Value): Value {
  const map = asMap(graph, value);
  return graph.emit(ownOperator("ReorderOutput"), [map], { channels: map.shape[1] }, map.shape);
}

/** A value in blocks as these operators name its shape, [rows, channels, height, width]. */
export function asMap(graph: Graph, value: Value): Value {
  const [rows, groups, height, width, lanes] = value.shape;
  return reshape(graph, value, [rows, groups * lanes, height, width]);
}

function axes(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
