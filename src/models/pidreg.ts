import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { type BottleneckOutput, bottleneck } from "./bottleneck.js";
import { encoder, type PeriodicOptions } from "./encoders/encoder.js";
import { type FusionTerm, fusionTerms, termValues } from "./fusion.js";
import { applyLinear, type HiddenOptions, hiddenStack, linearSpec } from "./mlp.js";
import { type ForwardContext, joinSpecs, type ModuleSpec } from "./module.js";

export interface ModalityArchitecture extends HiddenOptions {
  /** The user's name of the modality. */
  readonly name: string;
  /** Number of prepared input features. */
  readonly inputWidth: number;
  readonly embedding: PeriodicOptions | null;
}

/** Everything that fixes the shapes of a model; plain data, stored beside its weights. */
export interface PidRegArchitecture {
  readonly modalities: readonly ModalityArchitecture[];
  /** Number of target columns dm. */
  readonly targets: number;
  readonly latentDim: number;
  readonly bottleneck: { readonly lambda: number; readonly perDimension: boolean };
  readonly interaction: "hadamard" | "none";
  readonly predictor: HiddenOptions;
}

/** What the encoders and bottlenecks say about a batch. */
export interface Encoded {
  /** Per modality; latent [batch, d]. */
  readonly bottlenecks: readonly BottleneckOutput[];
  /** Values of the fusion terms, each [batch, d]. */
  readonly terms: readonly Tensor2D[];
  /**
   * Linear predictions of the Gaussian-transformed target, each [batch, dm]: from each latent alone, and with products
   * from all fusion terms together. They train the latents to carry what the readouts of the atoms measure.
   */
  readonly auxiliary: readonly Tensor2D[];
}

export interface PidReg extends ModuleSpec {
  readonly architecture: PidRegArchitecture;
  readonly terms: readonly FusionTerm[];
  /** @param inputs prepared features per modality, each [batch, inputWidth] */
  readonly encode: (context: ForwardContext, inputs: readonly Tensor2D[]) => Encoded;
  /** @param fused [batch, d] @returns [batch, dm] in the space of the transformed target */
  readonly predict: (context: ForwardContext, fused: Tensor2D) => Tensor2D;
  /** Scalar summary of lambda per modality. */
  readonly meanLambda: (encoded: Encoded) => Tensor[];
}

/**
 * The PIDReg network (arXiv 2512.22102): one encoder and linear noise bottleneck per modality, fusion of the latents
 * and their Hadamard products by given weights, a predictor on the fused latent, and a linear head on each latent.
 */
export function pidReg(architecture: PidRegArchitecture): PidReg {
  const { modalities, targets, latentDim, interaction } = architecture;
  const names = modalities.map(({ name }) => name);
  const encoders = modalities.map((m) => encoder(`encoder.${m.name}`, { ...m, latentDim }));
  const bottlenecks = names.map((name) =>
    bottleneck(`bottleneck.${name}`, `encoder.${name}`, { latentDim, ...architecture.bottleneck }),
  );
  const heads = names.map((name) => linearSpec(`auxiliary.${name}`, latentDim, targets, head("auxiliary")));
  const body = hiddenStack("predictor", latentDim, architecture.predictor, "predictor");
  const output = linearSpec("predictor.output", body.outputWidth, targets, head("predictor"));
  const terms = fusionTerms(names, interaction);
  const products = terms.length > names.length;
  const joint = products ? [linearSpec("auxiliary*", terms.length * latentDim, targets, head("auxiliary"))] : [];
  return {
    ...joinSpecs([...encoders, ...bottlenecks, ...heads, ...joint, body, output]),
    architecture,
    terms,
    encode: (context, inputs) => {
      const passed = inputs.map((x, m) => bottlenecks[m].apply(context, encoders[m].apply(context, x)));
      const latents = passed.map(({ latent }) => latent);
      const values = termValues(terms, latents);
      const single = names.map((name, m) => applyLinear(context, `auxiliary.${name}`, latents[m], true));
      const all = products ? [applyLinear(context, "auxiliary*", tf.concat(values, 1), true)] : [];
      return { bottlenecks: passed, terms: values, auxiliary: [...single, ...all] };
    },
    predict: (context, fused) => applyLinear(context, "predictor.output", body.apply(context, fused), true),
    meanLambda: ({ bottlenecks: passed }) => passed.map(({ lambda }) => tf.mean(lambda)),
  };
}

/** Linear outputs start small, so that the first predictions are near the mean of the target. */
function head(group: "auxiliary" | "predictor") {
  return { group, bias: true, gain: 0.1 } as const;
}
