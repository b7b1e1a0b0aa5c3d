import tf from "../../tensorflow.js";
import { applyFactor, splitFactor } from "../graph/arithmetic.js";
import type { Graph } from "../graph/graph.js";
import { expand, padShape, reshape, stripShape, transpose } from "../graph/layout.js";
import type { DType, Value } from "../graph/value.js";
import { sameShape, sizeOf } from "../shapes.js";
import { full, type Kernel, type KernelTable, kernel, normalAxis, type Traced, traced } from "./kernel.js";

/** Kernels that move, repeat or make elements without computing on them. */
export const shapeKernels: KernelTable = {
  Reshape: kernel<{ shape: number[] }>(({ graph, inputs: { x }, attrs }) =>
    reshapeTraced(graph, x, tf.util.inferFromImplicitShape(attrs.shape, sizeOf(x.shape))),
  ),
  ExpandDims: kernel<{ dim: number }>(({ graph, inputs: { input }, attrs }) => {
    const shape = [...input.shape];
    shape.splice(normalAxis(attrs.dim, shape.length + 1), 0, 1);
    return reshapeTraced(graph, input, shape);
  }),
  Transpose: kernel<{ perm: number[] }>(({ graph, inputs: { x }, attrs: { perm } }) => {
    const shape = perm.map((axis) => x.shape[axis]);
    const { value, factor } = splitFactor(x.value);
    const padded = reshape(graph, value, padShape(value.shape, shape.length));
    return { shape, value: applyFactor(graph, transpose(graph, padded, perm), factor) };
  }),
  Tile: kernel<{ reps: number[] }>(({ graph, inputs: { x }, attrs: { reps } }) => {
    const shape = x.shape.map((dim, axis) => dim * reps[axis]);
    if (reps.every((n, axis) => n === 1 || x.shape[axis] === 1)) return { shape, value: x.value };
    return traced(graph.emit("Tile", [full(graph, x), graph.integers(reps)], {}, shape));
  }),
  BroadcastTo: kernel<{ shape: number[] }>(({ inputs: { x }, attrs: { shape } }) => ({ shape, value: x.value })),
  Fill: kernel<{ shape: number[]; value: number; dtype?: DType }>(({ graph, attrs: { shape, value, dtype } }) => ({
    shape,
    value: graph.scalar(value, dtype ?? "float32"),
  })),
  ZerosLike: filledLike(0),
  OnesLike: filledLike(1),
  Range: kernel<{ start: number; stop: number; step: number; dtype?: DType }>(({ graph, attrs }) => {
    const length = Math.max(0, Math.ceil((attrs.stop - attrs.start) / attrs.step));
    const values = Array.from({ length }, (_, i) => attrs.start + i * attrs.step);
    return traced(graph.constant(values, [length], attrs.dtype ?? "float32"));
  }),
  LinSpace: kernel<{ start: number; stop: number; num: number }>(({ graph, attrs: { start, stop, num } }) => {
    const values = Array.from({ length: num }, (_, i) => start + (i * (stop - start)) / Math.max(1, num - 1));
    return traced(graph.constant(values, [num], "float32"));
  }),
  Concat: kernel<{ axis: number }>(({ graph, inputs, attrs }) => concat(graph, Object.values(inputs), attrs.axis)),
  Pack: kernel<{ axis: number }>(({ graph, inputs, attrs: { axis } }) => {
    const stacked = Object.values(inputs).map((x) => {
      const shape = [...x.shape];
      shape.splice(normalAxis(axis, shape.length + 1), 0, 1);
      return reshapeTraced(graph, x, shape);
    });
    return concat(graph, stacked, axis);
  }),
  SplitV: kernel<{ numOrSizeSplits: number | number[]; axis?: number }>(({ graph, inputs: { x }, attrs }) => {
    const axis = normalAxis(attrs.axis ?? 0, x.shape.length);
    return split(graph, x, splitSizes(attrs.numOrSizeSplits, x.shape[axis]), axis).map(traced);
  }),
  Unpack: kernel<{ axis: number }>(({ graph, inputs: { value: x }, attrs }) => {
    const axis = normalAxis(attrs.axis, x.shape.length);
    const shape = x.shape.filter((_, i) => i !== axis);
    const parts = split(graph, x, splitSizes(x.shape[axis], x.shape[axis]), axis);
    return parts.map((part) => traced(reshape(graph, part, shape)));
  }),
  Slice: kernel<{ begin: number[]; size: number[] }>(({ graph, inputs: { x }, attrs: { begin, size } }) => {
    const shape = size.map((length, axis) => (length < 0 ? x.shape[axis] - begin[axis] : length));
    const end = begin.map((first, axis) => first + shape[axis]);
    return traced(slice(graph, full(graph, x), begin, end, shape));
  }),
  PadV2: kernel<{ paddings: [number, number][]; constantValue: number }>(({ graph, inputs: { x }, attrs }) => {
    const { paddings, constantValue } = attrs;
    const shape = x.shape.map((dim, axis) => dim + paddings[axis][0] + paddings[axis][1]);
    const pads = graph.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
    const filler = graph.scalar(constantValue, x.value.dtype);
    return traced(graph.emit("Pad", [full(graph, x), pads, filler], {}, shape));
  }),
  Reverse: kernel<{ dims: number | number[] }>(({ graph, inputs: { x }, attrs }) => {
    const axes = [attrs.dims].flat().map((axis) => normalAxis(axis, x.shape.length));
    if (axes.length === 0) return x;
    const constants = [-1, Number.MIN_SAFE_INTEGER].map((n) => graph.integers(axes.map(() => n)));
    const operands = [full(graph, x), ...constants, graph.integers(axes), constants[0]];
    return traced(graph.emit("Slice", operands, {}, x.shape));
  }),
};

