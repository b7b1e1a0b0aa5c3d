import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { LossesConfig } from "../../config/losses.js";
import { csConditionalMutualInformation, csMutualInformation } from "../../losses/conditional-independence.js";
import { csGaussianityFromGram, csGaussianitySampled } from "../../losses/cs-gaussianity.js";
import { shapiroFrancia } from "../../losses/joint-gaussianity.js";
import { onPresent, type PresentRows, presentInAll, presentRows } from "../../losses/present-rows.js";
import { sigreg } from "../../losses/sigreg.js";
import type { NoiseSpec } from "../../models/module.js";
import type { PidReg } from "../../models/pidreg.js";
import type { TaskLoss } from "../../tasks/task.js";
import tf from "../../tensorflow.js";
import { balanceNoise, balanceTerms } from "./balance-terms.js";
import type { ObjectiveInputs, ObjectiveTerm } from "./objective-term.js";
import type { SharedGrams } from "./shared-grams.js";

/**
 * The objective L = prediction + sum of weighted terms, as a list: here, and nowhere else, losses meet their weights.
 * Terms with weight 0 are left out, except the capacity of the bottlenecks, which is always logged.
 */
export function objectiveTerms(model: PidReg, losses: LossesConfig, loss: TaskLoss): ObjectiveTerm[] {
  const names = model.architecture.modalities.map(({ name }) => name);
  return [
    { name: "prediction", weight: 1, value: predictionTerm(loss) },
    { name: "auxiliary", weight: losses.auxiliary.weight, value: auxiliaryTerm(loss) },
    ...gaussianityTerms(names, losses),
    ...independenceTerms(names, losses),
    { name: "jointGaussianity", weight: losses.jointGaussianity.weight, value: jointTerm(losses, loss) },
    ...compressionTerms(names, losses),
    ...balanceTerms(names, losses, loss),
    ...names.map((name, m): ObjectiveTerm => {
      const value: ObjectiveTerm["value"] = ({ encoded }) => encoded.bottlenecks[m].capacity;
      return { name: `capacity.${name}`, weight: losses.capacity.weight, value };
    }),
  ].filter((term) => term.weight > 0 || term.name.startsWith("capacity."));
}

/** A kernel width that the terms read from the hyper-parameters, and what its kernel is applied to. */
export type Bandwidth = { readonly name: string } & (
  | { readonly of: "gaussianity" | "input" | "latent"; readonly modality: string }
  | { readonly of: "target" | "fused" | "prediction" }
);

/** The kernel widths that the terms of these losses read. */
export function bandwidths(
  names: readonly string[],
  losses: LossesConfig,
  { kernels: ofPrediction }: Pick<TaskLoss, "kernels">,
): Bandwidth[] {
  const { gaussianity, independence, compression } = losses;
  const kernels = gaussianity.weight > 0 && gaussianity.estimator !== "sigreg";
  const inputs = (independence.weight > 0 && independence.target !== "latent") || compression.weight > 0;
  const each = (of: "gaussianity" | "input" | "latent") =>
    names.map((modality): Bandwidth => ({ name: bandwidthName(of, modality), of, modality }));
  const one = (of: "target" | "fused" | "prediction"): Bandwidth => ({ name: bandwidthName(of), of });
  return [
    ...(kernels ? each("gaussianity") : []),
    ...(inputs ? each("input") : []),
    ...(independence.weight > 0 || compression.weight > 0 ? each("latent") : []),
    ...(independence.weight > 0 && independence.target === "latent" ? [one("target")] : []),
    ...(ofPrediction ? [one("fused"), one("prediction")] : []),
  ];
}

function bandwidthName(of: Bandwidth["of"], modality?: string): string {
  return modality === undefined ? `bandwidth.${of}` : `bandwidth.${of}.${modality}`;
}

/** Random tensors that the terms need beside the model's own. */
export function objectiveNoise(model: PidReg, losses: LossesConfig): NoiseSpec[] {
  return [...gaussianityNoise(model, losses), ...balanceNoise(model, losses)];
}

function gaussianityNoise({ architecture }: PidReg, { gaussianity }: LossesConfig): NoiseSpec[] {
  const { latentDim, modalities } = architecture;
  if (gaussianity.weight === 0 || gaussianity.estimator === "analytic") return [];
  return modalities.map(({ name }) => ({
    name: `gaussianity.${name}`,
    kind: "normal",
    shape: (batch) =>
      gaussianity.estimator === "sampled"
        ? [Math.min(batch, gaussianity.rows), latentDim]
        : [latentDim, gaussianity.directions],
  }));
}

function predictionTerm(loss: TaskLoss): ObjectiveTerm["value"] {
  return ({ prediction, target, fused, hyper }, grams) =>
    loss.prediction({
      prediction,
      target,
      condition: () => grams.of(bandwidthName("fused"), fused),
      bandwidth: () => hyper[bandwidthName("prediction")],
    });
}

function auxiliaryTerm(loss: TaskLoss): ObjectiveTerm["value"] {
  return ({ encoded, gaussianTarget: gaussian, target, owned }) =>
    sum(
      encoded.auxiliary.map((prediction, head) =>
        // Heads of the modalities come first; the last one reads all terms.
        onPresent(owned?.byModality[head] ?? owned?.complete, (rows) =>
          loss.auxiliary({ prediction, gaussian, target, rows }),
        ),
      ),
    );
}

