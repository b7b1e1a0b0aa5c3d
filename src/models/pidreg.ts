import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { PresentRows } from "../losses/present-rows.js";
import tf from "../tensorflow.js";
import type { PidRegArchitecture } from "./architecture.js";
import { type BottleneckOutput, bottleneck } from "./bottleneck.js";
import type { Encoder, Encoding } from "./encoders/encoder.js";
import { modalityEncoder } from "./encoders/modality-encoder.js";
import { type FusionTerm, fusionTerms, termValues } from "./fusion.js";
import { fusionHead } from "./fusion-head.js";
import { type LinearGiven, type LinearPath, linearPath } from "./linear-path.js";
import { applyLinear, linearSpec } from "./mlp.js";
import { emptySpec, type ForwardContext, joinSpecs, type ModuleSpec } from "./module.js";
import { type Neighbours, neighbours } from "./neighbours.js";

/** What the encoders and bottlenecks say about a batch. */
export interface Encoded {
  /** Per modality; latent [batch, d]. */
  readonly bottlenecks: readonly BottleneckOutput[];
  /** Values of the fusion terms, each [batch, d]. */
  readonly terms: readonly Tensor2D[];
  /**
   * Linear predictions of the Gaussian view of the target, each [batch, dm]: from each latent alone, and with products
   * from all fusion terms together. They train the latents to carry what the readouts of the atoms measure.
   */
  readonly auxiliary: readonly Tensor2D[];
}

/** Prepared features of a modality, or what the body of its encoder made of them. */
export type EncoderInput = Tensor2D | { readonly body: Tensor2D };

export interface PidReg extends ModuleSpec {
  readonly architecture: PidRegArchitecture;
  /** Per modality. */
  readonly encoders: readonly Encoder[];
  readonly terms: readonly FusionTerm[];
  /**
   * @param inputs  prepared features per modality, each [batch, inputWidth], or what the body of its encoder made of them
   * @param present rows that have each modality, in training; all of them if left out
   */
  readonly encode: (
    context: ForwardContext,
    inputs: readonly EncoderInput[],
    present?: readonly PresentRows[],
  ) => Encoded;
  /** The same for one modality alone. */
  readonly encodeOne: (
    context: ForwardContext,
    modality: number,
    input: EncoderInput,
    present?: PresentRows,
  ) => BottleneckOutput;
  /** @param values terms [batch, d] @param weights [T] @returns what the predictor reads, [batch, d] for `pid` */
  readonly fuse: (context: ForwardContext, values: readonly Tensor2D[], weights: Tensor1D) => Tensor2D;
  /** @returns [batch, dm] in the space of the transformed target */
  readonly predict: (context: ForwardContext, fused: Tensor2D) => Tensor2D;
  /**
   * A prediction [batch, dm] with the linear path of the inputs, where the model has one; training steps do without.
   * @param given modalities that rows lack, and those whose term is taken out
   */
  readonly withLinear: (
    context: ForwardContext,
    prediction: Tensor2D,
    inputs: readonly Tensor2D[],
    given?: LinearGiven,
  ) => Tensor2D;
  /** The linear path of the inputs; null for a model without one. */
  readonly linear: LinearPath | null;
  /** What near training rows add to a prediction; null for a model without them. */
  readonly neighbours: Neighbours | null;
  /** Scalar summary of lambda per modality. */
  readonly meanLambda: (encoded: Encoded) => Tensor[];
}

/**
 * The PIDReg network (arXiv 2512.22102): one encoder and linear noise bottleneck per modality, fusion of the latents
 * and their Hadamard products by given weights, a predictor on the fused latent, and a linear head on each latent. Other
 * ways of fusion are there for comparison.
 */
export function pidReg(architecture: PidRegArchitecture): PidReg {
  const { modalities, targets, latentDim, fusion, predictor } = architecture;
  const names = modalities.map(({ name }) => name);
  const encoders = modalities.map((m) => modalityEncoder(`encoder.${m.name}`, m, latentDim));
  const bottlenecks = names.map((name) => bottleneck(`bottleneck.${name}`, { latentDim, ...architecture.bottleneck }));
  const heads = names.map((name) => linearSpec(`auxiliary.${name}`, latentDim, targets, auxiliaryHead));
  const terms = fusionTerms(names, fusion);
  const head = fusionHead({ fusion, terms, latentDim, targets, predictor });
  const products = terms.length > names.length;
  const joint = products ? [linearSpec("auxiliary*", terms.length * latentDim, targets, auxiliaryHead)] : [];
  const linear = architecture.linearPath ? linearPath(modalities, targets) : null;
  const near = architecture.neighbours ? neighbours(architecture.neighbours, names.length * latentDim, targets) : null;
  const encodeOne: PidReg["encodeOne"] = (context, m, x, present) => {
    const own = present === undefined ? context : { ...context, rows: present };
    return bottlenecks[m].apply(own, encoded(encoders[m], own, x));
  };
  return {
    ...joinSpecs([...encoders, ...bottlenecks, ...heads, ...joint, head, linear ?? emptySpec, near ?? emptySpec]),
    architecture,
    encoders,
    terms,
    encode: (context, inputs, present) => {
      const passed = inputs.map((x, m) => encodeOne(context, m, x, present?.[m]));
      const latents = passed.map(({ latent }) => latent);
      const values = termValues(terms, latents);
      const single = names.map((name, m) => applyLinear(context, `auxiliary.${name}`, latents[m], true));
      const all = products ? [applyLinear(context, "auxiliary*", tf.concat(values, 1), true)] : [];
      return { bottlenecks: passed, terms: values, auxiliary: [...single, ...all] };
    },
    encodeOne,
    fuse: head.fuse,
    predict: head.predict,
    withLinear: (context, prediction, inputs, given) =>
      linear?.join(context, prediction, linear.parts(context, inputs), given) ?? prediction,
    linear,
    neighbours: near,
    meanLambda: ({ bottlenecks: passed }) => passed.map(({ lambda }) => tf.mean(lambda)),
  };
}

function encoded(encoder: Encoder, context: ForwardContext, x: EncoderInput): Encoding {
  if (!("body" in x)) return encoder.apply(context, x);
  return encoder.finish(context, x.body);
}

/** Linear outputs start small, so that the first predictions are near the mean of the target. */
const auxiliaryHead = { group: "auxiliary", bias: true, gain: 0.1 } as const;
