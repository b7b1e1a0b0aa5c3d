import { z } from "zod";
import { byName, type Stored } from "../files/document.js";
import { phaseName } from "./progress.js";

/** One number of the objective, before weighting, with its weight. */
const term = z.object({ value: z.number(), weight: z.number() });

/** Error on the validation part. */
const validation = z.object({
  /**
   * Mean cost on the scale of the transformed target; for several targets the geometric mean of theirs, which is the
   * likelihood of residuals whose spread every target has for itself. In a sum, the outliers of the target that is known
   * worst would say when the others have learned enough.
   */
  loss: z.number(),
  /** Root mean squared error in the user's units, mean over the targets: a number to show with one target only. */
  rmse: z.number(),
  /** With several targets the mean of their RMSE, each over the standard deviation of its target on the training rows. */
  relativeRmse: z.number().optional(),
});

/** What is known after an epoch; one line of metrics.jsonl. */
export const epochLine = z.object({
  phase: phaseName,
  /** 1, 2, .. within the phase. */
  epoch: z.int().min(1),
  /** Steps taken since the start of the run. */
  step: z.int().min(0),
  /** Wall time of the epoch, and the part of it spent inside training steps. */
  seconds: z.number().min(0),
  /** Whether this is the best epoch of the phase so far, by validation loss. */
  best: z.boolean(),
  validation,
  learningRate: z.number(),
  stepSeconds: z.number().min(0),
  terms: byName(term),
  gradientNorm: z.number(),
  lambda: byName(z.number()),
});

/** The same as this version and those before wrote it. */
export const readEpochLine = epochLine
  .partial({ step: true, seconds: true, best: true, learningRate: true, stepSeconds: true, gradientNorm: true })
  .extend({
    phase: z.string(),
    epoch: z.int().min(0),
    validation: validation.partial({ rmse: true }).nullish(),
    lambda: byName(z.number()).optional(),
  });

export type TermRecord = Stored<typeof term>;
export type Validation = Stored<typeof validation>;
export type EpochRecord = Stored<typeof epochLine>;
export type ReadEpochLine = Stored<typeof readEpochLine>;
