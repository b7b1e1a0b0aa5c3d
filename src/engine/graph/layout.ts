import { sameShape, sizeOf } from "../shapes.js";
import type { Graph } from "./graph.js";
import { isResultOf, type Value } from "./value.js";

/** The same elements in another shape; reshapes of reshapes collapse. */
export function reshape(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  if (isResultOf(value, "Reshape")) return reshape(graph, value.node.inputs[0], shape);
  return graph.emit("Reshape", [value, graph.integers(shape)], {}, shape);
}

/** The value repeated to a shape that it broadcasts to. */
export function expand(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sizeOf(value.shape) === sizeOf(shape)) return reshape(graph, value, shape);
  return graph.emit("Expand", [value, graph.integers(shape)], {}, shape);
}

/** Axes permuted; a permutation that moves only axes of length 1 is a reshape. */
export function transpose(graph: Graph, value: Value, order: readonly number[]): Value {
  const shape = order.map((axis) => value.shape[axis]);
  const moving = order.filter((axis) => value.shape[axis] !== 1);
  if (moving.every((axis, i) => i === 0 || moving[i - 1] < axis)) return reshape(graph, value, shape);
  return graph.emit("Transpose", [value], { perm: order }, shape);
}

/** A matrix or stack of matrices with the last two axes swapped. */
export function swapLastAxes(graph: Graph, value: Value): Value {
  const rank = value.shape.length;
  const order = value.shape.map((_, axis) => axis);
  order[rank - 1] = rank - 2;
  order[rank - 2] = rank - 1;
  return transpose(graph, value, order);
}

/** `shape` with ones in front up to `rank`. */
export function padShape(shape: readonly number[], rank: number): number[] {
  return [...Array<number>(Math.max(0, rank - shape.length)).fill(1), ...shape];
}

/** `shape` without the ones in front: what broadcasting adds by itself. */
export function stripShape(shape: readonly number[]): number[] {
  const first = shape.findIndex((dim) => dim !== 1);
  return first < 0 ? [] : shape.slice(first);
}
