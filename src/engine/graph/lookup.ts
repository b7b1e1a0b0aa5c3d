import { binary } from "./arithmetic.js";
import type { Graph } from "./graph.js";
import type { DType, Value } from "./value.js";

/** A piecewise linear map through (from[k], to[k]), constant beyond the first and the last knot. */
export interface PiecewiseMap {
  /** Strictly ascending, at least two. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * Applies one map per column, in float64. The interval of every entry is found by bisection, all entries at once.
 * NaN gives an unspecified number.
 * @param values [rows, maps.length], float64
 * @returns [rows, maps.length], float64
 */
export function piecewiseLinear(graph: Graph, values: Value, maps: readonly PiecewiseMap[]): Value {
  const longest = Math.max(...maps.map(({ from }) => from.length));
  const size = 2 ** Math.ceil(Math.log2(longest));
  const { shape } = values;
  const row = (numbers: readonly number[], dtype: DType) => graph.constant(numbers, [1, maps.length], dtype);
  const table = (numbers: (map: PiecewiseMap) => readonly number[], filler: number) =>
    graph.constant(
      maps.flatMap((map) => padEnd(numbers(map), size, filler)),
      [maps.length * size],
      "float64",
    );
  const lookUp = (from: Value, index: Value) =>
    graph.emit("Gather", [from, index], { axis: 0 }, index.shape, "float64");
  const choose = (condition: Value, yes: Value, no: Value) =>
    graph.emit("Where", [condition, yes, no], {}, shape, "int64");
  const ends = [
    row(
      maps.map(({ from }) => from[0]),
      "float64",
    ),
    row(
      maps.map(({ from }) => from.at(-1)!),
      "float64",
    ),
  ];
  const x = graph.emit("Min", [graph.emit("Max", [values, ends[0]], {}, shape), ends[1]], {}, shape);
  // The last interval has no right border.
  const borders = table(({ from }) => from.slice(0, -1), Number.POSITIVE_INFINITY);
  let index = row(
    maps.map((_, j) => j * size),
    "int64",
  );
  for (let step = size / 2; step >= 1; step /= 2) {
    const candidate = graph.emit("Add", [index, graph.scalar(step, "int64")], {}, index.shape);
    const reached = graph.emit("GreaterOrEqual", [x, lookUp(borders, candidate)], {}, shape, "bool");
    index = choose(reached, candidate, index);
  }
  const next = graph.emit("Add", [index, graph.scalar(1, "int64")], {}, shape);
  const [from, to] = [table((map) => map.from, 0), table((map) => map.to, 0)];
  const start = lookUp(to, index);
  const share = position(graph, x, lookUp(from, index), lookUp(from, next));
  return binary(graph, "Add", start, binary(graph, "Mul", share, binary(graph, "Sub", lookUp(to, next), start)));
}

/** (x - low) / (high - low). Halved: the difference of two finite numbers may overflow. */
function position(graph: Graph, x: Value, low: Value, high: Value): Value {
  const half = (value: Value) => binary(graph, "Mul", value, graph.scalar(0.5, "float64"));
  const length = binary(graph, "Sub", half(high), half(low));
  return binary(graph, "Div", binary(graph, "Sub", half(x), half(low)), length);
}

function padEnd(numbers: readonly number[], length: number, filler: number): number[] {
  return [...numbers, ...Array<number>(length - numbers.length).fill(filler)];
}
