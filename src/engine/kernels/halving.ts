import type { Graph } from "../graph/graph.js";
import { reshape } from "../graph/layout.js";
import { ownOperator as own, type Value } from "../graph/value.js";
import { sizeOf } from "../shapes.js";
import type { Geometry } from "./geometry.js";
import { asMap, firstShape, fromChannelsFirst, fullChannelsFirst } from "./order.js";
import type { Traced } from "./traced.js";

/*
 * The largest of every two places along each axis of space, of values in blocks of channels: one axis after the other, along
 * width, height and depth, which is also how the place of the first of equal values is found. Each function returns undefined
 * where the standard operators have to do.
 */

/** Floats are whole numbers up to here. */
const mostWhole = 2 ** 24;

/** Largest values; in blocks, as x is. */
export function halve(graph: Graph, x: Traced, sizes: Geometry): Traced | undefined {
  if (!isHalved(graph, x, sizes)) return undefined;
  const { down } = planeMaxima(graph, x);
  const whole = sizes.space.length === 2 ? down : larger(graph, pairs(graph, down));
  const shape = [sizes.rows, ...sizes.space.map(({ output }) => output), sizes.outputs];
  return fromChannelsFirst(shape, reshape(graph, whole, firstShape(shape, graph.block)), graph.block);
}

/** dy at the places of the largest values, the first of equal ones, and zeros. */
export function halveGradient(graph: Graph, dy: Traced, x: Traced, sizes: Geometry): Traced | undefined {
  if (!isHalved(graph, x, sizes)) return undefined;
  const { block } = graph;
  const upstream = fullChannelsFirst(graph, dy, block);
  const count = sizeOf(upstream.shape);
  const window = 2 ** sizes.space.length;
  const flat = [1, 1, count];
  const operands = [
    reshape(graph, upstream, flat),
    reshape(graph, places(graph, x, sizes), flat),
    graph.integers([1, 1, count * window]),
  ];
  const attributes = { kernel_shape: [window], strides: [window] };
  const value = graph.emit("MaxUnpool", operands, attributes, [1, 1, count * window]);
  return fromChannelsFirst(x.shape, reshape(graph, value, firstShape(x.shape, block)), block);
}

function isHalved(graph: Graph, { block }: Traced, { inputs, space }: Geometry): boolean {
  const twos = space.every((a) => a.filter === 2 && a.stride === 2 && a.dilation === 1 && 2 * a.output === a.input);
  const places = space.slice(-2).reduce((product, { input }) => product * input, 1);
  return block !== undefined && block > 1 && block === graph.block && twos && 2 * inputs * places < mostWhole;
}

/** Largest values along width, [planes, channels, height, width / 2], and of these along height. */
function planeMaxima(graph: Graph, x: Traced): Readonly<Record<"map" | "across" | "down", Value>> {
  const map = asMap(graph, fullChannelsFirst(graph, x, graph.block));
  const across = halveAxis(graph, map, [1, 2]);
  return { map, across, down: halveAxis(graph, across, [2, 1]) };
}

function halveAxis(graph: Graph, map: Value, window: readonly number[]): Value {
  return graph.emit(own("MaxPool"), [map], { kernel_shape: window, strides: window }, halved(map, window));
}

/** Of every window the place of its largest value in a value in blocks, counted in numbers, int64. */
function places(graph: Graph, x: Traced, { inputs, space }: Geometry): Value {
  const { map, across, down } = planeMaxima(graph, x);
  const { block } = graph;
  const [, , height, width] = map.shape;
  const plane = (inputs / block) * height * width;
  // the step along width, then along height, then along depth, each that of the half which has the largest value
  const steps = isLater(graph, combine(graph, map, [1, 2], [-1, 1]));
  const between = combine(graph, steps, [2, 1], [-1, 1], width);
  const second = isLater(graph, combine(graph, across, [2, 1], [-1, 1]));
  const inPlane = choose(graph, reshape(graph, firstLines(graph, steps), down.shape), between, second);
  const offsets = space.length === 2 ? inPlane : alongDepth(graph, inPlane, down, plane);
  const numbers = binary(graph, "Mul", offsets, graph.scalar(block));
  const whole = graph.emit("Cast", [numbers], { to: 7 }, numbers.shape, "int64");
  // what is no number has a place too
  const most = block * (1 + width + (space.length === 2 ? 0 : plane));
  const bounds = [graph.scalar(0, "int64"), graph.scalar(most, "int64")];
  return addStarts(graph, graph.emit("Clip", [whole, ...bounds], {}, whole.shape), map.shape, space.length);
}

