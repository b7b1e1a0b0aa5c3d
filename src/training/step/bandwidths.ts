import type { LossesConfig } from "../../config/losses.js";
import { rowsAtATime } from "../../data/rows.js";
import { medianPairwiseDistance } from "../../math/pairwise.js";
import type { Rng } from "../../math/rng.js";
import { kindOf } from "../../modalities/kinds.js";
import type { FusionTerm } from "../../models/fusion.js";
import type { TaskLoss } from "../../tasks/task.js";
import { outputWidth, readRows, rowsWith, type TrainingData, type TrainingModality, takeRows } from "../data.js";
import { type Bandwidth, bandwidths } from "./objective.js";

/** Median pairwise distances of what a kernel can be applied to. */
export interface Distances {
  /** Prepared inputs and latents, by modality. */
  readonly input: Readonly<Record<string, number>>;
  readonly latent: Readonly<Record<string, number>>;
  readonly fused: number;
  readonly target: number;
}

/** Rows whose distances are compared once; the median of 32,640 pairs is known to about half a percent. */
const medianRows = 256;
/** Rows whose latents are compared anew in every epoch; the median of 8,128 pairs is known to about one percent. */
const latentRows = 128;

/**
 * Distances of inputs and target, which do not change during training: measured once, on random training rows, those of
 * a modality on rows that have it.
 */
export async function fixedDistances(data: TrainingData, rng: Rng): Promise<Pick<Distances, "input" | "target">> {
  const order = rng.permutation(data.trainRows.length).map((i) => data.trainRows[i]);
  const targets = outputWidth(data);
  const input: Record<string, number> = {};
  for (const modality of data.modalities) {
    const rows = rowsWith([modality], order).subarray(0, medianRows);
    const features = await inputFeatures(modality, rows);
    input[modality.name] = distance(features.values, features.width);
  }
  return {
    input,
    target: distance(takeRows(data.target, targets, order.subarray(0, medianRows)), targets),
  };
}

/** What kernels on inputs see of rows, row-major; wide rows are read some at a time. */
async function inputFeatures(modality: TrainingModality, rows: Int32Array) {
  const { width: inputs, form } = modality;
  const kind = kindOf(form?.kind);
  const atATime = rowsAtATime(inputs);
  const parts: Float32Array[] = [];
  let width = inputs;
  for (let start = 0; start < rows.length; start += atATime) {
    const some = rows.subarray(start, start + atATime);
    const values = new Float32Array(some.length * inputs);
    await readRows(modality, some, values);
    const features = kind.kernelValues(values, inputs, form);
    parts.push(features.values);
    width = features.width;
  }
  const values = new Float32Array(rows.length * width);
  parts.reduce((at, part) => {
    values.set(part, at);
    return at + part.length;
  }, 0);
  return { values, width };
}

/** Latents of some rows, and what is asked of them. */
export interface MeasuredLatents {
  /** Row-major [rows, M * d]. */
  readonly latents: Float32Array;
  /** Modality names in the order of the latents. */
  readonly names: readonly string[];
  readonly latentDim: number;
  readonly terms: readonly FusionTerm[];
  /** Fusion weights [T]. */
  readonly weights: readonly number[];
  /** Per modality [rows], 0 for rows that lack it; all rows have it if left out. */
  readonly present?: readonly (Uint8Array | undefined)[];
  /** Kernel widths that are to follow from the distances. */
  readonly kernels: readonly Bandwidth[];
}

/** Whether any of the kernels is applied to one of these. */
export function readsAny(kernels: readonly Bandwidth[], ...of: readonly Bandwidth["of"][]): boolean {
  return kernels.some((kernel) => of.includes(kernel.of));
}

/** Distances of latents and of the fused latent that kernels are applied to; 1 where none is. */
export function latentDistances({
  latents,
  names,
  latentDim,
  terms,
  weights,
  present = [],
  kernels,
}: MeasuredLatents): Pick<Distances, "latent" | "fused"> {
  const width = names.length * latentDim;
  const all = Int32Array.from({ length: latents.length / width }, (_, i) => i);
  const block = (m: number, rows: Int32Array) => {
    const out = new Float32Array(rows.length * latentDim);
    rows.forEach((row, i) => {
      const from = row * width + m * latentDim;
      out.set(latents.subarray(from, from + latentDim), i * latentDim);
    });
    return out;
  };
  const own = (m: number) => rowsWith([{ present: present[m] }], all).subarray(0, latentRows);
  const fused = () => {
    const blocks = names.map((_, m) => block(m, all.subarray(0, latentRows)));
    return blocks[0].map((_, i) =>
      terms.reduce((sum, { modalities: [first, second] }, t) => {
        const other = second === undefined ? 1 : blocks[second][i];
        return sum + weights[t] * blocks[first][i] * other;
      }, 0),
    );
  };
  const ofLatents = readsAny(kernels, "gaussianity", "latent");
  return {
    latent: Object.fromEntries(names.map((name, m) => [name, ofLatents ? distance(block(m, own(m)), latentDim) : 1])),
    fused: readsAny(kernels, "fused") ? distance(fused(), latentDim) : 1,
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
  loss: Pick<TaskLoss, "kernels">,
): Record<string, number> {
  const { gaussianity, independence } = losses;
  const { input, latent, fused, target } = distances;
  const width = (bandwidth: Bandwidth): number => {
    if (bandwidth.of === "gaussianity") return gaussianity.bandwidthFactor * latent[bandwidth.modality];
    if (bandwidth.of === "latent") return independence.bandwidthFactor * latent[bandwidth.modality];
    if (bandwidth.of === "input") return independence.bandwidthFactor * input[bandwidth.modality];
    return independence.bandwidthFactor * (bandwidth.of === "fused" ? fused : target);
  };
  return Object.fromEntries(bandwidths(names, losses, loss).map((bandwidth) => [bandwidth.name, width(bandwidth)]));
}

/** Median distance; 1 for a single point, or points that mostly coincide, where any width gives nearly the same kernel. */
function distance(values: Float32Array, width: number): number {
  if (values.length < 2 * width) return 1;
  const median = medianPairwiseDistance(values, values.length / width, width, medianRows);
  return median > 0 ? median : 1;
}
