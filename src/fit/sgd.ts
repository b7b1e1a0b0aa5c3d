import type { Tensor1D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { type Optimiser, type UpdateRates, type Vectors, zeros } from "./optimiser.js";

export interface SgdConstants {
  /** Share of the velocity that stays from step to step, in [0, 1). */
  readonly momentum: number;
  /** Whether a step looks ahead along the velocity (Sutskever et al. 2013). */
  readonly nesterov: boolean;
}

/**
 * Stochastic gradient descent with momentum, as in PyTorch:
 *   g <- g + decay w,  u <- momentum u + g,  w <- w - rate u          (nesterov: w <- w - rate (g + momentum u))
 * @throws RangeError for a momentum outside [0, 1)
 */
export function sgd(constants: SgdConstants): Optimiser {
  const { momentum } = constants;
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`momentum is ${momentum}; expected a number in [0, 1)`);
  const keeps = momentum > 0 ? [{ name: "velocity", meaning: "velocity" }] : [];
  return {
    keeps,
    init: (size) => zeros(keeps, size),
    numbers: [],
    numbersAt: () => ({}),
    update: (state, gradient, rates) => sgdUpdate(constants, state, gradient, rates),
  };
}

function sgdUpdate(
  { momentum, nesterov }: SgdConstants,
  { parameters, velocity }: Vectors,
  gradient: Tensor1D,
  { learningRate, rateScale, decay }: UpdateRates,
): Vectors {
  const slope = tf.add(gradient, tf.mul(decay, parameters));
  const rate = tf.mul(rateScale, learningRate);
  const moved = (step: tf.Tensor) => tf.sub(parameters, tf.mul(rate, step)) as Tensor1D;
  if (momentum === 0) return { parameters: moved(slope) };
  const next = tf.add(tf.mul(velocity, momentum), slope) as Tensor1D;
  return { parameters: moved(nesterov ? tf.add(slope, tf.mul(next, momentum)) : next), velocity: next };
}
