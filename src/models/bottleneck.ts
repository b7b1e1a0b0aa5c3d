import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { bottleneckCapacity } from "../losses/capacity.js";
import { onPresent } from "../losses/present-rows.js";
import tf from "../tensorflow.js";
import type { Encoding } from "./encoders/encoder.js";
import { batchNormEpsilon } from "./layers/normalise.js";
import type { ForwardContext, ModuleSpec } from "./module.js";
import { constantValues } from "./parameters.js";

export interface BottleneckOptions {
  readonly latentDim: number;
  /** Initial lambda in (0, 1). */
  readonly lambda: number;
  /** One lambda per latent dimension instead of one per modality. */
  readonly perDimension: boolean;
}

export interface BottleneckOutput {
  /** z = lambda h + (1 - lambda) eps, [batch, latentDim]; at inference E[z | h]. */
  readonly latent: Tensor2D;
  /** Upper bound on I(X; Z), nats per sample, scalar. */
  readonly capacity: Tensor;
  /** lambda, [1] or [latentDim]. */
  readonly lambda: Tensor1D;
  /** Mean of the latent over rows, [latentDim]: that of the encoding. */
  readonly mean: Tensor1D;
}

export interface Bottleneck extends ModuleSpec {
  readonly apply: (context: ForwardContext, encoding: Encoding) => BottleneckOutput;
}

/**
 * Linear noise bottleneck: z = lambda h + (1 - lambda) eps, eps ~ N(mu, diag var), mu and var the moments of h.
 * The encoder ends in a normalisation of its own, which it hands over, so that these moments are its shift and (up to
 * epsilon) its squared scale: they need no pass over the batch and are the same in training and at inference.
 */
export function bottleneck(name: string, options: BottleneckOptions): Bottleneck {
  const width = options.perDimension ? options.latentDim : 1;
  const logit = Math.log(options.lambda / (1 - options.lambda));
  return {
    parameters: [
      {
        name: `${name}.logit`,
        shape: [width],
        initial: constantValues(width, logit),
        decay: false,
        group: "bottleneck",
      },
    ],
    moments: [],
    noise: [{ name: `${name}.noise`, shape: (batch) => [batch, options.latentDim], kind: "normal" }],
    apply: (context, { latent: encoding, mean, scale }) => {
      const logit = context.parameters[`${name}.logit`] as Tensor1D;
      const lambda = tf.sigmoid(logit) as Tensor1D;
      const standardised = tf.div(tf.sub(encoding, mean), tf.add(tf.abs(scale), batchNormEpsilon)) as Tensor2D;
      const noise = context.noise[`${name}.noise`];
      const drawn = noise === undefined ? mean : tf.add(mean, tf.mul(noise, tf.abs(scale)));
      const latent = tf.add(tf.mul(lambda, encoding), tf.mul(tf.sub(1, lambda), drawn)) as Tensor2D;
      const capacity = onPresent(context.rows, (rows) => bottleneckCapacity({ standardised, logit, rows }));
      return { latent, capacity, lambda, mean };
    },
  };
}
