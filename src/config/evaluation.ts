import { z } from "zod";

/** Networks to compare with; `unimodal` is one per modality. */
export const comparisonKinds = ["mlp", "unimodal", "late", "low-rank", "bottleneck", "equal", "concatenate"] as const;
export type ComparisonKind = (typeof comparisonKinds)[number];

/** `evaluation:` section: what is worked out from the validation part when training has ended. */
export const evaluationSchema = z.strictObject({
  baselines: z
    .union([z.boolean(), z.array(z.enum(comparisonKinds)).min(1)])
    .default(false)
    .describe(
      "Also train networks to compare with on the same rows, all of them or those listed: mlp: one on all features; " +
        "unimodal: one per modality; the others fuse differently. Mean and ridge regression are always there. true is " +
        "the same as `train --baselines`.",
    ),
  biasCorrection: z
    .enum(["none", "linear"])
    .default("none")
    .describe(
      "linear: also give predictions corrected for regression towards the mean (as for brain age), (prediction - " +
        "intercept) / slope, the line fitted on the validation part; the raw predictions stay what is reported first.",
    ),
  check: z
    .enum(["auto", "on", "off"])
    .default("auto")
    .describe(
      "Ask on validation and test rows whether the Gaussian reading of the atoms is enough, by conditional densities: auto " +
        "takes at most 4000 of these rows and 3 folds, and leaves it out where it would take more than about 20 seconds; on " +
        "takes all of them and 5 folds, whatever it takes; off leaves it out. At least 200 rows with every modality are needed.",
    ),
  importance: z
    .enum(["auto", "on", "off"])
    .default("auto")
    .describe(
      "Permutation importance of columns, groups of correlated columns and modalities on the test part, and partial " +
        "dependence of the most important columns: auto takes fewer rows, or groups alone, where all would take more than a " +
        "few seconds, and says so; on takes everything, whatever it takes; off leaves it out.",
    ),
  importanceRepeats: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe("How often rows are permuted for the importance of a column; more make it less noisy."),
  figures: z
    .enum(["all", "wide", "none"])
    .default("all")
    .describe(
      "Drawings of the report: all: each at the width of a desk and at that of a telephone; wide: at the former alone, in half the " +
        "time; none: none of them; `pidreg report` draws all.",
    ),
  occlusion: z
    .enum(["on", "off"])
    .optional()
    .describe(
      "Occlusion maps of images, sequences and volumes, of up to three test rows that each tells most of, and three that it misleads about " +
        "most: on, or off; off with `importance: off` if left out.",
    ),
  intervals: z
    .strictObject({
      coverage: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.9)
        .describe("Share of rows that the prediction intervals are to hold; `predict --level` overrides it."),
      group: z
        .string()
        .min(1)
        .optional()
        .describe(
          "Column whose values (site, sex, ..) get intervals of their own; values with too few validation rows for a " +
            "level share the pooled width, or have that of their own largest error where it is wider.",
        ),
      range: z
        .union([
          z.literal("observed"),
          z
            .strictObject({ min: z.number().optional(), max: z.number().optional() })
            .refine(({ min, max }) => min !== undefined || max !== undefined, "expected min, max or both")
            .refine(({ min, max }) => min === undefined || max === undefined || min < max, "expected min below max"),
        ])
        .optional()
        .describe(
          "What values of the targets may be, in their units: { min: 0 } for counts, { min, max }, or observed, the range of " +
            "the training rows of each target (a later value outside it is then missed). Ends of intervals and quantiles " +
            "stay within it; without bound if left out.",
        ),
    })
    .prefault({})
    .describe(
      "Conformal prediction intervals from the errors on the validation part, as wide as rows of their kind need.",
    ),
});

export type EvaluationConfig = z.infer<typeof evaluationSchema>;
