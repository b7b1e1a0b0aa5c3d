import type { TargetColumnState, TargetTransform } from "../../data/target/target-transform.js";
import { type Graph, type PiecewiseMap, piecewiseLinear, type Value } from "../../engine/onnx/onnx-graph.js";

/**
 * Writes the way back from the scale of the prediction loss to the user's units, clipped to the training range.
 * @param prediction [rows, targets], float32
 * @returns [rows, targets], float64
 */
export function targetsInUserUnits(graph: Graph, prediction: Value, { columns }: TargetTransform): Value {
  const states = columns.map(({ state }) => state);
  const wide = graph.emit("Cast", [prediction], { to: 11 }, prediction.shape, "float64");
  const raw = states.every((state) => "normal" in state)
    ? piecewiseLinear(graph, wide, states.map(inverseMap))
    : affine(graph, wide, states);
  const low = graph.emit(
    "Max",
    [
      raw,
      row(
        graph,
        states.map(({ min }) => min),
      ),
    ],
    {},
    raw.shape,
  );
  return graph.emit(
    "Min",
    [
      low,
      row(
        graph,
        states.map(({ max }) => max),
      ),
    ],
    {},
    raw.shape,
  );
}

/** Beyond the knots the clip to the training range decides, so that the map may end there. */
function inverseMap(state: TargetColumnState): PiecewiseMap {
  if (!("normal" in state)) throw new Error(`target "${state.name}" has another transform than the first`);
  return { from: state.normal.z, to: state.normal.y };
}

function affine(graph: Graph, values: Value, states: readonly TargetColumnState[]): Value {
  const parts = states.map((state) => {
    if ("normal" in state) throw new Error(`target "${state.name}" has another transform than the first`);
    return state;
  });
  const scaled = graph.emit(
    "Mul",
    [
      values,
      row(
        graph,
        parts.map(({ scale }) => scale),
      ),
    ],
    {},
    values.shape,
  );
  return graph.emit(
    "Add",
    [
      scaled,
      row(
        graph,
        parts.map(({ mean }) => mean),
      ),
    ],
    {},
    values.shape,
  );
}

function row(graph: Graph, numbers: readonly number[]): Value {
  return graph.constant(numbers, [1, numbers.length], "float64");
}
