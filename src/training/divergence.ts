import { RunError } from "../errors.js";
import type { ModelLayout } from "../fit/model-layout.js";
import type { PidResult } from "../pid/types.js";
import type { LearnerTensors } from "./learner.js";

/** The error of a run in which a number became NaN or infinite; names place and quantity. */
export function divergence(where: string, name: string, value: number): RunError {
  return new RunError(
    `training diverged at ${where}: ${name} became ${value}. A checkpoint saved before is kept. ` +
      "A lower training.optimizer.learningRate or clipNorm usually helps.",
  );
}

/**
 * Refuses a state that training cannot be continued from; an update can break weights after its loss was still finite.
 * @throws RunError naming the tensor and its first number that is not finite
 */
export function checkFiniteTensors(tensors: LearnerTensors, layout: ModelLayout, where: string): void {
  for (const [name, values] of Object.entries(tensors) as [keyof LearnerTensors, Float32Array][]) {
    const bad = firstBad(values);
    if (bad < 0) continue;
    const place = name === "running" ? momentAt(layout, bad) : weightAt(layout, bad);
    throw divergence(where, `${kinds[name]} of ${place}`, values[bad]);
  }
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
  const bad = latents.findIndex((value) => !Number.isFinite(Math.fround(value * value)));
  if (bad < 0) return;
  const column = bad % (names.length * latentDim);
  const modality = names[Math.floor(column / latentDim)];
  throw divergence(where, `latent ${column % latentDim} of "${modality}"`, latents[bad]);
}

/** @throws RunError naming the first number of the covariance's whitening that is not finite */
export function checkFiniteWhitening(whitening: Float32Array, where: string): void {
  const bad = firstBad(whitening);
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

function firstBad(values: Float32Array): number {
  return values.findIndex((value) => !Number.isFinite(value));
}

const kinds: Readonly<Record<keyof LearnerTensors, string>> = {
  parameters: "weight",
  moment1: "mean gradient",
  moment2: "mean squared gradient",
  average: "averaged weight",
  running: "running moment",
};

/** Name and position of a number in the flat vector of weights. */
function weightAt({ parameters }: ModelLayout, at: number): string {
  const sizes = parameters.specs.map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)] as const);
  return placeIn(sizes, at);
}

function momentAt({ moments }: ModelLayout, at: number): string {
  return placeIn(
    moments.specs.map(({ name, width }) => [name, 2 * width] as const),
    at,
  );
}

function placeIn(sizes: readonly (readonly [string, number])[], at: number): string {
  let before = 0;
  for (const [name, size] of sizes) {
    if (at < before + size) return `${name}[${at - before}]`;
    before += size;
  }
  throw new RangeError(`position ${at} is beyond the ${before} numbers of the vector`);
}
