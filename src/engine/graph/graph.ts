import { sameShape } from "../shapes.js";
import type { Attributes, ConstantData, DType, GraphNode, Value } from "./value.js";

export interface GraphOptions {
  readonly mostOutputs?: number | undefined;
  readonly block?: number | undefined;
}

/**
 * A graph under construction. Values are hash-consed: emitting the same operator on the same values twice gives the
 * same value, so common subexpressions exist once. Nodes hold their operands, so the graph is what its outputs reach;
 * everything else is never written.
 */
export class Graph {
  readonly inputs: Value[] = [];
  private readonly known = new Map<string, readonly Value[]>();
  private count = 0;

  /** Outputs that a node may have; a GPU binds only so many buffers at a time. */
  readonly mostOutputs: number;
  /** Channels that ONNX Runtime's own convolutions take together; 1 where only standard operators may be used. */
  readonly block: number;

  constructor({ mostOutputs = Number.POSITIVE_INFINITY, block = 1 }: GraphOptions = {}) {
    this.mostOutputs = mostOutputs;
    this.block = block;
  }

  input(name: string, shape: readonly number[], dtype: DType): Value {
    const value: Value = { name, shape: [...shape], dtype };
    this.inputs.push(value);
    return value;
  }

  /** A constant tensor; equal constants are one value. */
  constant(values: ArrayLike<number>, shape: readonly number[], dtype: DType): Value {
    const data = typedData(values, dtype);
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
    const [value] = this.cons(`constant|${dtype}|${shape}|${bytes}`, () => [
      { name: this.nextName("constant"), shape: [...shape], dtype, data },
    ]);
    return value;
  }

  scalar(value: number, dtype: DType = "float32"): Value {
    return this.constant([value], [], dtype);
  }

  /** A one-dimensional int64 constant: axes, shapes and indices of ONNX operators. */
  integers(values: readonly number[]): Value {
    return this.constant(values, [values.length], "int64");
  }

  /** The only output of a new or an equal existing node. */
  emit(
    op: string,
    inputs: readonly Value[],
    attributes: Attributes,
    shape: readonly number[],
    dtype: DType = inputs[0].dtype,
  ): Value {
    return this.emitMany(op, inputs, attributes, [{ shape, dtype }])[0];
  }

  /** All outputs of a new or an equal existing node. */
  emitMany(
    op: string,
    inputs: readonly Value[],
    attributes: Attributes,
    outputs: readonly { readonly shape: readonly number[]; readonly dtype: DType }[],
  ): readonly Value[] {
    // A node that leaves out a later output is another node.
    const key = `${op}|${inputs.map((value) => value.name)}|${JSON.stringify(attributes)}|${outputs.length}`;
    return this.cons(key, () => {
      const made: Value[] = [];
      const node: GraphNode = { op, inputs, attributes, outputs: made };
      for (const { shape, dtype } of outputs) made.push({ name: this.nextName(op), shape: [...shape], dtype, node });
      return made;
    });
  }

  private cons(key: string, make: () => readonly Value[]): readonly Value[] {
    const found = this.known.get(key);
    if (found) return found;
    const made = make();
    this.known.set(key, made);
    return made;
  }

  private nextName(kind: string): string {
    return `${kind}_${this.count++}`;
  }
}

/** The nodes that `outputs` need, operands before users. */
export function liveNodes(outputs: readonly Value[]): GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const stack: { node: GraphNode; next: number }[] = [];
  const push = (value: Value) => {
    if (!value.node || seen.has(value.node)) return;
    seen.add(value.node);
    stack.push({ node: value.node, next: 0 });
  };
  for (const output of outputs) {
    push(output);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < top.node.inputs.length) push(top.node.inputs[top.next++]);
      else order.push(stack.pop()!.node);
    }
  }
  return order;
}

/** How many operands and outputs refer to each value. */
export function countUses(nodes: readonly GraphNode[], outputs: readonly Value[]): Map<Value, number> {
  const uses = new Map<Value, number>();
  const add = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of nodes) node.inputs.forEach(add);
  outputs.forEach(add);
  return uses;
}

/** Whether a constant equals one number everywhere. */
export function isUniform(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return false;
  return true;
}

/** Whether two values have the same shape and type. */
export function sameType(a: Value, b: Value): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape);
}

function typedData(values: ArrayLike<number>, dtype: DType): ConstantData {
  if (dtype === "float32") return Float32Array.from(values);
  if (dtype === "float64") return Float64Array.from(values);
  if (dtype === "int32") return Int32Array.from(values);
  if (dtype === "int64") return BigInt64Array.from(Array.from(values), BigInt);
  return Uint8Array.from(values);
}
