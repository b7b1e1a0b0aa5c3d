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

/** Numbers that the gradient of a pool has put in place among zeros (kernels/halving.ts). */
interface Pooled {
  /** The numbers, [planes, channels / b, 1, places, b]. */
  readonly numbers: Value;
  /** Places of a window. */
  readonly window: number;
  /** Other numbers in these places. */
  readonly place: (numbers: Value) => Value;
  /** What a map has in these places, in the shape of the numbers. */
  readonly find: (map: Value) => Value;
}

/** The sum of two values as one pass, where one is x scale: the other is a shift by channel, or any map. */
export function affineSum(graph: Graph, terms: readonly Value[], isOnlyUse: (input: number) => boolean) {
  for (const [i, term] of terms.entries()) {
    const product = isOnlyUse(i) ? productOf(graph, term) : undefined;
    if (product === undefined) continue;
    // with a map to be added it is one pass less: see `placedTerm`
    if (pooledOf(graph, product.map) !== undefined) return undefined;
    const other = terms[1 - i];
    const shift = byChannel(graph, other, product.map);
    if (shift !== undefined) return affine(graph, product, shift);
    const placed = isOnlyUse(1 - i) ? placedTerm(graph, other) : undefined;
    if (placed !== undefined) return affine(graph, product, placed.shift, placed.addend);
    if (other.shape.length === term.shape.length && sizeOf(other.shape) === sizeOf(term.shape))
      return affine(graph, product, undefined, other);
  }
  return undefined;
}

/** p scale + shift, where p is zero but for numbers in their places: the numbers are scaled before they are placed. */
function placedTerm(graph: Graph, sum: Value): { readonly shift: Value; readonly addend: Value } | undefined {
  if (!isResultOf(sum, "Add")) return undefined;
  const [a, b] = sum.node.inputs;
  for (const [term, other] of [
    [a, b],
    [b, a],
  ]) {
    const product = productOf(graph, term);
    const pooled = product && pooledOf(graph, product.map);
    const shift = product && byChannel(graph, other, product.map);
    if (pooled && shift)
      return { shift, addend: pooled.place(affine(graph, { map: pooled.numbers, scale: product.scale })) };
  }
  return undefined;
}

function affine(graph: Graph, { map, scale }: Product, shift?: Value, addend?: Value): Value {
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
  const row = map.shape.map((dim, axis) => (axis < rank - 4 ? 1 : dim));
  const own = row.map((dim, axis) => (axis === rank - 3 || axis === rank - 2 ? 1 : dim));
  const fits = (shape: readonly number[], wanted: readonly number[]) =>
    shape.every((dim, axis) => dim === wanted[axis]);
  if (!fits(value.shape, row) || numbers.shape.length !== rank || !fits(numbers.shape, own)) return undefined;
  return reshape(graph, numbers, [map.shape[rank - 4] * block]);
}

/** What a map in blocks holds besides zeros where it is the gradient of a pool. */
export function pooledOf(graph: Graph, map: Value): Pooled | undefined {
  if (!isResultOf(map, "Reshape") || map.shape.length < 5) return undefined;
  const [unpool] = map.node.inputs;
  if (!isResultOf(unpool, "MaxUnpool") || unpool.shape.length !== 3) return undefined;
  const [placed, ...rest] = unpool.node.inputs;
  const window = unpool.shape[2] / placed.shape[2];
  const [groups, height, width, lanes] = map.shape.slice(-4);
  const places = (height * width) / 4;
  const shape = [sizeOf(placed.shape) / (groups * places * lanes), groups, 1, places, lanes];
  const place = (numbers: Value) => {
    const operands = [reshape(graph, numbers, placed.shape), ...rest];
    return reshape(graph, graph.emit("MaxUnpool", operands, unpool.node.attributes, unpool.shape), map.shape);
  };
  const find = (other: Value) => {
    const operands = [reshape(graph, other, [sizeOf(map.shape)]), reshape(graph, rest[0], [sizeOf(shape)])];
    return reshape(graph, graph.emit("GatherElements", operands, { axis: 0 }, [sizeOf(shape)]), shape);
  };
  return { numbers: reshape(graph, placed, shape), window, place, find };
}
