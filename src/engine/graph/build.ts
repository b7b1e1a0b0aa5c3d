import { type EncodedNode, encodeModel, type ModelContent } from "./encoder.js";
import { type Graph, liveNodes } from "./graph.js";
import { rewrite } from "./rewrite.js";
import type { GraphNode, Value } from "./value.js";

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/** An encoded graph and the names of the inputs that it uses. */
export interface GraphModel {
  readonly bytes: Uint8Array;
  readonly inputNames: readonly string[];
  readonly operators: readonly string[];
}

/** Encodes what the outputs of a finished graph need. */
export function buildModel(graph: Graph, name: string, outputs: readonly NamedValue[]): GraphModel {
  const content = assemble(graph, name, outputs);
  return {
    bytes: encodeModel(content),
    inputNames: content.inputs.map((input) => input.name),
    operators: content.nodes.map(({ op }) => op),
  };
}

/** The outputs, computed by the cheaper nodes that `rewrite` finds. */
export function rewriteOutputs(graph: Graph, outputs: readonly NamedValue[]): NamedValue[] {
  const values = outputs.map(({ value }) => value);
  return rewrite(graph, values).map((value, i) => ({ name: outputs[i].name, value }));
}

/** What an ONNX file with these outputs holds. */
export function assemble(graph: Graph, name: string, outputs: readonly NamedValue[]): ModelContent {
  const final = outputs.map(({ value }) => value);
  const live = liveNodes(final);
  const names = outputNames(outputs, final);
  const nameOf = (value: Value) => names.get(value) ?? value.name;
  const nodes = live.map((node, i) => encodeNode(node, i, nameOf));
  outputs.forEach((output, i) => {
    if (nameOf(final[i]) !== output.name) nodes.push(copyNode(nameOf(final[i]), output.name));
  });
  const used = new Set([...live.flatMap((node) => node.inputs), ...final]);
  return {
    name,
    nodes,
    inputs: graph.inputs.filter((value) => used.has(value)),
    outputs: outputs.map((output, i) => ({ name: output.name, shape: final[i].shape, dtype: final[i].dtype })),
    constants: [...used].flatMap(({ name, shape, dtype, data }) => (data ? [{ name, shape, dtype, data }] : [])),
  };
}

/** Lets the node that computes an output write under the output's name; a second output of one value is a copy. */
function outputNames(outputs: readonly NamedValue[], final: readonly Value[]): Map<Value, string> {
  const names = new Map<Value, string>();
  outputs.forEach(({ name }, i) => {
    if (final[i].node && !names.has(final[i])) names.set(final[i], name);
  });
  return names;
}

function encodeNode(node: GraphNode, index: number, nameOf: (value: Value) => string): EncodedNode {
  return {
    op: node.op,
    name: `${node.op}#${index}`,
    inputs: node.inputs.map(nameOf),
    outputs: node.outputs.map(nameOf),
    attributes: node.attributes,
  };
}

function copyNode(from: string, to: string): EncodedNode {
  return { op: "Identity", name: `copy ${to}`, inputs: [from], outputs: [to], attributes: {} };
}
