import { feedNoise } from "../../fit/noise.js";
import { blomScores, blomScoresOf } from "../../losses/joint-gaussianity.js";
import type { Rng } from "../../math/rng.js";
import type { TrainingData } from "../data.js";
import type { PidRegStep } from "../learner.js";
import type { StepConstants } from "./step-constants.js";
import { dropModalities, feedBatch, feedOwned, feedPresence } from "./step-feed.js";

/** Fills the inputs of a step for the given rows; draws go on from batch to batch. */
export function batchFeed(
  { step, train, objective }: PidRegStep,
  data: TrainingData,
  { rng, modalityDropout }: { readonly rng: Rng; readonly modalityDropout: number },
): (rows: Int32Array) => Promise<void> {
  const { stored } = data;
  const noise = rng.split("noise");
  const presence = rng.split("modalities");
  const changes = rng.split("augment");
  const scoresOf = rememberedScores();
  return async (numbers) => {
    const held = stored === undefined ? data : await stored.read(numbers);
    const rows = stored === undefined ? numbers : numbers.map((_, i) => i);
    const { modalities } = held;
    await feedBatch(step, held, rows, changes);
    feedNoise(step, train.noise, noise);
    const { present, owned } = step.inputs;
    if (owned !== undefined) feedOwned(step, modalities, rows, objective.jointRows, scoresOf);
    if (present === undefined) return;
    feedPresence(present, modalities, rows);
    dropModalities(present, modalities.length, modalityDropout, presence);
  };
}

/** How batches to come are read ahead; undefined where no modality lies on disk. */
export function readAhead({
  modalities,
  stored,
}: Pick<TrainingData, "modalities" | "stored">):
  | { readonly batches: number; readonly begin: (rows: Int32Array) => void }
  | undefined {
  if (stored !== undefined) return stored.ahead;
  const streams = modalities.flatMap((modality) => {
    if (!("read" in modality) || modality.ahead === undefined || modality.streamed === undefined) return [];
    return [{ ahead: modality.ahead, batches: modality.streamed }];
  });
  const batches = Math.max(0, ...streams.map((stream) => stream.batches));
  if (batches === 0) return undefined;
  return {
    batches,
    begin: (rows) => {
      for (const { ahead } of streams) ahead(rows);
    },
  };
}

/** Fills the inputs that are the same for every batch of an epoch. */
export function feedConstants(
  { step, objective }: PidRegStep,
  fusionWeights: readonly number[],
  { centre, whitening }: Pick<StepConstants, "centre" | "whitening">,
): void {
  step.inputs.fusionWeights.set(fusionWeights);
  if (objective.jointRows === 0) return;
  step.inputs["joint.centre"].set(centre);
  step.inputs["joint.whitening"].set(whitening);
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
