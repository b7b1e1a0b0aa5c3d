import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { LossesConfig } from "../../config/losses.js";
import { csConditionalMutualInformation, csMutualInformation } from "../../losses/conditional-independence.js";
import { csGaussianityFromGram, csGaussianitySampled } from "../../losses/cs-gaussianity.js";
import { gaussianExponents, gaussianGram } from "../../losses/gram.js";
import { shapiroFrancia, type Whitening } from "../../losses/joint-gaussianity.js";
import { onPresent, type PresentRows, presentInAll, presentRows } from "../../losses/present-rows.js";
import { sigreg } from "../../losses/sigreg.js";
import type { NoiseSpec } from "../../models/module.js";
import type { Encoded, PidReg } from "../../models/pidreg.js";
import type { TaskLoss } from "../../tasks/task.js";
import tf from "../../tensorflow.js";

/** What the terms of the objective read during one step. */
export interface ObjectiveInputs {
  readonly encoded: Encoded;
  readonly fused: Tensor2D;
  /** [batch, dm], encoded target and what the network gives for it. */
  readonly prediction: Tensor2D;
  readonly target: Tensor2D;
  /** Gaussian view of the target [batch, dm]. */
  readonly gaussianTarget: Tensor2D;
  /** What kernels on the inputs are taken on, per modality, [batch, width]. */
  readonly kernelFeatures: readonly Tensor2D[];
  readonly noise: Readonly<Record<string, Tensor>>;
  readonly hyper: Readonly<Record<string, Scalar>>;
  /** Rows that have each modality in the table, and all of them; left out where every row has every one. */
  readonly owned?: { readonly byModality: readonly PresentRows[]; readonly complete: PresentRows };
  /** Constants of the joint Gaussianity term: mean [D] and whitening [D, D], Blom scores [rows * D]. */
  readonly joint: { readonly whitening: Whitening; readonly scores: Tensor1D } | null;
}

/** One summand of the objective before weighting. */
export interface ObjectiveTerm {
  /** `prediction`, `auxiliary`, `gaussianity.thickness`, .. */
  readonly name: string;
  /** Its weight in the config; 0 for terms that are only logged. */
  readonly weight: number;
  readonly value: (inputs: ObjectiveInputs, shared: SharedGrams) => Tensor;
}

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
  const { gaussianity, independence } = losses;
  const kernels = gaussianity.weight > 0 && gaussianity.estimator !== "sigreg";
  const inputs = independence.weight > 0 && independence.target !== "latent";
  const each = (of: "gaussianity" | "input" | "latent") =>
    names.map((modality): Bandwidth => ({ name: bandwidthName(of, modality), of, modality }));
  const one = (of: "target" | "fused" | "prediction"): Bandwidth => ({ name: bandwidthName(of), of });
  return [
    ...(kernels ? each("gaussianity") : []),
    ...(inputs ? each("input") : []),
    ...(independence.weight > 0 ? each("latent") : []),
    ...(independence.weight > 0 && independence.target === "latent" ? [one("target")] : []),
    ...(ofPrediction ? [one("fused"), one("prediction")] : []),
  ];
}

function bandwidthName(of: Bandwidth["of"], modality?: string): string {
  return modality === undefined ? `bandwidth.${of}` : `bandwidth.${of}.${modality}`;
}

/** Random tensors that the terms need beside the model's own. */
export function objectiveNoise(model: PidReg, losses: LossesConfig): NoiseSpec[] {
  const { gaussianity } = losses;
  const { latentDim, modalities } = model.architecture;
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

/**
 * Gram matrices of inputs and latents, computed once per step and shared by all terms that need them. Kernels of one
 * latent share its squared distances too, and with them a matrix product forward and one backward.
 */
export class SharedGrams {
  private readonly grams = new Map<string, Tensor2D>();
  private readonly parts = new Map<Tensor2D, ReadonlyMap<number, Tensor2D>>();
  private readonly latents = new Map<Tensor2D, { readonly exponents: Tensor2D; readonly bandwidth: Scalar }>();

  constructor(private readonly hyper: Readonly<Record<string, Scalar>>) {}

  /** [batch, batch] Gaussian kernel of `points` with the bandwidth of that name. */
  of(bandwidthName: string, points: Tensor2D): Tensor2D {
    return this.remember(bandwidthName, () => gaussianGram(points, this.hyper[bandwidthName]));
  }

  /** The same for a latent, which several terms look at through kernels of different width. */
  ofLatent(bandwidthName: string, latent: Tensor2D): Tensor2D {
    return this.remember(bandwidthName, () => tf.exp(this.exponentsOf(latent, this.hyper[bandwidthName])) as Tensor2D);
  }

  /** The first rows of points of the batch, the same tensor for all that ask for as many; all where there are no more. */
  firstRows(points: Tensor2D, rows: number): Tensor2D {
    if (rows >= points.shape[0]) return points;
    const known = this.parts.get(points)?.get(rows);
    if (known !== undefined) return known;
    const part = tf.slice(points, [0, 0], [rows, points.shape[1]]) as Tensor2D;
    this.parts.set(points, new Map([...(this.parts.get(points) ?? []), [rows, part]]));
    return part;
  }

  private remember(name: string, make: () => Tensor2D): Tensor2D {
    const gram = this.grams.get(name) ?? make();
    this.grams.set(name, gram);
    return gram;
  }

  /** Exponents of the kernel: those of the latent's first kernel, rescaled where the width is another. */
  private exponentsOf(latent: Tensor2D, bandwidth: Scalar): Tensor2D {
    const first = this.latents.get(latent);
    if (first !== undefined) return tf.mul(first.exponents, tf.square(tf.div(first.bandwidth, bandwidth)));
    const exponents = gaussianExponents(latent, bandwidth);
    this.latents.set(latent, { exponents, bandwidth });
    return exponents;
  }
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

function independenceTerms(names: readonly string[], { independence }: LossesConfig): ObjectiveTerm[] {
  const { weight, target, rows: most } = independence;
  const latentGram = (m: number, { encoded }: ObjectiveInputs, grams: SharedGrams) =>
    grams.ofLatent(bandwidthName("latent", names[m]), grams.firstRows(encoded.bottlenecks[m].latent, most));
  const inputGram = (m: number, { kernelFeatures }: ObjectiveInputs, grams: SharedGrams) =>
    grams.of(bandwidthName("input", names[m]), grams.firstRows(kernelFeatures[m], most));
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
