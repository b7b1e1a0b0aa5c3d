import type { CompiledStep } from "../engine/engine.js";
import type { Rng } from "../math/rng.js";
import type { NoiseSpec } from "../models/module.js";
import { gatherRows, type TrainingData } from "./data.js";

/** Copies one batch of prepared rows and targets into the inputs of a training step. */
export function feedBatch(step: CompiledStep, data: TrainingData, rows: ArrayLike<number>): void {
  for (const { name, width, values } of data.modalities) gatherRows(values, width, rows, step.inputs[`x.${name}`]);
  const targets = data.targetNames.length;
  gatherRows(data.target, targets, rows, step.inputs.target);
  gatherRows(data.gaussianTarget, targets, rows, step.inputs.gaussianTarget);
}

/** Draws every noise input of a training step. */
export function feedNoise(step: CompiledStep, noise: readonly NoiseSpec[], rng: Rng): void {
  for (const { name, kind, rate } of noise) {
    const input = step.inputs[`noise.${name}`];
    if (kind === "dropout") rng.fillDropout(input, rate ?? 0);
    else rng.fillNormal(input);
  }
}
