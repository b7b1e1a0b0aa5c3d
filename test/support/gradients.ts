import type { Scalar, Tensor } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import { Rng } from "../../src/math/rng.js";

/** Values of a tensor, row-major. All are float32 numbers, so that a float64 reference sees exactly the same input. */
export interface TestTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export function testTensor(shape: readonly number[], values: ArrayLike<number>): TestTensor {
  return { shape, values: Array.from(values, Math.fround) };
}

/** Normal draws times `scale` plus `shift`, fixed by `seed`. */
export function normalTensor(seed: string, shape: readonly number[], scale = 1, shift = 0): TestTensor {
  const rng = new Rng(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return testTensor(
    shape,
    Array.from({ length: size }, () => rng.normal() * scale + shift),
  );
}

export function toTensor<T extends Tensor>({ shape, values }: TestTensor): T {
  return tf.tensor([...values], [...shape]) as T;
}

/** |a - b| / |b| in the Euclidean norm; |a| where b is 0. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  return Math.sqrt(size === 0 ? difference : difference / size);
}

/** Central differences in float64; with values of order 1 and step 1e-5 the error is about 1e-10 relative. */
export function numericGradient(f: (x: number[]) => number, x: readonly number[], step = 1e-5): number[] {
  return x.map((value, i) => {
    const at = (v: number) => f(x.map((old, k) => (k === i ? v : old)));
    return (at(value + step) - at(value - step)) / (2 * step);
  });
}

type Named<T> = Readonly<Record<string, T>>;

export interface GradientCheck<Names extends string> {
  readonly inputs: Readonly<Record<Names, TestTensor>>;
  /** The code under test, float32. */
  readonly loss: (tensors: Record<Names, Tensor>) => Tensor;
  /** The same formula on plain arrays, float64. */
  readonly reference: (values: Record<Names, number[]>) => number;
  /** Inputs whose gradients are compared; the others must be constants. */
  readonly wrt: readonly NoInfer<Names>[];
  /** Absolute error of the value and relative L2 error of each gradient. */
  readonly valueTolerance?: number;
  readonly gradientTolerance?: number;
}

/**
 * Compares a loss with its float64 reference, and its gradients with finite differences of that reference. Differences
 * are taken in float64, so that the tolerance is set by the float32 arithmetic under test alone. Also asserts that no
 * tensor is left behind.
 */
export function checkGradient<Names extends string>(check: GradientCheck<Names>): void {
  const { inputs, reference, wrt, valueTolerance = 2e-6, gradientTolerance = 2e-5 } = check;
  const plain = mapValues(inputs, ({ values }: TestTensor) => [...values]) as Record<Names, number[]>;
  const { value, gradients } = evaluate(check);
  expect(Math.abs(value - reference(plain))).toBeLessThan(valueTolerance);
  wrt.forEach((name, i) => {
    const expected = numericGradient((x) => reference({ ...plain, [name]: x }), plain[name]);
    expect(relativeError(gradients[i], expected), `gradient with respect to ${name}`).toBeLessThan(gradientTolerance);
  });
}

/** Value and gradients (in the order of `wrt`) as plain numbers; asserts that no tensor is left behind. */
export function evaluate<Names extends string>({
  inputs,
  loss,
  wrt,
}: Pick<GradientCheck<Names>, "inputs" | "loss" | "wrt">): { value: number; gradients: Float32Array[] } {
  const tensors = mapValues(inputs, (input: TestTensor) => toTensor(input)) as Record<Names, Tensor>;
  const before = tf.memory().numTensors;
  const { value, grads } = tf.valueAndGrads((...args: Tensor[]) => {
    const replaced = Object.fromEntries(wrt.map((name, i) => [name, args[i]]));
    return loss({ ...tensors, ...replaced }) as Scalar;
  })(wrt.map((name) => tensors[name]));
  const result = { value: value.dataSync()[0], gradients: grads.map((g) => g.dataSync() as Float32Array) };
  tf.dispose([value, grads]);
  expect(tf.memory().numTensors, "tensors left behind by value and gradient").toBe(before);
  loss(tensors).dispose();
  expect(tf.memory().numTensors, "tensors left behind by the value").toBe(before);
  tf.dispose(tensors);
  return result;
}

/** The value of a scalar or tensor function of test tensors, as plain numbers. */
export function readValue(compute: () => Tensor): Float32Array {
  return tf.tidy(() => compute().dataSync()) as Float32Array;
}

function mapValues<A, B>(record: Named<A>, f: (value: A) => B): Named<B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
}
