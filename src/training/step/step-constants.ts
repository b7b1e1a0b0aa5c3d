import type { LossesConfig } from "../../config/losses.js";
import { RunError } from "../../errors.js";
import type { Rng } from "../../math/rng.js";
import { whiteningFromRows } from "../../math/whitening.js";
import type { TaskLoss } from "../../tasks/task.js";
import { outputWidth, rowsWith, type TrainingData } from "../data.js";
import { checkFiniteLatents, checkFiniteWhitening } from "../divergence.js";
import type { PidRegLearner } from "../learner.js";
import { bandwidthsOf, type Distances, freshDistances, latentDistances, readsAny } from "./bandwidths.js";
import { bandwidths as kernelsOf } from "./objective.js";

/** Numbers that are constants for the gradient and are measured once per epoch on training rows. */
export interface StepConstants {
  /** Kernel widths by hyper-parameter name. */
  readonly bandwidths: Readonly<Record<string, number>>;
  /** Centre [D] and whitening [D, D] of target and latents. */
  readonly centre: Float32Array;
  readonly whitening: Float32Array;
}

export interface ConstantsRequest {
  readonly learner: PidRegLearner;
  /** Of the steps that read them. */
  readonly objective: PidRegLearner["objective"];
  readonly data: TrainingData;
  readonly losses: LossesConfig;
  readonly fusionWeights: readonly number[];
  /** Distances of inputs and target. */
  readonly fixed: Pick<Distances, "input" | "target">;
  /** Stream that picks the rows. */
  readonly rng: Rng;
  /** Whether the model has not taken a step yet. */
  readonly fresh: boolean;
  /** Shown in errors: `stage1 epoch 3`. */
  readonly where: string;
}

/** Training rows that the covariance of all latents is measured on, anew for every epoch. */
const sampleRows = 1024;

/** Share of the diagonal in the covariance that is whitened: keeps its factor stable when latents are collinear. */
const shrinkage = 0.05;

/**
 * Bandwidths and whitening for the next epoch, from the latents of random training rows. Medians and a Cholesky factor
 * cannot be part of a compiled step, and a batch has too few rows for a covariance of all latents; both change slowly.
 * @throws RunError when a latent or the whitening is not finite, or the covariance has no inverse
 */
export async function measureConstants(request: ConstantsRequest): Promise<StepConstants> {
  const { learner, objective, data, losses, fusionWeights, fixed, rng, fresh, where } = request;
  const loss = data.task.loss(losses);
  const { latentDim, modalities } = learner.model.architecture;
  const names = modalities.map(({ name }) => name);
  const width = jointTargets(data, loss) + names.length * latentDim;
  if (fresh) {
    const bandwidths = bandwidthsOf({ ...fixed, ...freshDistances(names, latentDim) }, names, losses, loss);
    return { bandwidths, ...identityWhitening(width) };
  }
  const kernels = kernelsOf(names, losses, loss);
  if (objective.jointRows === 0 && !readsAny(kernels, "gaussianity", "latent", "fused")) {
    const unread = { latent: {}, fused: 1 };
    return { bandwidths: bandwidthsOf({ ...fixed, ...unread }, names, losses, loss), ...identityWhitening(width) };
  }
  const order = rng.permutation(data.trainRows.length).subarray(0, sampleRows);
  const rows = order.map((i) => data.trainRows[i]);
  const { latents } = await learner.inference.run({ inputs: data.modalities, rows, weights: fusionWeights });
  checkFiniteLatents(latents, names, latentDim, where);
  const present = data.modalities.map(({ present: all }) => all && Uint8Array.from(rows, (row) => all[row]));
  const { terms } = learner.model;
  const measured = latentDistances({ latents, names, latentDim, terms, weights: fusionWeights, present, kernels });
  const joint = objective.jointRows === 0 ? identityWhitening(width) : jointWhitening(request, latents, rows, width);
  checkFiniteWhitening(joint.whitening, where);
  return { bandwidths: bandwidthsOf({ ...fixed, ...measured }, names, losses, loss), ...joint };
}

/** Columns of targets that the joint Gaussianity is of. */
function jointTargets(data: TrainingData, { gaussianTarget }: Pick<TaskLoss, "gaussianTarget">): number {
  return gaussianTarget ? outputWidth(data) : 0;
}

function jointWhitening(
  { data, losses, where }: Pick<ConstantsRequest, "data" | "losses" | "where">,
  latents: Float32Array,
  rows: Int32Array,
  width: number,
) {
  const outputs = outputWidth(data);
  const targets = jointTargets(data, data.task.loss(losses));
  const latentWidth = width - targets;
  const complete = new Set(rowsWith(data.modalities, rows));
  // The term sees complete rows only; without two of them there is nothing that it could be whitened by.
  if (complete.size < 2) return identityWhitening(width);
  const together = new Float32Array(complete.size * width);
  let at = 0;
  rows.forEach((row, i) => {
    if (!complete.has(row)) return;
    for (let t = 0; t < targets; t++) together[at + t] = data.gaussianTarget[row * outputs + t];
    together.set(latents.subarray(i * latentWidth, (i + 1) * latentWidth), at + targets);
    at += width;
  });
  const { mean, whitening } = whiten(together, complete.size, width, where);
  return { centre: Float32Array.from(mean), whitening: Float32Array.from(whitening) };
}

function whiten(rows: Float32Array, n: number, width: number, where: string) {
  try {
    return whiteningFromRows(rows, n, width, shrinkage);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    throw new RunError(
      `training cannot go on at ${where}: the covariance of target and latents has no inverse, a latent became ` +
        "constant. A checkpoint saved before is kept. A lower training.optimizer.learningRate usually helps.",
      { cause: error },
    );
  }
}

function identityWhitening(width: number) {
  const whitening = new Float32Array(width * width);
  for (let i = 0; i < width; i++) whitening[i * width + i] = 1;
  return { centre: new Float32Array(width), whitening };
}
