import type { CompiledStep } from "../engine/engine.js";
import type { Rng } from "../math/rng.js";
import type { NoiseSpec } from "../models/module.js";

/** Name of the input of a step that takes a noise. */
export const noiseInput = (name: string) => `noise.${name}`;

/** Draws every noise input of a training step. */
export function feedNoise(step: Pick<CompiledStep, "inputs">, noise: readonly NoiseSpec[], rng: Rng): void {
  for (const { name, kind, rate } of noise) {
    const input = step.inputs[noiseInput(name)];
    if (kind === "dropout") rng.fillDropout(input, rate ?? 0);
    else rng.fillNormal(input);
  }
}
