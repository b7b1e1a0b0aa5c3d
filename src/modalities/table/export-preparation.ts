import type {
  ColumnPreparation,
  QuantilePreparation,
  StandardizePreparation,
} from "../../data/prepare/column-preparation.js";
import type { ModalityPreparation, Preprocessor } from "../../data/prepare/preprocessor.js";
import { type Graph, piecewiseLinear, type Value } from "../../engine/onnx/onnx-graph.js";

/**
 * Writes the preparation of one modality into a graph: what `applyPreprocessor` does, in float64 as there.
 * A missing value (NaN, or one of the marks) becomes the column's fill if the model was trained with fills, else the
 * prediction is NaN.
 * @param given [rows, columns], float64: ranks can map close values far apart
 * @param marks numbers that mean "missing"
 * @returns [rows, columns + indicators], float32
 */
export function prepareModality(
  graph: Graph,
  given: Value,
  { columns, indicators }: ModalityPreparation,
  missing: Preprocessor["missing"],
  marks: readonly number[] = [],
): Value {
  const raw = marks.reduce((values, mark) => withoutMark(graph, values, mark), given);
  const preparations = columns.map(({ preparation }) => preparation);
  const kinds = (["quantile", "standardize"] as const).map((kind) => indicesOf(preparations, kind));
  const [quantile, standardize] = kinds;
  const parts = [
    ...(quantile.length > 0 ? [quantiles(graph, pick(graph, raw, quantile), take(preparations, quantile))] : []),
    ...(standardize.length > 0
      ? [standardized(graph, pick(graph, raw, standardize), take(preparations, standardize))]
      : []),
  ];
  const joined = parts.length === 1 ? parts[0] : graph.emit("Concat", parts, { axis: 1 }, raw.shape);
  const places = invert(kinds.flat());
  const prepared = clip(graph, pick(graph, joined, places), preparations);
  const absent = graph.emit("IsNaN", [raw], {}, raw.shape, "bool");
  const fills = preparations.map(({ fill }) => (missing === "mean" ? fill : Number.NaN));
  const filled = graph.emit("Where", [absent, row(graph, fills), prepared], {}, prepared.shape, "float64");
  const values = cast(graph, filled, "float32");
  if (indicators.length === 0) return values;
  const flagged = indicators.map((name) => columns.findIndex((column) => column.name === name));
  const flags = cast(graph, pick(graph, absent, flagged), "float32");
  const shape = [raw.shape[0], columns.length + indicators.length];
  return graph.emit("Concat", [values, flags], { axis: 1 }, shape);
}

/** Values with those that mean "missing" replaced by NaN. */
export function withoutMark(graph: Graph, values: Value, mark: number): Value {
  const marked = graph.emit("Equal", [values, row(graph, [mark])], {}, values.shape, "bool");
  return graph.emit("Where", [marked, row(graph, [Number.NaN]), values], {}, values.shape, "float64");
}

function quantiles(graph: Graph, values: Value, preparations: readonly ColumnPreparation[]): Value {
  const maps = (preparations as readonly QuantilePreparation[]).map(({ y, z }) => ({ from: y, to: z }));
  return piecewiseLinear(graph, values, maps);
}

function standardized(graph: Graph, values: Value, preparations: readonly ColumnPreparation[]): Value {
  const columns = preparations as readonly StandardizePreparation[];
  const means = row(
    graph,
    columns.map(({ mean }) => mean),
  );
  const scales = row(
    graph,
    columns.map(({ scale }) => scale),
  );
  const u = graph.emit("Div", [graph.emit("Sub", [values, means], {}, values.shape), scales], {}, values.shape);
  return columns.some(({ smooth }) => smooth !== undefined) ? smoothlyClipped(graph, u, columns) : u;
}

/** u / sqrt(1 + (u / limit)^2), and u itself of columns without a limit. */
function smoothlyClipped(graph: Graph, u: Value, columns: readonly StandardizePreparation[]): Value {
  const rates = row(
    graph,
    columns.map(({ smooth }) => (smooth === undefined ? 0 : 1 / smooth)),
  );
  const within = between(graph, u, row(graph, [-farthest]), row(graph, [farthest]));
  const part = graph.emit("Mul", [within, rates], {}, u.shape);
  const squares = graph.emit("Mul", [part, part], {}, u.shape);
  const root = graph.emit("Sqrt", [graph.emit("Add", [squares, row(graph, [1])], {}, u.shape)], {}, u.shape);
  return graph.emit("Div", [within, root], {}, u.shape);
}

/** Squares of larger numbers are infinite. */
const farthest = 1e150;

function clip(graph: Graph, values: Value, preparations: readonly ColumnPreparation[]): Value {
  const limits = preparations.map((preparation) => preparation.clip);
  const low = limits.map((limit) => -limit);
  return between(graph, values, row(graph, low), row(graph, limits));
}

function between(graph: Graph, values: Value, low: Value, high: Value): Value {
  return graph.emit("Min", [graph.emit("Max", [values, low], {}, values.shape), high], {}, values.shape);
}

function cast(graph: Graph, value: Value, dtype: "float32" | "float64"): Value {
  return graph.emit("Cast", [value], { to: dtype === "float32" ? 1 : 11 }, value.shape, dtype);
}

/** Columns of a matrix by index. */
function pick(graph: Graph, value: Value, indices: readonly number[]): Value {
  if (indices.length === value.shape[1] && indices.every((index, i) => index === i)) return value;
  return graph.emit("Gather", [value, graph.integers(indices)], { axis: 1 }, [value.shape[0], indices.length]);
}

function row(graph: Graph, numbers: readonly number[]): Value {
  return graph.constant(numbers, [1, numbers.length], "float64");
}

function indicesOf(preparations: readonly ColumnPreparation[], kind: ColumnPreparation["kind"]): number[] {
  return preparations.flatMap((preparation, i) => (preparation.kind === kind ? [i] : []));
}

function take<T>(list: readonly T[], indices: readonly number[]): T[] {
  return indices.map((index) => list[index]);
}

/** Where each of 0 .. n-1 stands in a permutation. */
function invert(order: readonly number[]): number[] {
  const places = Array<number>(order.length);
  order.forEach((value, place) => {
    places[value] = place;
  });
  return places;
}
