import { type EncodedNode, encodeModel } from "./encoder.js";
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

/** Rewrites a finished graph, drops what no output needs and encodes the rest. */
export function buildModel(
  graph: Graph,
  name: string,
  outputs: readonly NamedValue[],
  metadata?: Readonly<Record<string, string>>,
): GraphModel {
  const final = rewrite(
    graph,
    outputs.map(({ value }) => value),
  );
  const nodes = liveNodes(final);
  const names = outputNames(outputs, final);
  const nameOf = (value: Value) => names.get(value) ?? value.name;
  const encoded = nodes.map((node, i) => encodeNode(node, i, nameOf));
  outputs.forEach((output, i) => {
    if (nameOf(final[i]) !== output.name) encoded.push(copyNode(nameOf(final[i]), output.name));
  });
  const used = new Set([...nodes.flatMap((node) => node.inputs), ...final]);
  const inputs = graph.inputs.filter((value) => used.has(value));
  const constants = [...used].flatMap(({ name, shape, dtype, data }) => (data ? [{ name, shape, dtype, data }] : []));
  const encodedOutputs = outputs.map((output, i) => ({ ...final[i], name: output.name }));
  const bytes = encodeModel({ name, nodes: encoded, inputs, outputs: encodedOutputs, constants, metadata });
  return { bytes, inputNames: inputs.map((value) => value.name), operators: encoded.map(({ op }) => op) };
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
