import { pooledOf } from "../graph/affine.js";
import { applyFactor, binary, splitFactor } from "../graph/arithmetic.js";
import type { Graph } from "../graph/graph.js";
import { padShape, reshape } from "../graph/layout.js";
import { isResultOf, ownOperator, type Value } from "../graph/value.js";
import { largestDivisor, sameShape, sizeOf } from "../shapes.js";
import { anyOrder, cast, full, type Kernel, type KernelTable, kernel, normalAxis, type Traced } from "./kernel.js";
import { channelsLast, firstShape } from "./order.js";

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
  return anyOrder<ReduceAttributes>(
    ({ graph, inputs: { x }, attrs }) =>
      reduceChannelsFirst(graph, op, x, attrs) ?? reduceTraced(graph, op, channelsLast(graph, x), attrs),
  );
}

/**
 * Reduction over space, or over all but the channels, of a tensor whose channels stand first; undefined for other axes and
 * for repeated values, which lose little by being reordered.
 */
function reduceChannelsFirst(
  graph: Graph,
  op: ReduceOperator,
  { shape, value: given, block }: Traced,
  attrs: ReduceAttributes,
): Traced | undefined {
  if (block === undefined || !sameShape(given.shape, firstShape(shape, block))) return undefined;
  const axes = axesOf(attrs, shape.length);
  const overRows = axes.includes(0);
  const wanted = shape.map((_, axis) => axis).filter((axis) => axis < shape.length - 1 && (overRows || axis > 0));
  if (axes.length !== wanted.length || wanted.some((axis) => !axes.includes(axis))) return undefined;
  const linear = op === "ReduceSum" || op === "ReduceMean";
  const whole = linear ? splitFactor(given) : { value: given };
  const shorter = linear && block > 1 ? (placedNumbers(graph, whole.value) ?? dots(graph, whole.value)) : undefined;
  const { value, length, planes } = shorter ?? { value: whole.value, length: 1, planes: 1 };
  // volumes in blocks have planes of depth in front of their channels
  const ahead = block > 1 && shape.length === 5 ? given.shape[1] / planes : 1;
  const rows = shape[0];
  const channels = shape[shape.length - 1];
  const groups = channels / block;
  const space = sizeOf(shape) / (rows * ahead * channels * length);
  const lanes = block === 1 ? [] : [block];
  const reduce = (x: Value, dims: readonly number[], over: readonly number[]) => {
    const left = dims.filter((_, axis) => !over.includes(axis));
    return graph.emit(op, [reshape(graph, x, dims), graph.integers(over)], { keepdims: 0 }, left);
  };
  const cells = [groups, space, ...lanes];
  const byPlane = [rows * ahead, ...cells];
  const reduced = !overRows
    ? ahead === 1
      ? reduce(value, byPlane, [2])
      : reduce(value, [rows, ahead, ...cells], [1, 3])
    : block === 1 || !linear
      ? reduce(value, byPlane, [0, 2])
      : reduce(columnSums(graph, op, reshape(graph, value, [rows * ahead, sizeOf(cells)])), cells, [1]);
  const kept = overRows ? [channels] : [rows, channels];
  const ones = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const result = attrs.keepDims ? ones : kept;
  const mean = op === "ReduceMean" ? binary(graph, "Mul", reduced, graph.scalar(1 / length)) : reduced;
  return { shape: result, value: applyFactor(graph, reshape(graph, mean, result), whole.factor) };
}

/** Numbers in blocks whose sum is that of a larger map: each stands for `length` numbers, of `planes` planes of depth. */
interface Shorter {
  readonly value: Value;
  readonly length: number;
  readonly planes: number;
}

/** Of the gradient of a pool the numbers that are not zero. */
function placedNumbers(graph: Graph, map: Value): Shorter | undefined {
  const pooled = pooledOf(graph, map);
  return pooled && { value: pooled.numbers, length: pooled.window, planes: pooled.window / 4 };
}

/** Sums of products of two maps in blocks, which are not written. */
function dots(graph: Graph, product: Value): Shorter | undefined {
  if (!isResultOf(product, "Mul")) return undefined;
  const [a, b] = product.node.inputs;
  if (!sameShape(a.shape, b.shape)) return undefined;
  for (const [placed, map] of [
    [a, b],
    [b, a],
  ]) {
    const pooled = pooledOf(graph, placed);
    const short = pooled && lineDots(graph, pooled.numbers, pooled.find(map));
    if (short) return { ...short, length: short.length * pooled.window, planes: pooled.window / 4 };
  }
  return lineDots(graph, a, b);
}

