import type { Graph } from "../graph/graph.js";
import { expand, reshape } from "../graph/layout.js";
import type { Value } from "../graph/value.js";
import { sizeOf } from "../shapes.js";
import { spread } from "./convolution.js";
import { attributesOf, type Geometry, inputShape, outputShape, type PoolAttributes, pool } from "./geometry.js";
import { halve, halveGradient } from "./halving.js";
import { anyOrder, type Kernel, type KernelTable, type Traced } from "./kernel.js";
import { fromChannelsFirst, fullChannelsFirst } from "./order.js";

/** Pools over two and three axes of space, and their gradients. */
export const poolingKernels: KernelTable = {
  MaxPool: forward("MaxPool", halve),
  MaxPool3D: forward("MaxPool", halve),
  AvgPool: forward("AveragePool"),
  AvgPool3D: forward("AveragePool"),
  MaxPoolGrad: maxGradient(),
  MaxPool3DGrad: maxGradient(),
  AvgPoolGrad: averageGradient(),
  AvgPool3DGrad: averageGradient(),
};

/** @param inBlocks a faster way, where it returns a value */
function forward(op: "MaxPool" | "AveragePool", inBlocks?: typeof halve): Kernel {
  return anyOrder<PoolAttributes>(({ graph, inputs: { x }, attrs }) => {
    const sizes = pool(x.shape, attrs);
    const made = inBlocks?.(graph, x, sizes);
    if (made) return made;
    return result(graph.emit(op, [fullChannelsFirst(graph, x)], attributesOf(sizes), outputShape(sizes)));
  });
}

/** dy goes to where the largest value was, the first of equal ones; windows that overlap add up. */
function maxGradient(): Kernel {
  return anyOrder<PoolAttributes>(({ graph, inputs: { dy, input }, attrs }) => {
    const sizes = pool(input.shape, attrs);
    const made = halveGradient(graph, dy, input, sizes);
    if (made) return made;
    const shape = outputShape(sizes);
    const outputs = [
      { shape, dtype: "float32" },
      { shape, dtype: "int64" },
    ] as const;
    const [, places] = graph.emitMany("MaxPool", [fullChannelsFirst(graph, input)], attributesOf(sizes), outputs);
    const upstream = fullChannelsFirst(graph, dy);
    const apart = sizes.space.every(({ filter, stride }) => filter <= stride);
    return inOrderOf(graph, input, result((apart ? placeApart : placeAdding)(graph, upstream, places, sizes)));
  });
}

function placeApart(graph: Graph, dy: Value, places: Value, sizes: Geometry): Value {
  const { kernel_shape, strides, pads } = attributesOf(sizes);
  const shape = inputShape(sizes);
  return graph.emit("MaxUnpool", [dy, places, graph.integers(shape)], { kernel_shape, strides, pads }, shape);
}

function placeAdding(graph: Graph, dy: Value, places: Value, sizes: Geometry): Value {
  const shape = inputShape(sizes);
  const count = [sizeOf(dy.shape)];
  const zeros = expand(graph, graph.scalar(0), [sizeOf(shape)]);
  const operands = [zeros, reshape(graph, places, count), reshape(graph, dy, count)];
  const sums = graph.emit("ScatterElements", operands, { axis: 0, reduction: "add" }, zeros.shape);
  return reshape(graph, sums, shape);
}

/**
 * dy is shared out equally among the places of its window. tfjs divides by the size of the window also at a border, where the
 * mean was of fewer values; so does this, that every engine gives the same.
 */
function averageGradient(): Kernel {
  return anyOrder<PoolAttributes>(({ graph, inputs: { dy, input }, attrs }) => {
    const sizes = pool(input.shape, attrs);
    const upstream = fullChannelsFirst(graph, dy);
    const whole = sizes.space.every((a) => a.filter === a.stride && a.output * a.stride === a.input);
    return inOrderOf(graph, input, result((whole ? repeatOver : spreadOver)(graph, upstream, sizes)));
  });
}

/** Windows that tile the input: dy repeated over each. */
function repeatOver(graph: Graph, dy: Value, sizes: Geometry): Value {
  const { rows, outputs, space } = sizes;
  const window = space.reduce((product, { filter }) => product * filter, 1);
  const share = graph.emit("Mul", [dy, graph.scalar(1 / window)], {}, dy.shape);
  const cells = [rows * outputs, ...space.flatMap(({ output }) => [output, 1])];
  const repeated = [rows * outputs, ...space.flatMap(({ output, filter }) => [output, filter])];
  return reshape(graph, expand(graph, reshape(graph, share, cells), repeated), inputShape(sizes));
}

/** Any windows: every channel by itself, through a filter of equal numbers. */
function spreadOver(graph: Graph, dy: Value, sizes: Geometry): Value {
  const { rows, outputs, space } = sizes;
  const filter = space.map((axis) => axis.filter);
  const weights = expand(graph, graph.scalar(1 / sizeOf(filter)), [1, 1, ...filter]);
  const alone: Geometry = { rows: rows * outputs, inputs: 1, outputs: 1, space };
  const spreadOut = spread(graph, reshape(graph, dy, outputShape(alone)), weights, alone);
  return reshape(graph, spreadOut, inputShape(sizes));
}

/** A gradient in the blocks of the values that it is of: what follows it meets them. */
function inOrderOf(graph: Graph, { block }: Traced, gradient: Traced): Traced {
  if (block === undefined || block === 1) return gradient;
  return fromChannelsFirst(gradient.shape, fullChannelsFirst(graph, gradient, block), block);
}

function result(value: Value): Traced {
  const [rows, channels, ...space] = value.shape;
  return fromChannelsFirst([rows, ...space, channels], value);
}
