import tf from "../../tensorflow.js";
import { withBackend } from "../eager/with-backend.js";
import type { InitialTensor, TensorMap } from "../engine.js";
import { assemble, rewriteOutputs } from "../graph/build.js";
import { encodeModel } from "../graph/encoder.js";
import { freeRows, placeholderRows } from "../graph/free-rows.js";
import { Graph } from "../graph/graph.js";
import type { Value } from "../graph/value.js";
import { full, traced } from "../kernels/kernel.js";
import { inStepScope } from "../step.js";
import { traceBackend, traceBackendName } from "./trace-backend.js";

/** A model to write as an ONNX file that takes any number of rows. */
export interface ExportDefinition {
  readonly name: string;
  /** Inputs [rows, ...shape], float64, and what turns each into a network input [rows, width], float32. */
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly prepare: (graph: Graph, raw: Value, beside: Value | undefined) => Value;
  }[];
  /** An input [rows, width], float64, that every preparation reads beside its own; none if left out. */
  readonly beside?: { readonly name: string; readonly width: number };
  /** Weights and other tensors, written into the file. */
  readonly constants: readonly InitialTensor[];
  /** The network: constants and prepared inputs by name -> outputs [rows, ..] by name. */
  readonly network: (constants: TensorMap, inputs: TensorMap) => TensorMap;
  /** What turns an output of the network into one of the file, by name, beside its inputs; outputs without an entry are left out. */
  readonly outputs: Readonly<Record<string, (graph: Graph, value: Value, prepared: readonly Value[]) => Value>>;
  /** Texts that tools show beside the model. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The bytes of an ONNX file (opset 21, standard operators only): preparation, network and what follows in one graph.
 * @throws RunError if the network uses an operation that cannot be traced
 */
export async function exportModel(definition: ExportDefinition): Promise<Uint8Array> {
  await tf.ready();
  const backend = traceBackend();
  const graph = new Graph();
  const { beside: also } = definition;
  const rows = placeholderRows(definition.constants.map(({ shape }) => shape));
  const beside = also && graph.input(also.name, [rows, also.width], "float64");
  const prepared = definition.inputs.map(({ name, shape, prepare }) => {
    const value = prepare(graph, graph.input(name, [rows, ...shape], "float64"), beside);
    return { name, value };
  });
  const read = prepared.map(({ value }) => value);
  const constants = definition.constants.map(({ name, shape, values }) => ({
    name,
    value: graph.constant(values, shape, "float32"),
  }));
  const results = withBackend(traceBackendName, () =>
    backend.record(graph, () =>
      inStepScope(() => {
        const tensors = (list: readonly { name: string; value: Value }[]): TensorMap =>
          Object.fromEntries(list.map(({ name, value }) => [name, backend.tensor(traced(value))]));
        const outputs = definition.network(tensors(constants), tensors(prepared));
        return Object.entries(definition.outputs).map(([name, finish]) => ({
          name,
          value: finish(graph, full(graph, backend.traced(outputs[name])), read),
        }));
      }),
    ),
  );
  return encodeModel({
    ...freeRows(assemble(graph, definition.name, rewriteOutputs(graph, results)), rows),
    metadata: definition.metadata,
  });
}
