import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { TensorMap } from "../../engine/engine.js";
import type { RowParts } from "../../fit/step.js";
import { type PresentRows, presentInAll, presentRows } from "../../losses/present-rows.js";
import { kindOf } from "../../modalities/kinds.js";
import { fillAbsent, termValues } from "../../models/fusion.js";
import type { ForwardContext } from "../../models/module.js";
import type { Encoded, EncoderInput, PidReg } from "../../models/pidreg.js";
import tf from "../../tensorflow.js";
import type { ForwardAnew, ObjectiveTerm } from "./objective-term.js";
import { SharedGrams } from "./shared-grams.js";

/** Names of what the rows of a modality give that are worked out some at a time: body of the encoder, kernel features. */
const bodyName = (modality: string) => `body.${modality}`;
const kernelName = (modality: string) => `kernel.${modality}`;

/**
 * The encoders of a model that treat every row by itself, some rows at a time.
 * @param rows at a time; undefined: all at once
 */
export function rowParts(model: PidReg, batchSize: number, rows: number | undefined): RowParts | undefined {
  if (rows === undefined || rows >= batchSize) return undefined;
  const own = model.architecture.modalities.flatMap((modality, m) => {
    const encoder = model.encoders[m];
    return encoder.rowwise ? [{ ...modality, encoder, body: encoder.body }] : [];
  });
  // A network to compare with may read flattened rows instead.
  if (own.length === 0) return undefined;
  return {
    rows,
    inputs: own.map(({ name }) => `x.${name}`),
    noise: own.flatMap(({ encoder }) => encoder.noise.map(({ name }) => name)),
    outputs: own.flatMap(({ name, form, inputWidth }) => {
      const { width } = kindOf(form?.kind).kernelValues(new Float32Array(inputWidth), inputWidth, form);
      return [
        { name: bodyName(name), width: model.architecture.latentDim, differentiable: true },
        { name: kernelName(name), width, differentiable: false },
      ];
    }),
    value: ({ context, inputs }) =>
      Object.fromEntries(
        own.flatMap(({ name, form, body }) => {
          const x = inputs[`x.${name}`] as Tensor2D;
          return [
            [bodyName(name), body(context, x)],
            [kernelName(name), kindOf(form?.kind).kernelFeatures(x, form)],
          ] as const;
        }),
      ),
  };
}

/** Forward pass of a training step. @param inputs those of the step */
export function forwardTraining(model: PidReg, context: ForwardContext, inputs: TensorMap) {
  const { modalities } = model.architecture;
  const features = modalities.map(({ name }): EncoderInput => {
    const body = inputs[bodyName(name)] as Tensor2D | undefined;
    return body === undefined ? (inputs[`x.${name}`] as Tensor2D) : { body };
  });
  const owned = ownedModalities(inputs.owned as Tensor2D | undefined, features.length);
  const encoded = model.encode(context, features, owned);
  const fused = model.fuse(context, presentTerms(model, encoded, inputs), inputs.fusionWeights as Tensor1D);
  const kernelFeatures = modalities.map(
    ({ name, form }) =>
      (inputs[kernelName(name)] as Tensor2D | undefined) ??
      kindOf(form?.kind).kernelFeatures(inputs[`x.${name}`] as Tensor2D, form),
  );
  const prediction = model.predict(context, fused);
  const prepared = modalities.map(({ name }) => inputs[`x.${name}`] as Tensor2D);
  const anew = forwardAnew(model, context, prepared, { owned, weights: inputs.fusionWeights as Tensor1D });
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
