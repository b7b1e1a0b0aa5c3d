import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { Rng } from "../math/rng.js";
import tf from "../tensorflow.js";

/** One named block of a flat vector. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Initial values, drawn from a stream of its own. */
  readonly initial: (rng: Rng) => Float32Array;
  /** Whether weight decay applies (weight matrices) or not (biases, scales, lambda). */
  readonly decay: boolean;
  /** Bottleneck parameters have a learning rate of their own; predictor gradients can be clipped alone. */
  readonly group: "encoder" | "bottleneck" | "predictor" | "auxiliary";
}

/**
 * Layout of all parameters in one flat vector [P], the form in which optimiser and engine handle them: a step then has
 * one weight tensor to pass in and out instead of dozens.
 */
export class ParameterLayout {
  readonly size: number;
  private readonly lengths: number[];

  constructor(readonly specs: readonly ParameterSpec[]) {
    const names = new Set(specs.map((spec) => spec.name));
    if (names.size !== specs.length) throw new RangeError("parameter names must be distinct");
    this.lengths = specs.map((spec) => product(spec.shape));
    this.size = this.lengths.reduce((a, b) => a + b, 0);
  }

  /** Initial values [P]; every parameter draws from the stream of its own name. */
  initialise(rng: Rng): Float32Array {
    return this.concat(this.specs.map((spec) => spec.initial(rng.split(spec.name))));
  }

  /** A vector [P] that is constant over each parameter. */
  constants(value: (spec: ParameterSpec) => number): Float32Array {
    return this.concat(this.specs.map((spec, i) => new Float32Array(this.lengths[i]).fill(value(spec))));
  }

  /** Views of the flat vector as named tensors of their shapes. */
  unpack(flat: Tensor1D): Record<string, Tensor> {
    const parts = this.specs.length === 1 ? [flat] : tf.split(flat, this.lengths);
    return Object.fromEntries(this.specs.map((spec, i) => [spec.name, tf.reshape(parts[i], [...spec.shape])]));
  }

  /** Copies of the flat values as named arrays, for storage. */
  unpackValues(flat: Float32Array): { name: string; shape: readonly number[]; values: Float32Array }[] {
    let offset = 0;
    return this.specs.map(({ name, shape }, i) => {
      const values = flat.slice(offset, offset + this.lengths[i]);
      offset += this.lengths[i];
      return { name, shape, values };
    });
  }

  /**
   * The flat vector of named arrays, the inverse of `unpackValues`.
   * @throws RangeError naming the parameter that is missing or has another number of values
   */
  pack(values: (name: string) => Float32Array | undefined): Float32Array {
    return this.concat(
      this.specs.map(({ name, shape }, i) => {
        const array = values(name);
        if (array?.length !== this.lengths[i]) {
          throw new RangeError(`parameter "${name}": expected shape [${shape}], found ${array?.length ?? "no"} values`);
        }
        return array;
      }),
    );
  }

  private concat(parts: readonly Float32Array[]): Float32Array {
    const flat = new Float32Array(this.size);
    let offset = 0;
    parts.forEach((part, i) => {
      if (part.length !== this.lengths[i]) {
        throw new RangeError(
          `parameter "${this.specs[i].name}": expected ${this.lengths[i]} values, found ${part.length}`,
        );
      }
      flat.set(part, offset);
      offset += part.length;
    });
    return flat;
  }
}

/** Kaiming-normal weights of a layer with `fanIn` inputs in front of a ReLU (He et al. 2015); gain 1 for linear layers. */
export function normalWeights(size: number, fanIn: number, gain = 2): (rng: Rng) => Float32Array {
  return (rng) => {
    const values = new Float32Array(size);
    rng.fillNormal(values);
    const scale = Math.sqrt(gain / fanIn);
    return values.map((v) => v * scale);
  };
}

export function constantValues(size: number, value: number): () => Float32Array {
  return () => new Float32Array(size).fill(value);
}

export function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** A parameter of the predictor that no training step reads: 0 until it is fitted. */
export function fittedParameter(name: string, shape: readonly number[]): ParameterSpec {
  return { name, shape, initial: constantValues(product(shape), 0), decay: false, group: "predictor" };
}
