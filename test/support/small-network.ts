import { encodeModel, type ModelContent } from "../../src/engine/graph/encoder.js";

/** Axes of a network's input or output; -1 is open. */
export interface SmallNetwork {
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** Axes over which the mean is taken. */
  readonly axes: readonly number[];
  /** A second output, and a second input that is added to the first output. */
  readonly more?: boolean;
}

/** The bytes of an ONNX file: "embedding" is the mean of "pixels" over some axes. */
export function smallNetwork({ input, output, axes, more = false }: SmallNetwork): Uint8Array {
  const node = (op: string, inputs: string[], outputs: string[], attributes: Record<string, number> = {}) => ({
    ...{ op, name: outputs[0], inputs, outputs, attributes },
  });
  const content: ModelContent = {
    name: "small",
    nodes: more
      ? [
          node("ReduceMean", ["pixels", "axes"], ["mean"], { keepdims: 0 }),
          node("Add", ["mean", "shift"], ["embedding"]),
          node("Neg", ["mean"], ["negative"]),
        ]
      : [node("ReduceMean", ["pixels", "axes"], ["embedding"], { keepdims: 0 })],
    inputs: [
      { name: "pixels", shape: input, dtype: "float32" },
      ...(more ? [{ name: "shift", shape: [], dtype: "float32" as const }] : []),
    ],
    outputs: [
      { name: "embedding", shape: output, dtype: "float32" },
      ...(more ? [{ name: "negative", shape: output, dtype: "float32" as const }] : []),
    ],
    constants: [{ name: "axes", shape: [axes.length], dtype: "int64", data: BigInt64Array.from(axes, BigInt) }],
  };
  return encodeModel(content);
}
