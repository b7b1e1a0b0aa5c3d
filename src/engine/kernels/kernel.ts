import type { Graph } from "../graph/graph.js";
import { expand } from "../graph/layout.js";
import { type DType, typeCodes, type Value } from "../graph/value.js";

/** A tfjs tensor of a traced step: its shape, and a graph value that broadcasts to it. Repeats are not written out. */
export interface Traced {
  readonly shape: readonly number[];
  readonly value: Value;
}

/** One call of a tfjs kernel: operands by the name tfjs gives them, and the kernel's attributes. */
export interface KernelCall<A> {
  readonly graph: Graph;
  readonly inputs: Readonly<Record<string, Traced>>;
  readonly attrs: A;
}

/** Writes what a tfjs kernel computes into the graph. */
export type Kernel<A = unknown> = (call: KernelCall<A>) => Traced | readonly Traced[];
export type KernelTable = Readonly<Record<string, Kernel>>;

/** A kernel with typed attributes; tfjs checks them before it calls. */
export function kernel<A>(body: Kernel<A>): Kernel {
  return body as Kernel;
}

/** A traced tensor whose value has the tensor's own shape. */
export function traced(value: Value): Traced {
  return { shape: value.shape, value };
}

/** The value of an operand, repeated to the operand's full shape. */
export function full(graph: Graph, operand: Traced): Value {
  return expand(graph, operand.value, operand.shape);
}

/** A non-negative axis. */
export function normalAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The value converted to another element type; constants of rank 0 are converted here. */
export function cast(graph: Graph, value: Value, dtype: DType): Value {
  if (value.dtype === dtype) return value;
  if (value.data && value.shape.length === 0) {
    const number = Number(value.data[0]);
    return graph.scalar(
      dtype === "bool" ? Number(number !== 0) : dtype === "float32" ? number : Math.trunc(number),
      dtype,
    );
  }
  return graph.emit("Cast", [value], { to: typeCodes[dtype] }, value.shape, dtype);
}
