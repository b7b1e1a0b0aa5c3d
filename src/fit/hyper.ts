import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";

/**
 * Named numbers that may change between steps (learning rate, loss weights, bandwidths), passed into a step as one
 * input vector. A JavaScript number inside a step would be frozen when the step is compiled.
 */
export class HyperParameters {
  static readonly inputName = "hyper";

  constructor(readonly names: readonly string[]) {}

  /** Writes named values into the input vector. @throws RangeError if a value is missing or not finite */
  fill(vector: Float32Array, values: Readonly<Record<string, number>>): void {
    this.names.forEach((name, i) => {
      const value = values[name];
      if (!Number.isFinite(value))
        throw new RangeError(`hyper-parameter "${name}" is ${value}; expected a finite number`);
      vector[i] = value;
    });
  }

  /** The input vector [number of names] as scalars by name. */
  unpack(vector: Tensor): Record<string, Scalar> {
    const parts = this.names.length === 1 ? [vector] : tf.split(vector as Tensor1D, this.names.length);
    return Object.fromEntries(this.names.map((name, i) => [name, tf.reshape(parts[i], []) as Scalar]));
  }
}
