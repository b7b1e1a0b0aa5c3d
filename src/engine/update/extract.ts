import type { NamedValue } from "../graph/build.js";
import { constantScalar, type GraphNode, type Value } from "../graph/value.js";
import { sizeOf } from "../shapes.js";

/** Shorter state entries are left to ONNX Runtime. */
const shortestVector = 16384;

/** Values that ONNX Runtime computes for the update may fill this many vectors of its length. */
export const scratchVectors = 2;

const operators = new Set(["Add", "Sub", "Mul", "Div", "Sqrt", "Reciprocal"]);

/** Where an update reads a vector: a state entry, or a value that the session computes. */
export type VectorSource = { readonly value: Value; readonly entry: string } | { readonly value: Value };

/** The elementwise end of a step: new values of state entries from vectors and numbers, element by element. */
export interface VectorUpdate {
  /** Length of every vector. */
  readonly length: number;
  readonly vectors: readonly VectorSource[];
  /** Values of one element that the session computes. */
  readonly scalars: readonly Value[];
  /** Elementwise nodes, operands before users. Their operands are vectors, scalars, constants or other nodes. */
  readonly nodes: readonly GraphNode[];
  readonly results: readonly { readonly entry: string; readonly value: Value }[];
}

/** Outputs of a step, split into an update and what the session still has to compute. */
export interface SplitOutputs {
  readonly update: VectorUpdate | null;
  readonly rest: readonly NamedValue[];
}

/**
 * Takes the optimiser out of a step. The last operations of a training step (Adam, weight decay, moving average) work
 * element by element on vectors as long as all parameters; as graph nodes each of them is a pass over memory, and ONNX
 * Runtime's Node binding copies every output once more. As one loop they are a single pass.
 * @param outputs rewritten outputs of the graph; `next/NAME` is the new value of state entry NAME
 */
export function splitUpdate(outputs: readonly NamedValue[]): SplitOutputs {
  const candidates = outputs.filter(({ name, value }) => name.startsWith("next/") && isLongVector(value));
  const length = Math.max(0, ...candidates.map(({ value }) => value.shape[0]));
  const chosen = candidates.filter(({ value }) => value.shape[0] === length);
  const update = chosen.length > 0 ? collect(chosen, length) : null;
  if (update === null) return { update, rest: outputs };
  const computed = update.vectors.filter((source) => !("entry" in source)).map(({ value }) => value);
  const rest = [
    ...outputs.filter((output) => !chosen.includes(output)),
    ...computed.map((value, i) => ({ name: vectorName(i), value })),
    ...update.scalars.map((value, i) => ({ name: scalarName(i), value })),
  ];
  return { update, rest };
}

/** Names of the session's outputs that an update reads. */
export const vectorName = (index: number) => `update/vector${index}`;
export const scalarName = (index: number) => `update/scalar${index}`;

function collect(outputs: readonly NamedValue[], length: number): VectorUpdate | null {
  const nodes: GraphNode[] = [];
  const vectors = new Map<Value, VectorSource>();
  const scalars = new Set<Value>();
  const seen = new Set<GraphNode>();
  const visit = (value: Value): void => {
    if (sizeOf(value.shape) === 1) {
      if (constantScalar(value) === undefined) scalars.add(value);
    } else if (isOperation(value, length)) {
      if (seen.has(value.node)) return;
      seen.add(value.node);
      value.node.inputs.forEach(visit);
      nodes.push(value.node);
    } else vectors.set(value, sourceOf(value));
  };
  for (const { value } of outputs) visit(value);
  const sources = [...vectors.values()];
  const computed = sources.filter((source) => !("entry" in source));
  const readable = computed.every(({ value }) => value.node && value.dtype === "float32");
  if (nodes.length === 0 || computed.length > scratchVectors || !readable) return null;
  const results = outputs.map(({ name, value }) => ({ entry: name.slice("next/".length), value }));
  return { length, vectors: sources, scalars: [...scalars], nodes, results };
}

function isLongVector({ shape, dtype }: Value): boolean {
  return dtype === "float32" && shape.length === 1 && shape[0] >= shortestVector;
}

/** Whether a value is an elementwise operation on vectors of this length and single numbers. */
function isOperation(value: Value, length: number): value is Value & { readonly node: GraphNode } {
  if (!value.node || !operators.has(value.node.op) || value.shape.length !== 1 || value.shape[0] !== length)
    return false;
  return value.node.inputs.every(({ shape, dtype }) => {
    const fits = (shape.length === 1 && shape[0] === length) || sizeOf(shape) === 1;
    return fits && dtype === "float32";
  });
}

function sourceOf(value: Value): VectorSource {
  const prefix = "state/";
  return !value.node && !value.data && value.name.startsWith(prefix)
    ? { value, entry: value.name.slice(prefix.length) }
    : { value };
}
