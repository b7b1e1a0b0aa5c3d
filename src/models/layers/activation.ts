import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { withGradient } from "../../losses/custom-gradient.js";
import { requireShape } from "../../losses/shapes.js";
import tf from "../../tensorflow.js";
import { type Activation, type PlainActivation, parametricOf } from "../activations.js";
import { reluDropout } from "./relu-dropout.js";

/**
 * An activation followed by dropout.
 *   relu: max(x, 0);  gelu: x Phi(x);  silu: x sigmoid(x);  mish: x tanh(log(1 + exp(x)))
 * Parametric ones go from the identity to these, unit by unit: x + bend (f(x) - x).
 * Sources: Hendrycks & Gimpel 2016 (gelu, silu), Misra 2019 (mish), He et al. 2015 (parametric relu), Holzmueller, Grinsztajn &
 * Steinwart 2024 (the others).
 * @param x    [batch, width]
 * @param mask [batch, width], inverted dropout; a constant for the gradient; nothing is dropped if left out
 * @param bend [width], of a parametric one
 * @returns [batch, width]
 * @throws RangeError for other shapes, and for a parametric one without its bends
 */
export function activated(kind: Activation, x: Tensor2D, mask?: Tensor2D, bend?: Tensor1D): Tensor2D {
  requireShape("x", x, ["batch", "width"]);
  const base = parametricOf(kind);
  if (base === null) return bent(kind as PlainActivation, x, mask);
  if (bend === undefined) throw new RangeError(`${kind} needs a bend for every unit`);
  requireShape("bend", bend, [x.shape[1]]);
  if (mask !== undefined) requireShape("mask", mask, x.shape);
  const y = tf.add(x, tf.mul(bend, tf.sub(bent(base, x), x)));
  return (mask === undefined ? y : tf.mul(y, mask)) as Tensor2D;
}

function bent(kind: PlainActivation, x: Tensor2D, mask?: Tensor2D): Tensor2D {
  if (kind === "relu") return mask === undefined ? tf.relu(x) : reluDropout(x, mask);
  if (mask !== undefined) requireShape("mask", mask, x.shape);
  return withGradient([x], (save) => {
    const { value, slope } = smooth[kind](x);
    const kept = (y: Tensor) => (mask === undefined ? y : tf.mul(y, mask)) as Tensor2D;
    save([kept(slope)]);
    return { value: kept(value), gradient: (dy, [s]) => [tf.mul(dy, s)] };
  });
}

/** Value and slope of each, elementwise. */
const smooth = {
  gelu: (x: Tensor2D) => {
    const below = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return { value: tf.mul(x, below), slope: tf.add(below, tf.mul(x, density)) };
  },
  silu: (x: Tensor2D) => {
    const share = tf.sigmoid(x);
    const value = tf.mul(x, share);
    return { value, slope: tf.add(share, tf.mul(value, tf.sub(1, share))) };
  },
  mish: (x: Tensor2D) => {
    const share = tf.tanh(tf.softplus(x));
    const bend = tf.mul(tf.mul(x, tf.sigmoid(x)), tf.sub(1, tf.square(share)));
    return { value: tf.mul(x, share), slope: tf.add(share, bend) };
  },
} as const;