/** The lines of a map at even places of height. */
function firstLines(graph: Graph, map: Value): Value {
  const [planes, channels, height, width] = map.shape;
  const lines = [(planes * channels * height) / graph.block / 2, 2, width * graph.block];
  const bounds = [[0], [1], [1]].map((list) => graph.integers(list));
  return graph.emit("Slice", [reshape(graph, map, lines), ...bounds], {}, [lines[0], 1, lines[2]]);
}

function alongDepth(graph: Graph, inPlane: Value, maxima: Value, plane: number): Value {
  const [first, second] = pairs(graph, inPlane);
  const [front, back] = pairs(graph, maxima);
  const between = binary(graph, "Add", binary(graph, "Sub", second, first), graph.scalar(plane));
  return choose(graph, first, between, isLater(graph, binary(graph, "Sub", back, front)));
}

/** The starts of the windows added to places within them. @param places of every window @param shape of the input as a map */
function addStarts(
  graph: Graph,
  places: Value,
  [planes, channels, height, width]: readonly number[],
  axes: number,
): Value {
  const { block } = graph;
  const groups = channels / block;
  const depth = axes === 2 ? 1 : 2;
  const area = height * width * block;
  const starts = Array.from({ length: (planes / depth) * groups }, (_, i) => {
    return (Math.floor(i / groups) * depth * groups + (i % groups)) * area;
  });
  const half = width / 2;
  const cells = Array.from({ length: area / 4 }, (_, i) => {
    const [cell, lane] = [Math.floor(i / block), i % block];
    return (2 * Math.floor(cell / half) * width + 2 * (cell % half)) * block + lane;
  });
  const shape = [starts.length, cells.length];
  const own = graph.emit(
    "Add",
    [reshape(graph, places, shape), graph.constant(cells, [1, cells.length], "int64")],
    {},
    shape,
  );
  return graph.emit("Add", [own, graph.constant(starts, [starts.length, 1], "int64")], {}, shape);
}

/** first + (second - first) where that is marked. */
function choose(graph: Graph, first: Value, between: Value, marks: Value): Value {
  return binary(graph, "Add", first, binary(graph, "Mul", between, marks));
}

/** 1 where a difference is above 0, else 0. */
function isLater(graph: Graph, difference: Value): Value {
  return graph.emit("HardSigmoid", [difference], { alpha: { float: 3e38 }, beta: { float: 0 } }, difference.shape);
}

/** Weighted sums of the two numbers of every window, and a constant. */
function combine(
  graph: Graph,
  map: Value,
  window: readonly number[],
  weights: readonly [number, number],
  constant?: number,
): Value {
  const channels = map.shape[1];
  const lanes = [0, 1].flatMap((i) => Array<number>(graph.block).fill(weights[i]));
  const filter = Array.from({ length: channels / graph.block }, () => lanes).flat();
  const operands = [map, graph.constant(filter, [channels, 1, ...window], "float32")];
  if (constant !== undefined) operands.push(graph.constant(Array(channels).fill(constant), [channels], "float32"));
  const attributes = { kernel_shape: window, strides: window, group: channels };
  return graph.emit(own("Conv"), operands, attributes, halved(map, window));
}

function halved({ shape: [planes, channels, height, width] }: Value, [high, wide]: readonly number[]): number[] {
  return [planes, channels, height / high, width / wide];
}

/** The planes at even and at odd places of depth. */
function pairs(graph: Graph, planes: Value): readonly Value[] {
  const count = planes.shape[0] / 2;
  return split(graph, reshape(graph, planes, [count, 2, sizeOf(planes.shape) / (2 * count)]));
}

/** The two halves of a value [count, 2, size], each [count, 1, size]. */
function split(graph: Graph, value: Value): readonly Value[] {
  const [count, , size] = value.shape;
  const part = { shape: [count, 1, size], dtype: value.dtype };
  return graph.emitMany("Split", [value, graph.integers([1, 1])], { axis: 1 }, [part, part]);
}

function larger(graph: Graph, [first, second]: readonly Value[]): Value {
  return binary(graph, "Max", first, second);
}

function binary(graph: Graph, op: string, a: Value, b: Value): Value {
  return graph.emit(op, [a, b], {}, a.shape);
}
