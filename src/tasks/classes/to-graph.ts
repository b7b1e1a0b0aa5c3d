import type { Graph, Value } from "../../engine/onnx/onnx-graph.js";

/**
 * Writes the way from outputs of the network to probabilities: softmax(outputs x contrasts).
 * @param outputs [rows, classes - 1], float32
 * @param basis   contrasts over the temperature, [classes - 1, classes]
 * @returns [rows, classes], float64
 */
export function probabilitiesToGraph(graph: Graph, outputs: Value, basis: Float64Array, classes: number): Value {
  const wide = graph.emit("Cast", [outputs], { to: 11 }, outputs.shape, "float64");
  const shape = [outputs.shape[0], classes];
  const matrix = graph.constant(Array.from(basis), [classes - 1, classes], "float64");
  const logits = graph.emit("MatMul", [wide, matrix], {}, shape, "float64");
  return graph.emit("Softmax", [logits], { axis: -1 }, shape, "float64");
}
