import { z } from "zod";
import { byName, type Stored } from "../files/document.js";
import { phaseName } from "./progress.js";

/** One number of the objective, before weighting, with its weight. */
const term = z.object({ value: z.number(), weight: z.number() });

/** What the task judges an epoch by, and numbers to show beside it; lower is better. */
const validation = z.object({ loss: z.number() }).catchall(z.number());

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
    validation: validation.nullish(),
    lambda: byName(z.number()).optional(),
  });

export type TermRecord = Stored<typeof term>;
export type EpochRecord = Stored<typeof epochLine>;
export type ReadEpochLine = Stored<typeof readEpochLine>;