function gaussianityTerms(names: readonly string[], { gaussianity }: LossesConfig): ObjectiveTerm[] {
  return names.map((name, m) => ({
    name: `gaussianity.${name}`,
    weight: gaussianity.weight,
    value: ({ encoded, hyper, noise, owned }, grams) => {
      const latent = grams.firstRows(encoded.bottlenecks[m].latent, gaussianity.rows);
      const drawn = noise[`gaussianity.${name}`] as Tensor2D;
      const bandwidth = bandwidthName("gaussianity", name);
      const width = hyper[bandwidth];
      return onPresent(firstOf(owned?.byModality[m], gaussianity.rows), (rows) => {
        if (gaussianity.estimator === "sigreg") return sigreg(latent, drawn, rows);
        if (gaussianity.estimator === "sampled") return csGaussianitySampled(latent, drawn, width, rows);
        return csGaussianityFromGram(latent, grams.ofLatent(bandwidth, latent), width, rows);
      });
    },
  }));
}

/** Gram matrices of the first rows of a latent and of the inputs of a modality. */
function gramsOf(names: readonly string[], rows: number) {
  return {
    latentGram: (m: number, { encoded }: ObjectiveInputs, grams: SharedGrams) =>
      grams.ofLatent(bandwidthName("latent", names[m]), grams.firstRows(encoded.bottlenecks[m].latent, rows)),
    inputGram: (m: number, { kernelFeatures }: ObjectiveInputs, grams: SharedGrams) =>
      grams.of(bandwidthName("input", names[m]), grams.firstRows(kernelFeatures[m], rows)),
  };
}

/** I_CS(X_m; Z_m), the compression of the Cauchy-Schwarz information bottleneck (arXiv 2404.17951). */
function compressionTerms(names: readonly string[], { compression, independence }: LossesConfig): ObjectiveTerm[] {
  const { latentGram, inputGram } = gramsOf(names, independence.rows);
  return names.map((name, m) => ({
    name: `compression.${name}`,
    weight: compression.weight,
    value: (given, grams) =>
      onPresent(firstOf(given.owned?.byModality[m], independence.rows), (rows) =>
        csMutualInformation(latentGram(m, given, grams), inputGram(m, given, grams), rows),
      ),
  }));
}

function independenceTerms(names: readonly string[], { independence }: LossesConfig): ObjectiveTerm[] {
  const { weight, target, rows: most } = independence;
  const { latentGram, inputGram } = gramsOf(names, most);
  if (target === "latent") {
    return pairs(names.length).map(([first, second]) => ({
      name: `independence.${names[first]}*${names[second]}`,
      weight,
      value: (given, grams) => {
        const matrices = {
          condition: grams.of(bandwidthName("target"), grams.firstRows(given.target, most)),
          other: latentGram(first, given, grams),
          latent: latentGram(second, given, grams),
        };
        const both = given.owned && presentInAll([first, second].map((m) => given.owned?.byModality[m] as PresentRows));
        return onPresent(firstOf(both, most), (rows) =>
          csConditionalMutualInformation({ ...matrices, ...counting(rows) }),
        );
      },
    }));
  }
  // What one modality should be independent of is not there.
  if (names.length < 2) return [];
  return names.map((name, m) => ({
    name: `independence.${name}`,
    weight,
    value: (given, grams) => {
      const others = names.map((_, k) => k).filter((k) => k !== m);
      const other = others.map((k) => inputGram(k, given, grams)).reduce((a, b) => tf.mul(a, b) as Tensor2D);
      const latent = latentGram(m, given, grams);
      return onPresent(firstOf(given.owned?.complete, most), (rows) => {
        if (target === "cross") return csMutualInformation(latent, other, rows);
        const condition = inputGram(m, given, grams);
        return csConditionalMutualInformation({ condition, other, latent, ...counting(rows) });
      });
    },
  }));
}

function jointTerm({ jointGaussianity }: LossesConfig, { gaussianTarget: ofTarget }: TaskLoss): ObjectiveTerm["value"] {
  return ({ encoded, gaussianTarget, joint, owned }, grams) => {
    if (joint === null) throw new RangeError("the joint Gaussianity term needs its whitening and scores");
    const latents = encoded.bottlenecks.map(({ latent }) => latent);
    const all = sideBySide(ofTarget ? [gaussianTarget, ...latents] : latents);
    const values = grams.firstRows(all, jointGaussianity.rows);
    return onPresent(firstOf(owned?.complete, jointGaussianity.rows), (counted) =>
      shapiroFrancia(values, joint.whitening, joint.scores, counted),
    );
  };
}

/** Which of the first rows of a batch have something: asked of these, so that their own number counts. */
function firstOf(owned: PresentRows | undefined, rows: number): PresentRows | undefined {
  if (owned === undefined || rows >= owned.present.shape[0]) return owned;
  return presentRows(tf.slice(owned.present, [0, 0], [rows, 1]));
}

function sideBySide(parts: readonly Tensor2D[]): Tensor2D {
  return parts.length === 1 ? parts[0] : (tf.concat([...parts], 1) as Tensor2D);
}

function counting(rows: Tensor1D | undefined): { readonly rows?: Tensor1D } {
  return rows === undefined ? {} : { rows };
}

function pairs(count: number): [number, number][] {
  const all: [number, number][] = [];
  for (let i = 0; i < count; i++) for (let k = i + 1; k < count; k++) all.push([i, k]);
  return all;
}

function sum(values: readonly Tensor[]): Tensor {
  return values.reduce((a, b) => tf.add(a, b));
}
