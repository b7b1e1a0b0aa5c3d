import type { Graph } from "../graph/graph.js";
import { expand } from "../graph/layout.js";
import { type DType, typeCodes, type Value } from "../graph/value.js";
import { channelsLast } from "./order.js";
import type { Traced } from "./traced.js";

export type { Traced } from "./traced.js";

/** One call of a tfjs kernel: operands by the name tfjs gives them, and the kernel's attributes. */
export interface KernelCall<A> {
  readonly graph: Graph;
  readonly inputs: Readonly<Record<string, Traced>>;
  readonly attrs: A;
}

/** Writes what a tfjs kernel computes into the graph. */
export interface Kernel<A = unknown> {
  (call: KernelCall<A>): Traced | readonly Traced[];
  /** Whether it takes operands whose channels stand first; the others get them in the tensor's own order of axes. */
  readonly anyOrder?: true;
}
export type KernelTable = Readonly<Record<string, Kernel>>;

/** A kernel with typed attributes; tfjs checks them before it calls. */
export function kernel<A>(body: Kernel<A>): Kernel {
  return body as Kernel;
}

/** A kernel that minds the order of its operands' axes. */
export function anyOrder<A>(body: Kernel<A>): Kernel {
  return Object.assign(
    kernel<A>((call) => body(call)),
    { anyOrder: true as const },
  );
}

/** A traced tensor whose value has the tensor's own shape. */
export function traced(value: Value): Traced {
  return { shape: value.shape, value };
}

/** The value of an operand, its axes in the operand's order, repeated to the operand's full shape. */
export function full(graph: Graph, operand: Traced): Value {
  return expand(graph, channelsLast(graph, operand).value, operand.shape);
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
