import type { Graph } from "../graph/graph.js";
import { reshape, transpose } from "../graph/layout.js";
import type { Value } from "../graph/value.js";
import {
  filterGradientBlocked,
  fits,
  forwardBlocked,
  inputGradientBlocked,
  isPlain,
  pick,
  remainders,
} from "./blocked.js";
import type { Axis, Geometry } from "./geometry.js";
import { fromChannelsFirst, fullChannelsFirst } from "./order.js";
import type { Traced } from "./traced.js";

/*
 * Convolutions over three axes of space by those over two (blocked.ts): planes of depth are rows, and the places of the filter
 * along depth are channels, one plane each, of zeros where there is none. Each function returns undefined where the standard
 * operators have to do.
 */

/** @param filter [depth, height, width, inputs, outputs] */
export function forwardPlanes(graph: Graph, x: Traced, filter: Value, sizes: Geometry): Traced | undefined {
  const { rows, inputs, outputs } = sizes;
  const [depth, ...space] = sizes.space;
  const taps = depth.filter;
  if (!isPlain(space) || !whole(graph, inputs, taps) || !fits(graph, taps * inputs, outputs)) return undefined;
  const [, height, width] = filter.shape;
  const flat = reshape(graph, transpose(graph, filter, [1, 2, 0, 3, 4]), [height, width, taps * inputs, outputs]);
  const planes = { rows: rows * depth.output, inputs: taps * inputs, outputs, space };
  const made = forwardBlocked(graph, planesOf(graph, x, depth), flat, planes);
  return made && volume(graph, made, rows);
}

/** Gradient by the input; with a step s along depth its places fall into s classes by their remainder, which are channels too. */
export function inputGradientPlanes(graph: Graph, dy: Traced, filter: Value, sizes: Geometry): Traced | undefined {
  const { rows, inputs, outputs } = sizes;
  const [depth, ...space] = sizes.space;
  if (depth.dilation !== 1 || !isPlain(space) || inputs % graph.block !== 0) return undefined;
  const { length, cells, places, before } = remainders(depth);
  const [count, all] = [depth.stride * inputs, length * outputs];
  if (!whole(graph, outputs, length) || !fits(graph, all, count)) return undefined;
  const [, height, width] = filter.shape;
  const taps = pick(graph, filter, 0, places);
  const parted = reshape(graph, taps, [depth.stride, length, height, width, inputs, outputs]);
  const flat = reshape(graph, transpose(graph, parted, [2, 3, 0, 4, 1, 5]), [height, width, count, all]);
  // dy is read at j + least .. as a filter of so many places would read it
  const read = { input: depth.output, output: cells, filter: length, stride: 1, dilation: 1, before, after: 0 };
  const planes = { rows: rows * cells, inputs: count, outputs: all, space };
  const made = inputGradientBlocked(graph, planesOf(graph, dy, read), flat, planes);
  if (made === undefined) return undefined;
  const { block } = graph;
  const [high, wide] = space.map(({ input }) => input);
  const value = reshape(graph, made.value, [rows, cells * depth.stride, inputs / block, high, wide, block]);
  return fromChannelsFirst([rows, depth.input, high, wide, inputs], firstOf(graph, value, depth.input), block);
}

/**
 * Gradient by the filter, [depth, height, width, inputs, outputs]: every place along depth by itself.
 * @param padded the input [inputs, rows, depth, height, width], padded along height and width
 */
export function filterGradientPlanes(
  graph: Graph,
  dy: Traced,
  sizes: Geometry,
  padded: () => Value,
): Value | undefined {
  const { rows, inputs, outputs } = sizes;
  const { block } = graph;
  const [depth, ...space] = sizes.space;
  const planes = { rows: rows * depth.output, inputs, outputs, space };
  if (block === 1 || outputs % block !== 0 || !isPlain(space)) return undefined;
  if (inputs >= block && planes.rows % block !== 0) return undefined;
  const [high, wide] = space.map(({ output }) => output);
  const value = reshape(graph, fullChannelsFirst(graph, dy, block), [planes.rows, outputs / block, high, wide, block]);
  const upstream = fromChannelsFirst([planes.rows, high, wide, outputs], value, block);
  const x = padded();
  const [, , , tall, broad] = x.shape;
  const parts = placesOf(depth).map((places) => {
    const seen = pick(graph, x, 2, places);
    const own = () => reshape(graph, seen, [inputs, planes.rows, tall, broad]);
    const part = filterGradientBlocked(graph, upstream, planes, own);
    return part && reshape(graph, part, [1, ...part.shape]);
  });
  const found = parts.filter((part) => part !== undefined);
  if (found.length < parts.length) return undefined;
  const shape = [parts.length, ...found[0].shape.slice(1)];
  return found.length === 1 ? found[0] : graph.emit("Concat", found, { axis: 0 }, shape);
}

/** Whether channels fill blocks, or fill none with all of their places along depth. */
function whole({ block }: Graph, channels: number, taps: number): boolean {
  return block > 1 && (channels % block === 0 || channels * taps < block);
}

/** Of every place of a filter along an axis, what it reads for each output; the length of the input where that is a zero. */
function placesOf({ input, output, filter, stride, dilation, before }: Axis): number[][] {
  return Array.from({ length: filter }, (_, tap) =>
    Array.from({ length: output }, (_, o) => {
      const place = stride * o + dilation * tap - before;
      return place >= 0 && place < input ? place : input;
    }),
  );
}

/** A map [rows x outputs along depth, height, width, places of the filter x channels] of a volume [rows, depth, ...]. */
function planesOf(graph: Graph, x: Traced, depth: Axis): Traced {
  const [rows, , height, width, channels] = x.shape;
  const block = channels % graph.block === 0 ? graph.block : 1;
  const first = fullChannelsFirst(graph, x, block);
  const value = block === 1 ? transpose(graph, first, [0, 2, 1, 3, 4]) : first;
  const taps = placesOf(depth);
  const places = Array.from({ length: depth.output }, (_, o) => taps.map((tap) => tap[o])).flat();
  const same = places.length === depth.input && places.every((place, i) => place === i);
  const planes = reshape(graph, value, [rows, depth.input, height * width * channels]);
  const seen = same ? planes : pick(graph, planes, 1, places);
  const shape = [rows * depth.output, height, width, taps.length * channels];
  const groups = shape[3] / block;
  const lanes = block === 1 ? [] : [block];
  return fromChannelsFirst(shape, reshape(graph, seen, [shape[0], groups, height, width, ...lanes]), block);
}

/** Rows of planes as the volumes they are of. */
function volume(graph: Graph, { shape, value, block }: Traced, rows: number): Traced {
  const [planes, ...rest] = shape;
  const depth = planes / rows;
  return fromChannelsFirst(
    [rows, depth, ...rest],
    reshape(graph, value, [rows, depth, ...value.shape.slice(1)]),
    block,
  );
}

/** The first planes of a value with its planes behind the rows. */
function firstOf(graph: Graph, value: Value, planes: number): Value {
  if (value.shape[1] === planes) return value;
  const bounds = [[0], [planes], [1]].map((list) => graph.integers(list));
  const shape = value.shape.map((dim, axis) => (axis === 1 ? planes : dim));
  return graph.emit("Slice", [value, ...bounds], {}, shape);
}
