import type { LossesConfig } from "../config/losses.js";
import { medianPairwiseDistance } from "../math/pairwise.js";
import type { Rng } from "../math/rng.js";
import { whiteningFromRows } from "../math/whitening.js";
import { type TrainingData, takeRows } from "./data.js";
import type { Learner } from "./learner.js";
import { bandwidthNames } from "./objective.js";

/** Numbers that are constants for the gradient and are measured once per epoch on training rows. */
export interface StepConstants {
  /** Kernel widths by hyper-parameter name. */
  readonly bandwidths: Readonly<Record<string, number>>;
  /** Centre [D] and whitening [D, D] of target and latents. */
  readonly centre: Float32Array;
  readonly whitening: Float32Array;
}

/** Training rows that medians and covariances are measured on. */
const sampleRows = 1024;

/** Share of the identity in the covariance that is whitened: keeps its factor stable when latents are collinear. */
const shrinkage = 0.05;

/**
 * Bandwidths and whitening for the next epoch, from the latents of a random sample of training rows.
 * Medians and a Cholesky factor cannot be part of a compiled step, and a batch has too few rows for a covariance of
 * all latents; both change slowly. A fresh model has no running moments yet: its batch-normalised latents have
 * variance 1 per dimension, so that their median distance is close to sqrt(2 d) and they need no whitening.
 */
export async function measureConstants(
  learner: Learner,
  data: TrainingData,
  losses: LossesConfig,
  weights: readonly number[],
  rng: Rng,
  fresh: boolean,
): Promise<StepConstants> {
  const { latentDim, modalities } = learner.model.architecture;
  const targets = data.targetNames.length;
  const width = targets + modalities.length * latentDim;
  const order = rng.permutation(data.trainRows.length).subarray(0, sampleRows);
  const rows = order.map((i) => data.trainRows[i]);
  const { latents, prediction } = await learner.inference.run({ inputs: data.modalities, rows, weights });
  const median = (name: string): number => {
    const [, kind, modality] = name.split(".");
    if (kind === "target" || kind === "prediction") return distance(takeRows(data.target, targets, rows), targets);
    if (kind === "input") return inputDistance(data, modality, rows);
    if (fresh) return Math.sqrt(2 * latentDim);
    if (kind === "fused") return fusedDistance(learner, latents, weights, rows.length);
    const m = modalities.findIndex((candidate) => candidate.name === modality);
    return distance(columns(latents, rows.length, modalities.length * latentDim, m * latentDim, latentDim), latentDim);
  };
  const factor = (name: string) =>
    name.startsWith("bandwidth.gaussianity.")
      ? losses.gaussianity.bandwidthFactor
      : losses.independence.bandwidthFactor;
  const names = bandwidthNames(
    modalities.map(({ name }) => name),
    losses,
  );
  const bandwidths = Object.fromEntries(names.map((name) => [name, factor(name) * median(name)]));
  if (prediction.some((value) => !Number.isFinite(value)) && !fresh) {
    throw new RangeError("the network's predictions on training rows are not finite");
  }
  const joint = fresh ? identityWhitening(width) : jointWhitening(data, latents, rows, width);
  return { bandwidths, ...joint };
}

function jointWhitening(data: TrainingData, latents: Float32Array, rows: Int32Array, width: number) {
  const targets = data.targetNames.length;
  const together = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let t = 0; t < targets; t++) together[i * width + t] = data.gaussianTarget[rows[i] * targets + t];
    const latentWidth = width - targets;
    together.set(latents.subarray(i * latentWidth, (i + 1) * latentWidth), i * width + targets);
  }
  const { mean, whitening } = whiteningFromRows(together, rows.length, width, shrinkage);
  return { centre: Float32Array.from(mean), whitening: Float32Array.from(whitening) };
}

function identityWhitening(width: number) {
  const whitening = new Float32Array(width * width);
  for (let i = 0; i < width; i++) whitening[i * width + i] = 1;
  return { centre: new Float32Array(width), whitening };
}

function inputDistance(data: TrainingData, modality: string, rows: Int32Array): number {
  const found = data.modalities.find(({ name }) => name === modality);
  if (found === undefined) throw new RangeError(`no modality "${modality}"`);
  return distance(takeRows(found.values, found.width, rows), found.width);
}

function fusedDistance(learner: Learner, latents: Float32Array, weights: readonly number[], rows: number): number {
  const { latentDim: d, modalities } = learner.model.architecture;
  const fused = new Float32Array(rows * d);
  learner.model.terms.forEach(({ modalities: [first, second] }, t) => {
    for (let i = 0; i < rows; i++) {
      const row = i * modalities.length * d;
      for (let j = 0; j < d; j++) {
        const product = second === undefined ? 1 : latents[row + second * d + j];
        fused[i * d + j] += weights[t] * latents[row + first * d + j] * product;
      }
    }
  });
  return distance(fused, d);
}

function columns(values: Float32Array, rows: number, width: number, from: number, count: number): Float32Array {
  const out = new Float32Array(rows * count);
  for (let i = 0; i < rows; i++) {
    out.set(values.subarray(i * width + from, i * width + from + count), i * count);
  }
  return out;
}

/** Median distance; 1 for points that all coincide, where any width gives the same kernel. */
function distance(values: Float32Array, width: number): number {
  const median = medianPairwiseDistance(values, values.length / width, width);
  return median > 0 ? median : 1;
}
