import type { Scalar, Tensor1D } from "@tensorflow/tfjs";

/** Flat vectors [P] by name. */
export type Vectors = Readonly<Record<string, Tensor1D>>;

/** What an update reads beside state and gradient. */
export interface UpdateRates {
  readonly learningRate: Scalar;
  /** Learning rate of each parameter relative to `learningRate`, [P]. */
  readonly rateScale: Tensor1D;
  /** Weight decay of each parameter, [P]; 0 for those that do not decay. */
  readonly decay: Tensor1D;
  /** The optimiser's own numbers of this step, by name. */
  readonly numbers: Readonly<Record<string, Scalar>>;
}

/**
 * A rule that turns gradients into steps, on one flat parameter vector. It holds no state of its own: what it keeps
 * between steps goes in and out, beside `parameters`.
 */
export interface Optimiser {
  /** Vectors [P] that it keeps between steps, and what their numbers are, as errors name them. */
  readonly keeps: readonly { readonly name: string; readonly meaning: string }[];
  /** What it keeps before the first step, [size] each, by name. */
  init(size: number): Readonly<Record<string, Float32Array>>;
  /** Names of the numbers that differ from step to step. */
  readonly numbers: readonly string[];
  /** Those numbers at step t = 1, 2, .. of a phase. */
  numbersAt(t: number): Readonly<Record<string, number>>;
  /**
   * One step, traced.
   * @param state `parameters` and what it keeps
   * @returns the same entries after the step
   */
  update(state: Vectors, gradient: Tensor1D, rates: UpdateRates): Vectors;
}

/** Zeros [size] for each of the vectors that an optimiser keeps. */
export function zeros(keeps: Optimiser["keeps"], size: number): Record<string, Float32Array> {
  return Object.fromEntries(keeps.map(({ name }) => [name, new Float32Array(size)]));
}
