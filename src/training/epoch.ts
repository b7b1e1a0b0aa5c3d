import type { LossesConfig } from "../config/losses.js";
import { Interrupted } from "../errors.js";
import { type AdamConstants, adamCorrections } from "../fit/adam.js";
import { HyperParameters } from "../fit/hyper.js";
import { blomScores, blomScoresOf } from "../losses/joint-gaussianity.js";
import type { Rng } from "../math/rng.js";
import type { TrainingData } from "./data.js";
import { divergence } from "./divergence.js";
import type { Learner } from "./learner.js";
import type { StepConstants } from "./step/step-constants.js";
import { dropModalities, feedBatch, feedNoise, feedOwned, feedPresence } from "./step/step-feed.js";

export interface EpochPlan {
  /** Shown in errors: `stage1 epoch 3`. */
  readonly label: string;
  readonly rng: Rng;
  readonly fusionWeights: readonly number[];
  readonly constants: StepConstants;
  readonly losses: LossesConfig;
  /** Chance of a modality of a row to be taken away. */
  readonly modalityDropout: number;
  readonly adam: AdamConstants;
  /** Decay of the moving average of weights and of the running moments. */
  readonly averaging: number;
  /** Learning rate at a fraction of this epoch in [0, 1). */
  readonly learningRate: (fraction: number) => number;
  /** Optimiser steps taken before this epoch in the phase. */
  readonly stepsBefore: number;
  readonly signal?: AbortSignal;
}

export interface EpochResult {
  /** Mean over the epoch of every number that the step reports. */
  readonly report: Readonly<Record<string, number>>;
  readonly steps: number;
  readonly learningRate: number;
  /** Wall time inside the training steps, seconds. */
  readonly stepSeconds: number;
}

/** @throws Interrupted when the signal has fired */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Interrupted("training was interrupted");
}

/**
 * One pass over the shuffled training rows. The last, incomplete batch is left out: rows are shuffled anew every
 * epoch, so every row is used, and a small batch would disturb the batch normalisation.
 * @throws RunError naming step and term when a number becomes non-finite; Interrupted when the signal fires
 */
export async function runEpoch(learner: Learner, data: TrainingData, plan: EpochPlan): Promise<EpochResult> {
  const { step, train } = learner;
  const batchSize = step.inputs.target.length / data.targetNames.length;
  const order = plan.rng.split("order").permutation(data.trainRows.length);
  const steps = Math.floor(data.trainRows.length / batchSize);
  feedConstants(learner, plan);
  const sums = new Float64Array(train.report.length);
  const rows = new Int32Array(batchSize);
  const hyper = hyperParameters(learner, plan);
  const feed = batchFeeder(learner, data, plan);
  let inside = 0;
  for (let s = 0; s < steps; s++) {
    throwIfInterrupted(plan.signal);
    for (let i = 0; i < batchSize; i++) rows[i] = data.trainRows[order[s * batchSize + i]];
    feed(rows);
    train.hyper.fill(step.inputs[HyperParameters.inputName], hyper(s, steps));
    const start = performance.now();
    await step.run();
    inside += performance.now() - start;
    const { report } = step.outputs;
    checkFinite(report, train.report, `${plan.label}, step ${s + 1} of ${steps}`);
    for (let k = 0; k < sums.length; k++) sums[k] += report[k];
    // Steps run synchronously; this lets signals and timers through.
    if (s % 16 === 15) await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    report: Object.fromEntries(train.report.map((name, k) => [name, sums[k] / steps])),
    steps,
    learningRate: plan.learningRate((steps - 1) / steps),
    stepSeconds: inside / 1000,
  };
}

/** Fills the inputs of a step for the given rows; draws go on from batch to batch. */
function batchFeeder({ step, train }: Learner, data: TrainingData, plan: EpochPlan): (rows: Int32Array) => void {
  const { modalities } = data;
  const noise = plan.rng.split("noise");
  const presence = plan.rng.split("modalities");
  const scoresOf = rememberedScores();
  return (rows) => {
    feedBatch(step, data, rows);
    feedNoise(step, train.noise, noise);
    const { present, owned } = step.inputs;
    if (owned !== undefined) feedOwned(step, modalities, rows, train.jointRows, scoresOf);
    if (present === undefined) return;
    feedPresence(present, modalities, rows);
    dropModalities(present, modalities.length, plan.modalityDropout, presence);
  };
}

function feedConstants({ step, train }: Learner, { fusionWeights, constants }: EpochPlan): void {
  step.inputs.fusionWeights.set(fusionWeights);
  if (train.jointRows === 0) return;
  step.inputs["joint.centre"].set(constants.centre);
  step.inputs["joint.whitening"].set(constants.whitening);
  step.inputs["joint.scores"].set(blomScores(step.inputs["joint.scores"].length));
}

/** `blomScoresOf`, each computed once. */
function rememberedScores(): typeof blomScoresOf {
  const known = new Map<number, Float32Array>();
  return (n, length) => {
    const scores = known.get(n) ?? blomScoresOf(n, length);
    known.set(n, scores);
    return scores;
  };
}

function hyperParameters({ train }: Learner, plan: EpochPlan): (s: number, steps: number) => Record<string, number> {
  const weights = Object.fromEntries(train.terms.map(({ name, weight }) => [`weight.${name}`, weight]));
  return (s, steps) => {
    const t = plan.stepsBefore + s + 1;
    // An average over more steps than were taken would keep the initial weights.
    const memory = (decay: number) => Math.min(decay, t / (t + 9));
    return {
      ...weights,
      ...plan.constants.bandwidths,
      ...adamCorrections(t, plan.adam),
      learningRate: plan.learningRate(s / steps),
      averaging: memory(plan.averaging),
      momentMemory: memory(Math.max(0.9, plan.averaging)),
    };
  };
}

function checkFinite(report: Float32Array, names: readonly string[], where: string): void {
  const bad = report.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  // The total and the gradient follow from the terms: name a term if one is to blame.
  const term = names.findIndex((name, k) => name !== "total" && name !== "gradientNorm" && !Number.isFinite(report[k]));
  const at = term < 0 ? bad : term;
  throw divergence(where, names[at], report[at]);
}
