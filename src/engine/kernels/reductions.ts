import { applyFactor, binary, splitFactor } from "../graph/arithmetic.js";
import type { Graph } from "../graph/graph.js";
import { padShape, reshape } from "../graph/layout.js";
import type { Value } from "../graph/value.js";
import { sizeOf } from "../shapes.js";
import { cast, full, type Kernel, type KernelTable, kernel, normalAxis, type Traced } from "./kernel.js";

interface ReduceAttributes {
  readonly axis?: number | readonly number[];
  /** What the Max kernel calls its axes. */
  readonly reductionIndices?: number | readonly number[];
  readonly keepDims?: boolean;
}

type ReduceOperator = "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceProd";

/** Kernels that reduce over axes. */
export const reductionKernels: KernelTable = {
  Sum: reduction("ReduceSum"),
  Mean: reduction("ReduceMean"),
  Max: reduction("ReduceMax"),
  Min: reduction("ReduceMin"),
  Prod: kernel<ReduceAttributes>(({ graph, inputs: { x }, attrs }) => {
    const value = { shape: x.shape, value: full(graph, x) };
    return reduceTraced(graph, "ReduceProd", value, attrs);
  }),
  All: kernel<ReduceAttributes>(({ graph, inputs: { x }, attrs }) => reduceBoolean(graph, "ReduceMin", x, attrs)),
  Any: kernel<ReduceAttributes>(({ graph, inputs: { x }, attrs }) => reduceBoolean(graph, "ReduceMax", x, attrs)),
  ArgMax: argument("ArgMax"),
  ArgMin: argument("ArgMin"),
  Cumsum: kernel<{ axis: number; exclusive: boolean; reverse: boolean }>(({ graph, inputs: { x }, attrs }) => {
    const axis = graph.scalar(normalAxis(attrs.axis, x.shape.length), "int64");
    const flags = { exclusive: Number(attrs.exclusive), reverse: Number(attrs.reverse) };
    return { shape: x.shape, value: graph.emit("CumSum", [full(graph, x), axis], flags, x.shape) };
  }),
  Softmax: overLastAxis("Softmax", "logits"),
};

function reduction(op: ReduceOperator): Kernel {
  return kernel<ReduceAttributes>(({ graph, inputs: { x }, attrs }) => reduceTraced(graph, op, x, attrs));
}

function reduceTraced(graph: Graph, op: ReduceOperator, x: Traced, attrs: ReduceAttributes): Traced {
  const rank = x.shape.length;
  const given = attrs.axis ?? attrs.reductionIndices ?? x.shape.map((_, axis) => axis);
  const axes = [given].flat().map((axis) => normalAxis(axis, rank));
  const operand = reshape(graph, x.value, padShape(x.value.shape, rank));
  const kept = operand.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const long = axes.filter((axis) => operand.shape[axis] !== 1).sort((a, b) => a - b);
  let value = long.length > 0 ? reduceValue(graph, op, operand, long, kept) : operand;
  // Axes along which the value is only repeated: a sum is the value times their length.
  const repeats = axes.reduce((n, axis) => (operand.shape[axis] === 1 ? n * x.shape[axis] : n), 1);
  if (op === "ReduceSum" && repeats !== 1) value = binary(graph, "Mul", value, graph.scalar(repeats, value.dtype));
  const drop = (shape: readonly number[]) => shape.filter((_, axis) => !axes.includes(axis));
  if (attrs.keepDims) return { shape: x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)), value };
  return { shape: drop(x.shape), value: reshape(graph, value, drop(kept)) };
}

/** Reduces over axes that are longer than 1; the result keeps them with length 1. Sums and means leave out a factor. */
function reduceValue(
  graph: Graph,
  op: ReduceOperator,
  operand: Value,
  axes: readonly number[],
  kept: readonly number[],
): Value {
  const linear = op === "ReduceSum" || op === "ReduceMean";
  const { value, factor } = linear ? splitFactor(operand) : { value: operand };
  if (linear && value.dtype === "float32" && isColumnReduction(value, axes))
    return applyFactor(graph, reshape(graph, columnSums(graph, op, value), kept), factor);
  return applyFactor(graph, graph.emit(op, [value, graph.integers(axes)], { keepdims: 1 }, kept), factor);
}

/** Whether a matrix (apart from axes of length 1 in front) is reduced over its rows. */
function isColumnReduction(value: Value, axes: readonly number[]): boolean {
  const { shape } = value;
  const rows = shape.length - 2;
  return axes.length === 1 && axes[0] === rows && sizeOf(shape) === shape[rows] * shape[rows + 1];
}

/** Sums or means of columns as a vector-matrix product: ONNX Runtime's reduction over the first axis is ~6x slower. */
function columnSums(graph: Graph, op: ReduceOperator, value: Value): Value {
  const [rows, columns] = value.shape.slice(-2);
  const weight = op === "ReduceMean" ? 1 / rows : 1;
  const weights = graph.constant(new Float32Array(rows).fill(weight), [1, rows], "float32");
  return graph.emit("MatMul", [weights, reshape(graph, value, [rows, columns])], {}, [1, columns]);
}

function reduceBoolean(graph: Graph, op: ReduceOperator, x: Traced, attrs: ReduceAttributes): Traced {
  const reduced = reduceTraced(graph, op, { shape: x.shape, value: cast(graph, x.value, "int32") }, attrs);
  return { shape: reduced.shape, value: cast(graph, reduced.value, "bool") };
}

function argument(op: "ArgMax" | "ArgMin"): Kernel {
  return kernel<{ axis: number }>(({ graph, inputs: { x }, attrs }) => {
    const axis = normalAxis([attrs.axis].flat()[0], x.shape.length);
    const shape = x.shape.filter((_, i) => i !== axis);
    const index = graph.emit(op, [full(graph, x)], { axis, keepdims: 0 }, shape, "int64");
    return { shape, value: cast(graph, index, "int32") };
  });
}

function overLastAxis(op: string, operand: string): Kernel {
  return ({ graph, inputs: { [operand]: x } }) => ({
    shape: x.shape,
    value: graph.emit(op, [full(graph, x)], { axis: -1 }, x.shape),
  });
}
