import { z } from "zod";
import type { Stored } from "../files/document.js";
import type { LocalPidModel } from "../pid/pointwise/local-pid.js";

const numbers = z.array(z.number());
/** A linear map as plain numbers: weights row-major [inputs, outputs], intercept [outputs]. */
const map = z.strictObject({ weights: numbers, intercept: numbers });
const maps = z.strictObject({ byModality: z.array(map).min(1), joint: map });
const reading = z.strictObject({ constant: z.number(), forms: z.array(numbers) });
/** What reads atoms off latents, as a model.json has it. */
export const storedReader = z.strictObject({
  readouts: maps,
  calibration: maps,
  local: z.strictObject({
    kind: z.literal("local-pid"),
    modalities: z.array(z.string()).min(1),
    targets: z.int().min(1),
    retained: z.array(z.int().min(0)),
    scale: numbers,
    means: z.strictObject({ target: numbers, posteriors: z.array(numbers), joint: numbers }),
    prior: numbers,
    singles: z.array(reading),
    joint: reading,
    union: reading,
    without: z.array(reading),
    intersection: reading.nullable(),
  }) satisfies z.ZodType<LocalPidModel>,
});

export type StoredReader = Stored<typeof storedReader>;
export type StoredMap = Stored<typeof map>;
