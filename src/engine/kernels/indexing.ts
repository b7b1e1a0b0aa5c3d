import type { Graph } from "../graph/graph.js";
import { expand, reshape } from "../graph/layout.js";
import type { DType, Value } from "../graph/value.js";
import { sizeOf } from "../shapes.js";
import { cast, full, type KernelTable, kernel, normalAxis, type Traced, traced } from "./kernel.js";

/** Kernels that pick or place elements by index. */
export const indexingKernels: KernelTable = {
  GatherV2: kernel<{ axis: number; batchDims?: number }>(({ graph, inputs: { x, indices }, attrs }) => {
    if (attrs.batchDims) throw new Error("tf.gather with batchDims is not traced; gather from a reshaped tensor");
    const axis = normalAxis(attrs.axis, x.shape.length);
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return traced(graph.emit("Gather", [full(graph, x), full(graph, indices)], { axis }, shape));
  }),
  GatherNd: kernel(({ graph, inputs: { params, indices } }) => {
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(indices.shape.at(-1))];
    return traced(graph.emit("GatherND", [full(graph, params), wideIndices(graph, indices)], {}, shape));
  }),
  ScatterNd: kernel<{ shape: number[] }>(({ graph, inputs: { indices, updates }, attrs: { shape } }) =>
    traced(scatterAdd(graph, shape, wideIndices(graph, indices), full(graph, updates))),
  ),
  UnsortedSegmentSum: kernel<{ numSegments: number }>(({ graph, inputs: { x, segmentIds }, attrs }) => {
    const rank = segmentIds.shape.length;
    const shape = [attrs.numSegments, ...x.shape.slice(rank)];
    const indices = reshape(graph, wideIndices(graph, segmentIds), [sizeOf(segmentIds.shape), 1]);
    const updates = reshape(graph, full(graph, x), [sizeOf(segmentIds.shape), ...x.shape.slice(rank)]);
    return traced(scatterAdd(graph, shape, indices, updates));
  }),
  TopK: kernel<{ k: number; sorted: boolean }>(({ graph, inputs: { x }, attrs: { k, sorted } }) => {
    const shape = [...x.shape.slice(0, -1), k];
    const outputs = [{ shape, dtype: x.value.dtype } as const, { shape, dtype: "int64" } as const];
    const attributes = { axis: -1, largest: 1, sorted: Number(sorted) };
    const [values, indices] = graph.emitMany("TopK", [full(graph, x), graph.integers([k])], attributes, outputs);
    return [traced(values), traced(cast(graph, indices, "int32"))];
  }),
  OneHot: kernel<{ depth: number; onValue: number; offValue: number; dtype?: DType }>(
    ({ graph, inputs: { indices }, attrs }) => {
      const values = graph.constant([attrs.offValue, attrs.onValue], [2], "float32");
      const operands = [wideIndices(graph, indices), graph.scalar(attrs.depth, "int64"), values];
      const hot = graph.emit("OneHot", operands, { axis: -1 }, [...indices.shape, attrs.depth], "float32");
      return traced(cast(graph, hot, attrs.dtype ?? "float32"));
    },
  ),
};

/** Adds `updates` at `indices` of a tensor of zeros; entries with equal indices add up. */
function scatterAdd(graph: Graph, shape: readonly number[], indices: Value, updates: Value): Value {
  const zeros = expand(graph, graph.scalar(0, updates.dtype), shape);
  return graph.emit("ScatterND", [zeros, indices, updates], { reduction: "add" }, shape);
}

/** Indices as int64; a conversion to int32 just before (of TopK and ArgMax) is undone. */
function wideIndices(graph: Graph, indices: Traced): Value {
  const value = full(graph, indices);
  const before = value.node?.op === "Cast" ? value.node.inputs[0] : undefined;
  return before?.dtype === "int64" ? before : cast(graph, value, "int64");
}
