import type { Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { applyLinear, linearSpec } from "./mlp.js";
import { type ForwardContext, joinSpecs, type ModuleSpec, type NoiseSpec } from "./module.js";

export interface PosteriorArchitecture {
  /** Columns of z. */
  readonly inputWidth: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Dropout rate after each hidden layer, in [0, 1). */
  readonly dropout: number;
  readonly classes: number;
}

export interface PosteriorHead extends ModuleSpec {
  readonly architecture: PosteriorArchitecture;
  /**
   * @param z      [batch, inputWidth]
   * @param linear [batch, classes], logits of a linear reading
   * @returns log p(y | z) in nats, [batch, classes]
   */
  readonly logPosterior: (context: ForwardContext, z: Tensor2D, linear: Tensor2D) => Tensor2D;
}

/** Variance of the weights of the last layer times its inputs, at the start. */
const startGain = 1e-4;

/**
 * Posterior of a class on top of a multinomial logistic regression: log softmax(linear + network(z)). The last layer starts
 * near zero, so that training starts from the linear reading.
 */
export function posteriorHead(name: string, architecture: PosteriorArchitecture): PosteriorHead {
  const { inputWidth, hidden, dropout, classes } = architecture;
  const widths = [inputWidth, ...hidden];
  const layers = hidden.map((width, i) => ({ name: `${name}.hidden${i}`, width }));
  const last = `${name}.logits`;
  const group = "predictor" as const;
  const parts = layers.map((layer, i) => ({
    ...linearSpec(layer.name, widths[i], layer.width, { group, bias: true }),
    noise: dropout > 0 ? [dropoutOf(layer, dropout)] : [],
  }));
  return {
    ...joinSpecs([...parts, linearSpec(last, widths[hidden.length], classes, { group, bias: true, gain: startGain })]),
    architecture,
    logPosterior: (context, z, linear) => {
      const h = layers.reduce((x, layer) => {
        const active = tf.elu(applyLinear(context, layer.name, x, true));
        const mask = context.noise[dropoutName(layer)];
        return (mask === undefined ? active : tf.mul(active, mask)) as Tensor2D;
      }, z);
      return tf.logSoftmax(tf.add(linear, applyLinear(context, last, h, true))) as Tensor2D;
    },
  };
}

const dropoutName = ({ name }: { readonly name: string }) => `${name}.dropout`;

function dropoutOf(layer: { readonly name: string; readonly width: number }, rate: number): NoiseSpec {
  return { name: dropoutName(layer), shape: (batch) => [batch, layer.width], kind: "dropout", rate };
}
