import { RunError } from "../errors.js";
import { firstNotFinite, notFiniteIn } from "../fit/not-finite.js";
import type { PidResult } from "../pid/types.js";
import type { LearnerTensors, PidRegLearner } from "./learner.js";

/** The error of a run in which a number became NaN or infinite; names place and quantity. */
export function divergence(where: string, name: string, value: number): RunError {
  return new RunError(
    `training diverged at ${where}: ${name} became ${value}. A checkpoint saved before is kept. ` +
      "A lower training.optimizer.learningRate or clipNorm usually helps.",
  );
}

/**
 * Refuses a state that training cannot be continued from.
 * @param tensors of the learner
 * @throws RunError naming the tensor and its first number that is not finite
 */
export function checkFiniteState(tensors: LearnerTensors, learner: PidRegLearner, where: string): void {
  const bad = notFiniteIn(tensors, learner);
  if (bad !== null) throw divergence(where, bad.name, bad.value);
}

/**
 * Refuses latents of which no covariance can be computed: every number and its square must be finite in float32.
 * @param latents row-major [rows, M * d]
 * @param names   modality names in the order of the latents
 * @throws RunError naming the modality, the latent and the first such number
 */
export function checkFiniteLatents(
  latents: Float32Array,
  names: readonly string[],
  latentDim: number,
  where: string,
): void {
  let bad = 0;
  while (bad < latents.length && Number.isFinite(Math.fround(latents[bad] * latents[bad]))) bad++;
  if (bad === latents.length) return;
  const column = bad % (names.length * latentDim);
  const modality = names[Math.floor(column / latentDim)];
  throw divergence(where, `latent ${column % latentDim} of "${modality}"`, latents[bad]);
}

/** @throws RunError naming the first number of the covariance's whitening that is not finite */
export function checkFiniteWhitening(whitening: Float32Array, where: string): void {
  const bad = firstNotFinite(whitening);
  if (bad >= 0) throw divergence(where, "the whitening of the covariance of target and latents", whitening[bad]);
}

/** Refuses atoms that fusion weights cannot be made from. @throws RunError naming the atom */
export function checkFiniteAtoms({ atoms }: Pick<PidResult, "atoms">, where: string): void {
  const { unique, ...shared } = atoms;
  const named = [...Object.entries(unique).map(([name, value]) => [`unique.${name}`, value] as const)];
  for (const [name, value] of [...named, ...Object.entries(shared)]) {
    if (!Number.isFinite(value)) throw divergence(where, `the atom ${name}`, value);
  }
}
