import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { TensorMap } from "../../engine/engine.js";
import { type PresentRows, presentInAll, presentRows } from "../../losses/present-rows.js";
import { kindOf } from "../../modalities/kinds.js";
import { fillAbsent, termValues } from "../../models/fusion.js";
import type { ForwardContext } from "../../models/module.js";
import type { Encoded, PidReg } from "../../models/pidreg.js";
import tf from "../../tensorflow.js";
import type { ForwardAnew, ObjectiveTerm } from "./objective-term.js";
import { SharedGrams } from "./shared-grams.js";

/** Forward pass of a training step. @param inputs those of the step */
export function forwardTraining(model: PidReg, context: ForwardContext, inputs: TensorMap) {
  const features = model.architecture.modalities.map(({ name }) => inputs[`x.${name}`] as Tensor2D);
  const owned = ownedModalities(inputs.owned as Tensor2D | undefined, features.length);
  const encoded = model.encode(context, features, owned);
  const fused = model.fuse(context, presentTerms(model, encoded, inputs), inputs.fusionWeights as Tensor1D);
  const kernelFeatures = model.architecture.modalities.map(({ form }, m) =>
    kindOf(form?.kind).kernelFeatures(features[m], form),
  );
  const prediction = model.predict(context, fused);
  const anew = forwardAnew(model, context, features, { owned, weights: inputs.fusionWeights as Tensor1D });
  return { context, kernelFeatures, owned, encoded, fused, prediction, anew };
}

/** Parts of the pass again, for terms that ask what would be if. */
function forwardAnew(
  model: PidReg,
  context: ForwardContext,
  features: readonly Tensor2D[],
  { owned, weights }: { readonly owned: readonly PresentRows[] | undefined; readonly weights: Tensor1D },
): ForwardAnew {
  const unobserved = { ...context, observe: () => undefined };
  return {
    features,
    latent: (m, changed) => model.encodeOne(unobserved, m, changed, owned?.[m]).latent,
    prediction: (latents) =>
      model.predict(unobserved, model.fuse(unobserved, termValues(model.terms, latents), weights)),
  };
}

/** Rows that have each modality in the table; undefined where every row has every one. @param owned [batch, M] */
function ownedModalities(owned: Tensor2D | undefined, modalities: number): PresentRows[] | undefined {
  if (owned === undefined) return undefined;
  const columns: Tensor2D[] = modalities === 1 ? [owned] : tf.split(owned, modalities, 1);
  return columns.map(presentRows);
}

/**
 * What the fusion sees: the mean of the latent where a modality is absent from the table, or was taken away at random. A
 * modality that was only taken away keeps its place in the losses on latents and in the moments of its encoder: its
 * features are there and real.
 */
function presentTerms({ terms }: PidReg, encoded: Encoded, { present }: TensorMap): readonly Tensor2D[] {
  if (present === undefined) return encoded.terms;
  const { bottlenecks } = encoded;
  const latents = bottlenecks.map(({ latent }) => latent);
  const means = bottlenecks.map(({ mean }) => mean);
  return termValues(terms, fillAbsent(latents, means, present as Tensor2D));
}

/** Values of the terms of the objective, unweighted. @param jointRows 0 without a joint Gaussianity term */
export function evaluateTerms(
  terms: readonly ObjectiveTerm[],
  { encoded, fused, prediction, kernelFeatures, owned, context, anew }: ReturnType<typeof forwardTraining>,
  inputs: TensorMap,
  hyper: Record<string, Scalar>,
  jointRows: number,
): Tensor[] {
  const grams = new SharedGrams(hyper);
  const given = {
    ...{ encoded, fused, prediction, kernelFeatures, noise: context.noise, hyper, anew },
    target: inputs.target as Tensor2D,
    gaussianTarget: inputs.gaussianTarget as Tensor2D,
    owned: owned === undefined ? undefined : { byModality: owned, complete: presentInAll(owned) },
    joint: jointRows === 0 ? null : jointConstants(inputs),
  };
  return terms.map((term) => term.value(given, grams));
}

function jointConstants(inputs: TensorMap) {
  return {
    whitening: {
      mean: inputs["joint.centre"] as Tensor1D,
      whitening: inputs["joint.whitening"] as Tensor2D,
    },
    scores: inputs["joint.scores"] as Tensor1D,
  };
}
