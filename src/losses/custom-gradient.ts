import type { Tensor } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";

/** Keeps tensors alive for the backward pass; the backward function gets them in the same order. */
export type Save = (tensors: Tensor[]) => void;

export interface Differentiable<T extends Tensor> {
  readonly value: T;
  /** Gradients of the inputs, one each, from the gradient of the value; `saved` is what was handed to `save`. */
  readonly gradient: (upstream: T, saved: Tensor[]) => Tensor[];
}

/**
 * A value with a hand-written gradient with respect to `inputs`. Tensors that `forward` reads without listing them as
 * inputs are constants for the gradient. Whatever `gradient` reads must come out of `saved`: other tensors of the
 * forward pass are gone by then.
 */
export function withGradient<T extends Tensor>(inputs: Tensor[], forward: (save: Save) => Differentiable<T>): T {
  const operation = tf.customGrad((...args) => {
    const { value, gradient } = forward(args[inputs.length] as Save);
    return { value, gradFunc: gradient as (upstream: Tensor, saved: Tensor[]) => Tensor[] };
  });
  return operation(...inputs) as T;
}

/** A tensor through which no gradient flows. */
export function constant<T extends Tensor>(compute: () => T): T {
  return withGradient<T>([], () => ({ value: compute(), gradient: () => [] }));
}

/** The same tensor, whose gradient changes its sign on the way back: what is minimised beyond it is maximised before it. */
export function reversedGradient<T extends Tensor>(x: T): T {
  return withGradient<T>([x], () => ({ value: x.clone() as T, gradient: (upstream) => [tf.neg(upstream)] }));
}
