import type { Graph, Value } from "../engine/onnx/onnx-graph.js";

/**
 * Writes NaN in the place of rows that lack a whole modality, whose gaps alone are filled.
 * @param raw      [rows, ...shape], float64, NaN = missing
 * @param prepared [rows, width], float32
 * @param marks    numbers that mean "missing" too
 * @returns [rows, width], float32
 */
export function nanWhereAbsent(graph: Graph, raw: Value, prepared: Value, marks: readonly number[]): Value {
  const [rows, ...shape] = raw.shape;
  const flat = shape.length === 1 ? raw : graph.emit("Flatten", [raw], { axis: 1 }, [rows, size(shape)]);
  const missing = [
    graph.emit("IsNaN", [flat], {}, flat.shape, "bool"),
    ...marks.map((mark) => {
      const constant = graph.constant([mark], [1, 1], "float64");
      return graph.emit("Equal", [flat, constant], {}, flat.shape, "bool");
    }),
  ].reduce((a, b) => graph.emit("Or", [a, b], {}, flat.shape, "bool"));
  const some = graph.emit("Not", [missing], {}, flat.shape, "bool");
  const nan = graph.constant([Number.NaN], [1, 1], "float32");
  return graph.emit("Where", [anyOf(graph, some), prepared, nan], {}, prepared.shape, "float32");
}

/**
 * Writes NaN in the place of predictions of rows with an input that is NaN: largest values and maxima over neighbours would
 * lose it on the way.
 * @param prediction [rows, columns]
 * @param prepared   inputs of the network, [rows, width] each
 * @returns [rows, columns]
 */
export function nanWhereUnknown(graph: Graph, prediction: Value, prepared: readonly Value[]): Value {
  const nan = graph.constant([Number.NaN], [1, 1], prediction.dtype === "float64" ? "float64" : "float32");
  return prepared.reduce((known, input) => {
    const unknown = anyOf(graph, graph.emit("IsNaN", [input], {}, input.shape, "bool"));
    return graph.emit("Where", [unknown, nan, known], {}, prediction.shape, prediction.dtype);
  }, prediction);
}

/** Whether any of a row is true, [rows, 1]. */
function anyOf(graph: Graph, flags: Value): Value {
  const one = [flags.shape[0], 1];
  const numbers = graph.emit("Cast", [flags], { to: 1 }, flags.shape, "float32");
  const count = graph.emit("ReduceSum", [numbers, graph.integers([1])], { keepdims: 1 }, one, "float32");
  return graph.emit("Greater", [count, graph.constant([0], [1, 1], "float32")], {}, one, "bool");
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
