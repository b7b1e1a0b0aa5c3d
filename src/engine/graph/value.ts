/** Element types that occur in a graph, with their codes in ONNX (TensorProto.DataType). */
export const typeCodes = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;
export type DType = keyof typeof typeCodes;

export type ConstantData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** An ONNX attribute; `{ float }` tells a float from an integer. */
export type Attribute = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * A tensor in the graph: an input, a constant (`data`), or what a node computes (`node`).
 * `shape` is the shape ONNX Runtime sees.
 */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly node?: GraphNode;
  readonly data?: ConstantData;
}

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

/** The number in a constant of rank 0, else undefined. */
export function constantScalar(value: Value): number | undefined {
  return value.data && value.shape.length === 0 ? Number(value.data[0]) : undefined;
}

/** Whether a value is the result of this operator. */
export function isResultOf(value: Value, op: string): value is Value & { readonly node: GraphNode } {
  return value.node?.op === op;
}

/** Name of an operator of ONNX Runtime for channels in blocks, with its domain. */
export function ownOperator(op: string): string {
  return `com.microsoft.nchwc:${op}`;
}