/** A traced tensor in another shape. Where only axes of length 1 come or go, repeated axes stay unwritten. */
export function reshapeTraced(graph: Graph, x: Traced, shape: readonly number[]): Traced {
  const { value } = x;
  if (value.shape.length === 0) return { shape, value };
  // Axes are counted from the last one: a value may have fewer than its operand, and more only where that is a scalar.
  if (sameShape(stripShape(x.shape), stripShape(shape)))
    return { shape, value: reshape(graph, value, value.shape.slice(-Math.max(1, shape.length))) };
  const squeezed = (dims: readonly number[]) => dims.filter((dim) => dim !== 1);
  if (sizeOf(value.shape) !== sizeOf(shape) && sameShape(squeezed(x.shape), squeezed(shape))) {
    const dims = padShape(value.shape, x.shape.length).filter((_, axis) => x.shape[axis] !== 1);
    let next = 0;
    return {
      shape,
      value: reshape(
        graph,
        value,
        shape.map((dim) => (dim === 1 ? 1 : dims[next++])),
      ),
    };
  }
  const scaled = splitFactor(full(graph, x));
  return { shape, value: applyFactor(graph, reshape(graph, scaled.value, shape), scaled.factor) };
}

function filledLike(number: number): Kernel {
  return ({ graph, inputs: { x } }) => ({ shape: x.shape, value: graph.scalar(number, x.value.dtype) });
}

function concat(graph: Graph, parts: readonly Traced[], givenAxis: number): Traced {
  const axis = normalAxis(givenAxis, parts[0].shape.length);
  const shape = [...parts[0].shape];
  shape[axis] = parts.reduce((sum, part) => sum + part.shape[axis], 0);
  const values = parts.filter((part) => sizeOf(part.shape) > 0).map((part) => full(graph, part));
  return traced(values.length === 1 ? expand(graph, values[0], shape) : graph.emit("Concat", values, { axis }, shape));
}

function splitSizes(given: number | readonly number[], length: number): number[] {
  if (typeof given === "number") return Array<number>(given).fill(length / given);
  const rest = length - given.reduce((sum, size) => sum + Math.max(0, size), 0);
  return given.map((size) => (size < 0 ? rest : size));
}

function split(graph: Graph, x: Traced, sizes: readonly number[], axis: number): readonly Value[] {
  const operand = full(graph, x);
  return splitValue(graph, operand, sizes, axis);
}

/** Parts of a value; in two or more rounds where they are more than one node may have. */
function splitValue(graph: Graph, value: Value, sizes: readonly number[], axis: number): readonly Value[] {
  if (sizes.length === 1) return [value];
  if (sizes.length > graph.mostOutputs) {
    const groups = grouped(sizes, graph.mostOutputs);
    const totals = groups.map((group) => group.reduce((a, b) => a + b, 0));
    const parts = splitValue(graph, value, totals, axis);
    return groups.flatMap((group, i) => splitValue(graph, parts[i], group, axis));
  }
  const { dtype } = value;
  const outputs = sizes.map((size) => ({ shape: value.shape.map((dim, i) => (i === axis ? size : dim)), dtype }));
  return graph.emitMany("Split", [value, graph.integers(sizes)], { axis }, outputs);
}

/** A list in at most `count` runs of nearly equal length. */
function grouped(list: readonly number[], count: number): number[][] {
  const length = Math.ceil(list.length / count);
  return Array.from({ length: Math.ceil(list.length / length) }, (_, i) => list.slice(i * length, (i + 1) * length));
}

function slice(
  graph: Graph,
  value: Value,
  begin: readonly number[],
  end: readonly number[],
  shape: readonly number[],
): Value {
  const axes = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== value.shape[axis]);
  if (axes.length === 0) return value;
  const bounds = [begin, end].map((list) => graph.integers(axes.map((axis) => list[axis])));
  return graph.emit("Slice", [value, ...bounds, graph.integers(axes)], {}, shape);
}
