import { valuesOf } from "../../data/rows.js";
import type { Graph, Value } from "../../engine/onnx/onnx-graph.js";
import type { FitSettings } from "../kind.js";
import type { Shaped } from "./preparation.js";

/**
 * Writes the preparation of rows of a shape into a graph: what `prepareShaped` does, in float64 as there.
 * @param raw [rows, ...shape], float64
 * @returns [rows, width], float32; NaN for what is missing and was not to be filled
 */
export function shapedToGraph(graph: Graph, raw: Value, fitted: Shaped, missing: FitSettings["missing"]): Value {
  const width = valuesOf(fitted.shape);
  const shape = [raw.shape[0], width];
  const flat = raw.shape.length === 2 ? raw : graph.emit("Flatten", [raw], { axis: 1 }, shape);
  const absent = graph.emit("IsNaN", [flat], {}, shape, "bool");
  const prepared = fitted.normalise === "sample" ? bySample(graph, flat, absent) : byChannel(graph, flat, fitted);
  const fills = missing === "mean" ? fitted.fill : [Number.NaN];
  const filled = graph.emit("Where", [absent, row(graph, repeated(fills, width)), prepared], {}, shape, "float64");
  return graph.emit("Cast", [filled], { to: 1 }, shape, "float32");
}

function byChannel(graph: Graph, flat: Value, { centre, scale }: Shaped): Value {
  const width = flat.shape[1];
  const factors = scale.map((value) => (value === 0 ? 0 : 1 / value));
  const centred = graph.emit("Sub", [flat, row(graph, repeated(centre, width))], {}, flat.shape);
  return graph.emit("Mul", [centred, row(graph, repeated(factors, width))], {}, flat.shape);
}

/** Every row by its own mean and deviation, of the values that are there; a row of one value becomes 0. */
function bySample(graph: Graph, flat: Value, absent: Value): Value {
  const one = [flat.shape[0], 1];
  const sum = (value: Value) => graph.emit("ReduceSum", [value, graph.integers([1])], { keepdims: 1 }, one);
  const zero = row(graph, [0]);
  const there = graph.emit("Where", [absent, zero, row(graph, [1])], {}, flat.shape, "float64");
  const count = graph.emit("Max", [sum(there), row(graph, [1])], {}, one);
  const whole = graph.emit("Where", [absent, zero, flat], {}, flat.shape, "float64");
  const mean = graph.emit("Div", [sum(whole), count], {}, one);
  const centred = graph.emit("Mul", [graph.emit("Sub", [whole, mean], {}, flat.shape), there], {}, flat.shape);
  const squares = graph.emit("Mul", [centred, centred], {}, flat.shape);
  const spread = graph.emit("Sqrt", [graph.emit("Div", [sum(squares), count], {}, one)], {}, one);
  const some = graph.emit("Greater", [spread, zero], {}, one, "bool");
  const divisor = graph.emit("Where", [some, spread, row(graph, [1])], {}, one, "float64");
  return graph.emit("Div", [centred, divisor], {}, flat.shape);
}

function repeated(values: readonly number[], width: number): number[] {
  return Array.from({ length: width }, (_, i) => values[i % values.length]);
}

function row(graph: Graph, numbers: readonly number[]): Value {
  return graph.constant(numbers, [1, numbers.length], "float64");
}
