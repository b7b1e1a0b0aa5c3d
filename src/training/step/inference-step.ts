import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { StepDefinition, TensorSpec } from "../../engine/engine.js";
import { evaluationContext, trainedEntries } from "../../fit/evaluation.js";
import type { ModelLayout } from "../../fit/model-layout.js";
import { noiseInput } from "../../fit/noise.js";
import { fillAbsent, keepTerms, termValues } from "../../models/fusion.js";
import type { PidReg } from "../../models/pidreg.js";
import tf from "../../tensorflow.js";

/** Name of the noise of a modality's bottleneck. */
export const bottleneckNoise = (modality: string) => `bottleneck.${modality}.noise`;

export interface InferenceOptions {
  readonly batchSize: number;
  /** Draw the bottleneck noise (inputs `noise.bottleneck.NAME.noise`) instead of using its mean. */
  readonly sampleLatents: boolean;
  /** Rows may lack modalities; the step then reads `present` [batch, M] and puts latents' means in their place. */
  readonly absentModalities: boolean;
}

/**
 * Deterministic forward pass with averaged weights and running moments.
 * Inputs `x.NAME`, `fusionWeights` [T], `keep` [T] (0 replaces a fusion term by its training mean), `termMeans` [T, d].
 * Outputs `prediction` [batch, dm] in the space of the transformed target and `latents` [batch, M * d].
 */
export function inferenceStep(model: PidReg, layout: ModelLayout, options: InferenceOptions): StepDefinition {
  const { modalities, latentDim } = model.architecture;
  const noiseNames = options.sampleLatents ? modalities.map(({ name }) => bottleneckNoise(name)) : [];
  const inputs: TensorSpec[] = [
    ...modalities.map(({ name, inputWidth }) => ({ name: `x.${name}`, shape: [options.batchSize, inputWidth] })),
    { name: "fusionWeights", shape: [model.terms.length] },
    { name: "keep", shape: [model.terms.length] },
    { name: "termMeans", shape: [model.terms.length, latentDim] },
    ...noiseNames.map((name) => ({ name: noiseInput(name), shape: [options.batchSize, latentDim] })),
    ...(options.absentModalities ? [{ name: "present", shape: [options.batchSize, modalities.length] }] : []),
  ];
  return {
    name: options.sampleLatents ? "predict with latent noise" : "predict",
    state: trainedEntries(layout),
    inputs,
    run: (state, given) => {
      const noise = Object.fromEntries(noiseNames.map((name) => [name, given[noiseInput(name)]]));
      const context = evaluationContext(layout, state, noise);
      const features = modalities.map(({ name }) => given[`x.${name}`] as Tensor2D);
      const { bottlenecks, terms: whole } = model.encode(context, features);
      const seen = bottlenecks.map(({ latent }) => latent);
      const means = bottlenecks.map(({ mean }) => mean);
      const present = given.present as Tensor2D | undefined;
      const latents = present === undefined ? seen : fillAbsent(seen, means, present);
      const terms = present === undefined ? whole : termValues(model.terms, latents);
      const weights = given.fusionWeights as Tensor1D;
      const keep = given.keep as Tensor1D;
      const fused = model.fuse(context, keepTerms(terms, keep, given.termMeans as Tensor2D), weights);
      const prediction = model.withLinear(context, model.predict(context, fused), features, { present, keep });
      return { outputs: { prediction, latents: tf.concat(latents, 1) } };
    },
  };
}
