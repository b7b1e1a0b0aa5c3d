import { sizeOf } from "../shapes.js";
import type { Graph } from "./graph.js";
import { reshape } from "./layout.js";
import { isResultOf, ownOperator, type Value } from "./value.js";

/*
 * Maps by channel, x scale + shift, of values in blocks of channels [rows, ..., channels / b, height, width, b], and sums of
 * these: one pass by ONNX Runtime's own convolution of every channel by itself, where product and sum would be two.
 */

/** A product of a map and numbers by channel, which `alongRows` (kernels/order.ts) has repeated over a row. */
interface Product {
  readonly map: Value;
  /** [channels] */
  readonly scale: Value;
}

/** x scale + shift, where a sum is that. */
export function affineOf(graph: Graph, [a, b]: readonly Value[], isOnlyUse: (input: number) => boolean) {
  for (const [product, other, input] of [[a, b, 0] as const, [b, a, 1] as const]) {
    const parts = isOnlyUse(input) ? productOf(graph, product) : undefined;
    if (parts === undefined) continue;
    const shift = byChannel(graph, other, parts.map);
    if (shift !== undefined) return affine(graph, parts, shift);
    if (other.shape.length === parts.map.shape.length && sizeOf(other.shape) === sizeOf(parts.map.shape))
      return affine(graph, parts, undefined, other);
  }
  return undefined;
}

function affine(graph: Graph, { map, scale }: Product, shift: Value | undefined, addend?: Value): Value {
  const [groups, height, width, lanes] = map.shape.slice(-4);
  const channels = groups * lanes;
  // a plane is one line: no end of a line stops the pass
  const flat = [sizeOf(map.shape) / (channels * height * width), channels, 1, height * width];
  const operands = [
    reshape(graph, map, flat),
    reshape(graph, scale, [channels, 1, 1, 1]),
    shift ?? graph.constant(new Float32Array(channels), [channels], "float32"),
    ...(addend === undefined ? [] : [reshape(graph, addend, flat)]),
  ];
  const value = graph.emit(ownOperator("Conv"), operands, { kernel_shape: [1, 1], group: channels }, flat);
  return reshape(graph, value, map.shape);
}

function productOf(graph: Graph, value: Value): Product | undefined {
  if (!isResultOf(value, "Mul")) return undefined;
  const [a, b] = value.node.inputs;
  for (const [map, factor] of [
    [a, b],
    [b, a],
  ]) {
    const scale = byChannel(graph, factor, map);
    if (scale !== undefined) return { map, scale };
  }
  return undefined;
}

/** The numbers, [channels], of a value that repeats them over a row of a map in blocks. */
function byChannel(graph: Graph, value: Value, map: Value): Value | undefined {
  const rank = map.shape.length;
  const { block } = graph;
  if (block === 1 || rank < 5 || value.shape.length !== rank || map.shape[rank - 1] !== block) return undefined;
  if (!isResultOf(value, "Expand")) return undefined;
  const [numbers] = value.node.inputs;
  const channels = map.shape[rank - 4] * block;
  const row = map.shape.map((dim, axis) => (axis < rank - 4 ? 1 : dim));
  const own = row.map((dim, axis) => (axis === rank - 3 || axis === rank - 2 ? 1 : dim));
  const fits = (shape: readonly number[], wanted: readonly number[]) =>
    shape.every((dim, axis) => dim === wanted[axis]);
  if (!fits(value.shape, row) || numbers.shape.length !== rank || !fits(numbers.shape, own)) return undefined;
  return reshape(graph, numbers, [channels]);
}
