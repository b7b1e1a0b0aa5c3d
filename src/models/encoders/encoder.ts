import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import tf from "../../tensorflow.js";
import { blockMeans, blocksIn } from "../layers/block-means.js";
import { batchNorm, batchNormSpec } from "../layers/normalise.js";
import { periodicEmbedding } from "../layers/periodic-embedding.js";
import { applyLinear, type HiddenOptions, hiddenStack, linearSpec } from "../mlp.js";
import { emptySpec, type ForwardContext, joinSpecs, type ModuleSpec } from "../module.js";
import { constantValues, normalWeights, type ParameterSpec } from "../parameters.js";

/** Periodic embedding of numeric features (Gorishniy et al. 2022, "PLR"), beside the raw value. */
export interface PeriodicOptions {
  /** Frequencies per feature. */
  readonly frequencies: number;
  /** Standard deviation of the initial frequencies, in cycles per unit of the prepared feature. */
  readonly sigma: number;
  /** Embedding width per feature. */
  readonly width: number;
}

export interface EncoderOptions extends HiddenOptions {
  readonly inputWidth: number;
  readonly latentDim: number;
  readonly embedding: PeriodicOptions | null;
  /** Adds a linear map of the raw inputs to the output of the hidden layers. Default false. */
  readonly linear?: boolean;
  /** Rows of a shape of which means over blocks are read. */
  readonly form?: { readonly shape: readonly number[]; readonly pool?: readonly number[] | undefined } | undefined;
}

/** What an encoder makes of a batch, with the normalisation that its output ends in. */
export interface Encoding {
  /** h, [batch, latentDim], normalised per dimension. */
  readonly latent: Tensor2D;
  /** Mean of h over rows, [latentDim]. */
  readonly mean: Tensor1D;
  /** Standard deviation of h over rows, up to sign and to `batchNormEpsilon`, [latentDim]. */
  readonly scale: Tensor1D;
}

export interface Encoder extends ModuleSpec {
  /** @param x [batch, inputWidth] */
  readonly apply: (context: ForwardContext, x: Tensor2D) => Encoding;
  /** All but the last normalisation. @param x [batch, inputWidth] @returns [batch, latentDim] */
  readonly body: (context: ForwardContext, x: Tensor2D) => Tensor2D;
  /** The last normalisation. @param latent what `body` gives, of the whole batch */
  readonly finish: (context: ForwardContext, latent: Tensor2D) => Encoding;
  /** Whether `body` treats every row by itself, so that it can be worked out some rows at a time. */
  readonly rowwise: boolean;
}

/** An encoder of its two parts. */
export function encoderOf({ body, finish, ...rest }: Omit<Encoder, "apply">): Encoder {
  return { ...rest, body, finish, apply: (context, x) => finish(context, body(context, x)) };
}

/**
 * Encoder of one modality: optional periodic embedding, hidden layers, linear map to the latent, batch normalisation.
 * With a linear path the latent is W hidden(x) + V x before its normalisation: what is linear in the inputs then needs
 * no hidden units, and is learned from fewer rows.
 */
export function encoder(name: string, options: EncoderOptions): Encoder {
  const { embedding, latentDim, linear = false, form } = options;
  const pool = form?.pool;
  const inputWidth = pool === undefined ? options.inputWidth : pooledWidth(form?.shape ?? [], pool);
  const embeddedWidth = embedding === null ? inputWidth : inputWidth * (embedding.width + 1);
  const hidden = hiddenStack(name, embeddedWidth, options, "encoder");
  const output = latentOutput(name, latentDim);
  const path = `${output.name}.linear`;
  return encoderOf({
    ...joinSpecs([
      embedding === null ? emptySpec : periodicSpec(name, inputWidth, embedding),
      hidden,
      linearSpec(output.name, hidden.outputWidth, latentDim, { group: "encoder", bias: false, gain: 1 }),
      linear ? linearSpec(path, inputWidth, latentDim, { group: "encoder", bias: false, gain: 1 }) : emptySpec,
      output,
    ]),
    body: (context, raw) => {
      const x = pool === undefined ? raw : blockMeans(raw, form?.shape ?? [], pool);
      const embedded = embedding === null ? x : applyPeriodic(context, name, x);
      const bent = applyLinear(context, output.name, hidden.apply(context, embedded), false);
      return linear ? (tf.add(bent, applyLinear(context, path, x, false)) as Tensor2D) : bent;
    },
    finish: output.apply,
    // Wide rows of hidden layers take little memory; their batch normalisations need the batch.
    rowwise: false,
  });
}

function pooledWidth(shape: readonly number[], blocks: readonly number[]): number {
  return shape.reduce((product, size, axis) => product * blocksIn(size, blocks[axis]), 1);
}

/** The normalisation that every encoder ends in. */
export function latentOutput(
  encoder: string,
  latentDim: number,
): ModuleSpec & {
  readonly name: string;
  /** @param latent [batch, latentDim] */
  readonly apply: (context: ForwardContext, latent: Tensor2D) => Encoding;
} {
  const name = `${encoder}.output`;
  const norm = `${name}.norm`;
  return {
    ...batchNormSpec(norm, latentDim, "encoder"),
    name,
    apply: (context, latent) => ({
      latent: batchNorm(context, norm, latent),
      mean: context.parameters[`${norm}.shift`] as Tensor1D,
      scale: context.parameters[`${norm}.scale`] as Tensor1D,
    }),
  };
}

function periodicSpec(name: string, features: number, { frequencies, sigma, width }: PeriodicOptions): ModuleSpec {
  const block = (part: string, shape: number[], initial: ParameterSpec["initial"]): ParameterSpec => ({
    name: `${name}.periodic.${part}`,
    shape,
    initial,
    decay: false,
    group: "encoder",
  });
  return {
    ...emptySpec,
    parameters: [
      block("frequencies", [features, frequencies], normalWeights(features * frequencies, 1, sigma ** 2)),
      block(
        "weight",
        [features, 2 * frequencies, width],
        normalWeights(features * 2 * frequencies * width, 2 * frequencies, 1),
      ),
      block("bias", [features, width], constantValues(features * width, 0)),
    ],
  };
}

function applyPeriodic({ parameters }: ForwardContext, name: string, x: Tensor2D): Tensor2D {
  return periodicEmbedding(
    x,
    parameters[`${name}.periodic.frequencies`] as Tensor2D,
    parameters[`${name}.periodic.weight`] as Tensor3D,
    parameters[`${name}.periodic.bias`] as Tensor2D,
  );
}