/** Most places that are summed one after the other, so that rounding stays that of a short sum. */
const longestLine = 512;

/**
 * Sums of products over lines of places, [lines, block], in one pass that writes no product: lines are channels of their own,
 * which ONNX Runtime's own convolution folds with lines as filters.
 */
function lineDots(graph: Graph, a: Value, b: Value): Shorter | undefined {
  const { block } = graph;
  const places = sizeOf(a.shape.slice(a.shape.length === 6 ? 3 : 2, -1));
  const length = largestDivisor(places, longestLine);
  if (length < Math.min(block, places)) return undefined;
  const count = sizeOf(a.shape) / length;
  const operands = [reshape(graph, a, [1, count, 1, length]), reshape(graph, b, [count, 1, 1, length])];
  const attributes = { kernel_shape: [1, length], group: count };
  const value = graph.emit(ownOperator("Conv"), operands, attributes, [1, count, 1, 1]);
  return { value: reshape(graph, value, [count / block, block]), length, planes: 1 };
}

function axesOf({ axis, reductionIndices }: ReduceAttributes, rank: number): number[] {
  const given = axis ?? reductionIndices ?? Array.from({ length: rank }, (_, i) => i);
  return [given].flat().map((entry) => normalAxis(entry, rank));
}

function reduceTraced(graph: Graph, op: ReduceOperator, x: Traced, attrs: ReduceAttributes): Traced {
  const rank = x.shape.length;
  const axes = axesOf(attrs, rank);
  const operand = reshape(graph, x.value, padShape(x.value.shape, rank));
  const resultShape = (shape: readonly number[]) =>
    attrs.keepDims
      ? shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
      : shape.filter((_, axis) => !axes.includes(axis));
  const value = reduceValue(graph, op, operand, axes, resultShape(operand.shape));
  // Along these axes the value is only repeated: a sum is the value times their length.
  const repeats = axes.reduce((n, axis) => (operand.shape[axis] === 1 ? n * x.shape[axis] : n), 1);
  const repeated = op === "ReduceSum" && repeats !== 1;
  return {
    shape: resultShape(x.shape),
    value: repeated ? binary(graph, "Mul", value, graph.scalar(repeats, value.dtype)) : value,
  };
}

/** Reduces over the axes that are longer than 1. Sums and means leave out a factor of rank 0 and apply it afterwards. */
function reduceValue(
  graph: Graph,
  op: ReduceOperator,
  operand: Value,
  axes: readonly number[],
  shape: readonly number[],
): Value {
  const long = axes.filter((axis) => operand.shape[axis] !== 1);
  if (long.length === 0) return reshape(graph, operand, shape);
  const linear = op === "ReduceSum" || op === "ReduceMean";
  const { value, factor } = linear ? splitFactor(operand) : { value: operand };
  if (linear && value.dtype === "float32" && isColumnReduction(value, long))
    return applyFactor(graph, columnSums(graph, op, value), factor);
  const keepdims = Number(shape.length === operand.shape.length);
  const sorted = [...axes].sort((a, b) => a - b);
  return applyFactor(graph, graph.emit(op, [value, graph.integers(sorted)], { keepdims }, shape), factor);
}

/** Whether a matrix (apart from axes of length 1 in front) is reduced over its rows. */
function isColumnReduction(value: Value, axes: readonly number[]): boolean {
  const { shape } = value;
  const rows = shape.length - 2;
  return axes.length === 1 && axes[0] === rows && sizeOf(shape) === shape[rows] * shape[rows + 1];
}

/**
 * Sums or means of columns, [columns], as a vector-matrix product: ONNX Runtime's reduction over the first axis takes
 * about six times as long.
 */
function columnSums(graph: Graph, op: ReduceOperator, value: Value): Value {
  const [rows, columns] = value.shape.slice(-2);
  const weight = op === "ReduceMean" ? 1 / rows : 1;
  const weights = graph.constant(new Float32Array(rows).fill(weight), [rows], "float32");
  return graph.emit("MatMul", [weights, reshape(graph, value, [rows, columns])], {}, [columns]);
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
