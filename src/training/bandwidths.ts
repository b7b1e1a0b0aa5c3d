import type { LossesConfig } from "../config/losses.js";
import { medianPairwiseDistance } from "../math/pairwise.js";
import type { Rng } from "../math/rng.js";
import type { FusionTerm } from "../models/fusion.js";
import { type TrainingData, takeRows } from "./data.js";
import { bandwidthNames } from "./objective.js";

/** Median pairwise distances of what a kernel can be applied to. */
export interface Distances {
  /** Prepared inputs and latents, by modality. */
  readonly input: Readonly<Record<string, number>>;
  readonly latent: Readonly<Record<string, number>>;
  readonly fused: number;
  readonly target: number;
}

/** Rows whose distances are compared; the median of 32,640 pairs is known to about half a percent. */
const medianRows = 256;

/** Distances of inputs and target, which do not change during training: measured once, on random training rows. */
export function fixedDistances(data: TrainingData, rng: Rng): Pick<Distances, "input" | "target"> {
  const order = rng.permutation(data.trainRows.length).subarray(0, medianRows);
  const rows = order.map((i) => data.trainRows[i]);
  const targets = data.targetNames.length;
  return {
    input: Object.fromEntries(
      data.modalities.map(({ name, width, values }) => [name, distance(takeRows(values, width, rows), width)]),
    ),
    target: distance(takeRows(data.target, targets, rows), targets),
  };
}

/**
 * Distances of latents and of the fused latent.
 * @param latents row-major [rows, M * d]
 * @param names   modality names in the order of the latents
 */
export function latentDistances(
  latents: Float32Array,
  names: readonly string[],
  latentDim: number,
  terms: readonly FusionTerm[],
  weights: readonly number[],
): Pick<Distances, "latent" | "fused"> {
  const width = names.length * latentDim;
  const rows = Math.min(medianRows, latents.length / width);
  const block = (m: number) => {
    const out = new Float32Array(rows * latentDim);
    for (let i = 0; i < rows; i++) {
      const from = i * width + m * latentDim;
      out.set(latents.subarray(from, from + latentDim), i * latentDim);
    }
    return out;
  };
  const blocks = names.map((_, m) => block(m));
  const fused = blocks[0].map((_, i) =>
    terms.reduce((sum, { modalities: [first, second] }, t) => {
      const other = second === undefined ? 1 : blocks[second][i];
      return sum + weights[t] * blocks[first][i] * other;
    }, 0),
  );
  return {
    latent: Object.fromEntries(names.map((name, m) => [name, distance(blocks[m], latentDim)])),
    fused: distance(fused, latentDim),
  };
}

/**
 * Distances of latents before any training: batch-normalised latents have variance 1 per dimension, so that their
 * median distance is close to sqrt(2 d); running moments, which inference needs, do not exist yet.
 */
export function freshDistances(names: readonly string[], latentDim: number): Pick<Distances, "latent" | "fused"> {
  const expected = Math.sqrt(2 * latentDim);
  return { latent: Object.fromEntries(names.map((name) => [name, expected])), fused: expected };
}

/** Kernel widths by hyper-parameter name: factor of the config times median distance. */
export function bandwidthsOf(
  distances: Distances,
  names: readonly string[],
  losses: LossesConfig,
): Record<string, number> {
  const { gaussianity, independence } = losses;
  const width = (name: string): number => {
    const [, kind, modality] = name.split(".");
    if (kind === "gaussianity") return gaussianity.bandwidthFactor * distances.latent[modality];
    if (kind === "latent") return independence.bandwidthFactor * distances.latent[modality];
    if (kind === "input") return independence.bandwidthFactor * distances.input[modality];
    return independence.bandwidthFactor * (kind === "fused" ? distances.fused : distances.target);
  };
  return Object.fromEntries(bandwidthNames(names, losses).map((name) => [name, width(name)]));
}

/** Median distance; 1 for points that mostly coincide, where any width gives nearly the same kernel. */
function distance(values: Float32Array, width: number): number {
  const median = medianPairwiseDistance(values, values.length / width, width, medianRows);
  return median > 0 ? median : 1;
}
