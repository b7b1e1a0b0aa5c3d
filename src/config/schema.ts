import { z } from "zod";
import { dataSchema } from "./data.js";
import { encoderFaults, microBatchFault } from "./encoder-faults.js";
import { engineNames } from "./engines.js";
import { evaluationSchema } from "./evaluation.js";
import { tooManyProducts } from "./limits.js";
import { lossesSchema } from "./losses.js";
import { modelSchema } from "./model.js";
import { presets, qualityNames } from "./presets.js";
import { trainingSchema } from "./training.js";

/** The whole run config. Strict: unknown keys are errors. Defaults stand in the sections and nowhere else. */
export const configSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, "a name of letters, digits, spaces, dots, dashes and underscores")
      .describe("name of the run; the default run folder is runs/NAME"),
    seed: z.int().min(0).default(1).describe("every random number of the run derives from it"),
    preset: z
      .enum(Object.keys(presets) as [keyof typeof presets])
      .optional()
      .describe("start from the named set of values"),
    quality: z
      .enum(qualityNames)
      .optional()
      .describe(
        "how much time a training may take, as a set of values to start from like a preset: fast, default (as if left out) or best; " +
          "`train --quality` overrides it",
      ),
    ensemble: z
      .int()
      .min(1)
      .max(64)
      .default(1)
      .describe("trainings whose predictions and atoms are averaged, on the same rows, in processes of their own"),
    data: dataSchema,
    model: modelSchema.prefault({}),
    losses: lossesSchema.prefault({}),
    training: trainingSchema.prefault({}),
    evaluation: evaluationSchema.prefault({}),
    engine: z.enum(engineNames).default("auto").describe("what executes the steps"),
    threads: z.int().min(1).max(256).default(1).describe("threads inside one operation"),
  })
  .superRefine(({ data, model, training, losses }, context) => {
    const known = Object.keys(data.modalities);
    // whatever the method: networks to compare with may have products
    const many = model.fusion.interaction === "none" ? undefined : tooManyProducts(known.length);
    if (many !== undefined)
      context.addIssue({ code: "custom", path: ["model", "fusion", "interaction"], message: many });
    for (const { path, message } of encoderFaults(data.modalities, model.encoder))
      context.addIssue({ code: "custom", path: ["model", "encoder", ...path], message });
    if (data.outOfCore !== undefined && model.neighbours === "on") {
      const message = "is not there for tables out of core (data.outOfCore): leave it out, or train on rows in memory";
      context.addIssue({ code: "custom", path: ["model", "neighbours"], message });
    }
    const micro = microBatchFault(data.modalities, model.encoder, training, losses);
    if (micro !== undefined) context.addIssue({ code: "custom", path: ["training", "microBatch"], message: micro });
    for (const name of Object.keys(model.encoder.modalities)) {
      if (known.includes(name)) continue;
      const message = `there is no modality of that name; data.modalities has ${known.join(", ")}`;
      context.addIssue({ code: "custom", path: ["model", "encoder", "modalities", name], message });
    }
  });

export type Config = z.infer<typeof configSchema>;
/** A run config as a user may write it: what has a default may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
