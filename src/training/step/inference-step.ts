import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { StepDefinition, TensorSpec } from "../../engine/engine.js";
import { evaluationContext, trainedEntries } from "../../fit/evaluation.js";
import type { ModelLayout } from "../../fit/model-layout.js";
import { noiseInput } from "../../fit/noise.js";
import { fillAbsent, keepTerms, termValues } from "../../models/fusion.js";
import type { ForwardContext } from "../../models/module.js";
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
  /** Whether to say what near training rows add, where the model has them. */
  readonly neighbours: boolean;
}

/**
 * Deterministic forward pass with averaged weights and running moments.
 * Inputs `x.NAME`, `fusionWeights` [T], `keep` [T] (0 replaces a fusion term by its training mean), `termMeans` [T, d].
 * Outputs `prediction` [batch, dm] in the space of the transformed target, `latents` [batch, M * d], their `means` [M * d], of a
 * model with a linear path `linear` [batch, M * dm], the parts of the modalities, and with neighbours `near` [batch, dm], what is to be
 * added to the prediction.
 */
export function inferenceStep(model: PidReg, layout: ModelLayout, options: InferenceOptions): StepDefinition {
  const { modalities, latentDim } = model.architecture;
  const noiseNames = options.sampleLatents ? modalities.map(({ name }) => bottleneckNoise(name)) : [];
  const inputs: TensorSpec[] = [
    ...modalities.map(({ name, inputWidth }) => ({ name: `x.${name}`, shape: [options.batchSize, inputWidth] })),
    ...fusionInputs(model),
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
      const linear = model.linear?.parts(context, features);
      const prediction = fusedPrediction(model, context, { terms, linear }, given);
      const places = tf.concat(latents, 1) as Tensor2D;
      const near = options.neighbours ? model.neighbours?.errors(context, places) : undefined;
      return {
        outputs: {
          ...{ prediction, latents: places, means: tf.concat(means) },
          ...(linear === undefined ? {} : { linear: tf.concat(linear, 1) }),
          ...(near === undefined ? {} : { near }),
        },
      };
    },
  };
}

/**
 * The same from what the encoders have made of rows: other modalities may be absent, other terms taken out.
 * Inputs `latents` [batch, M * d], `means` [M * d], `present` [batch, M], of a model with a linear path `linear` [batch, M * dm], and
 * `fusionWeights`, `keep`, `termMeans`. Output `prediction`.
 */
export function fusionStep(model: PidReg, layout: ModelLayout, batchSize: number): StepDefinition {
  const { modalities, latentDim, targets } = model.architecture;
  const count = modalities.length;
  return {
    name: "predict from latents",
    state: trainedEntries(layout),
    inputs: [
      { name: "latents", shape: [batchSize, count * latentDim] },
      { name: "means", shape: [count * latentDim] },
      { name: "present", shape: [batchSize, count] },
      ...(model.linear === null ? [] : [{ name: "linear", shape: [batchSize, count * targets] }]),
      ...fusionInputs(model),
    ],
    run: (state, given) => {
      const context = evaluationContext(layout, state, {});
      const each = (name: string, axis: number) => (count === 1 ? [given[name]] : tf.split(given[name], count, axis));
      const means = each("means", 0) as Tensor1D[];
      const latents = fillAbsent(each("latents", 1) as Tensor2D[], means, given.present as Tensor2D);
      const terms = termValues(model.terms, latents);
      const linear = model.linear === null ? undefined : (each("linear", 1) as Tensor2D[]);
      return { outputs: { prediction: fusedPrediction(model, context, { terms, linear }, given) } };
    },
  };
}

function fusionInputs({ terms, architecture }: PidReg): TensorSpec[] {
  return [
    { name: "fusionWeights", shape: [terms.length] },
    { name: "keep", shape: [terms.length] },
    { name: "termMeans", shape: [terms.length, architecture.latentDim] },
  ];
}

/** Prediction of the weighted terms, with the linear path where the model has one. */
function fusedPrediction(
  model: PidReg,
  context: ForwardContext,
  { terms, linear }: { readonly terms: readonly Tensor2D[]; readonly linear: readonly Tensor2D[] | undefined },
  given: Readonly<Record<string, Tensor>>,
): Tensor2D {
  const keep = given.keep as Tensor1D;
  const kept = keepTerms(terms, keep, given.termMeans as Tensor2D);
  const prediction = model.predict(context, model.fuse(context, kept, given.fusionWeights as Tensor1D));
  if (model.linear === null || linear === undefined) return prediction;
  return model.linear.join(context, prediction, linear, { present: given.present as Tensor2D | undefined, keep });
}
