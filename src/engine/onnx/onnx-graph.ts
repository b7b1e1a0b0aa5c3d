// What other layers need to write parts of an ONNX file by hand.
export type { Graph } from "../graph/graph.js";
export { type PiecewiseMap, piecewiseLinear } from "../graph/lookup.js";
export type { Value } from "../graph/value.js";
