import type * as tf from "@tensorflow/tfjs";

export type Operation = (...tensors: tf.Tensor[]) => tf.Tensor;

/** Operands by shape, drawn from N(0, 1) or from (low, high); the gradient by every operand is compared too. */
export interface KernelCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly f: Operation;
  readonly range?: readonly [number, number];
  readonly gradient?: boolean;
}

/** A case of one operand. */
export const single = (name: string, shape: readonly number[], f: Operation): KernelCase => ({
  name,
  shapes: [shape],
  f,
});
