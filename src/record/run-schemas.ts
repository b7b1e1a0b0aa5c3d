import { z } from "zod";
import type { AnyMetrics } from "../evaluation/metrics.js";
import { byName, count, type Stored } from "../files/document.js";

/** The metrics of any task by name; null where one does not exist. */
const anyMetrics = byName(z.number().nullable());

const share = z.number().min(0).max(1);
const halfWidth = z.number().min(0).nullable().describe("unit of the target; null where rows are too few");
const covered = { rows: count, achieved: share, halfWidth };
/** Rows whose prediction, or true value, lies between two values. */
const fifths = z.array(z.object({ from: z.number(), to: z.number(), ...covered }));
/** Left out by versions whose intervals were as wide for every row. */
const byKind = {
  scale: z.object({
    least: z.number().gt(0),
    most: z.number().gt(0),
    constant: z.enum(["few-rows", "no-pattern"]).optional(),
  }),
  curve: z.array(z.object({ level: z.number(), ...covered })),
  byPrediction: fifths,
  byTruth: fifths,
  byUnit: byName(z.object(covered)).optional(),
  byMissing: z.array(z.object({ missing: z.array(z.string()), ...covered })).optional(),
};

/** Intervals of one target on the test rows. */
const targetIntervals = z.object({
  halfWidth,
  achieved: share,
  achievedPooled: share,
  ...byKind,
  groups: byName(
    z.object({
      validationRows: count,
      testRows: count,
      halfWidth,
      pooled: z.boolean(),
      achieved: share.nullable(),
      achievedPooled: share.nullable(),
    }),
  ).optional(),
});

/** metrics.json.intervals: prediction intervals on the test rows. @param target those of one target */
function intervalEvaluation<T extends z.ZodType>(target: T) {
  return z.object({ coverage: z.number().gt(0).lt(1), group: z.string().nullable(), targets: byName(target) });
}

/** The documents that hold metrics. @param values the metrics of one target */
function withMetrics<M extends z.ZodType>(values: M) {
  const part = z.object({ n: count, overall: values, perTarget: byName(values) });
  /** Errors of rows that lack the same modalities; null for a part that has no such row. */
  const pattern = z.object({
    missing: z.array(z.string()),
    validation: part.nullable(),
    test: part.nullable(),
  });
  return {
    part,
    parts: z.object({ validation: part, test: part }),
    /** metrics.json.biasCorrection: lines fitted on the validation rows, and quality of the corrected predictions. */
    biasCorrection: z.object({
      targets: byName(z.object({ slope: z.number().gt(0), intercept: z.number() })),
      validation: part,
      test: part,
    }),
    /** metrics.json.missingModalities: errors where modalities are absent. */
    missingModalities: z.object({
      modalityDropout: z.number().min(0).lt(1),
      complete: pattern,
      removed: z.array(pattern),
      observed: z.array(pattern),
    }),
  };
}

/** Error of the model minus that of a baseline on the test rows, with its 95 % bootstrap interval. */
const difference = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** metrics.json.warnings: one thing to know before trusting the numbers; the code names its kind. */
const warning = z.object({ code: z.string(), text: z.string() });

/** metrics.json.ensemble: what it says of an ensemble beside its own quality. */
const ensemble = z.object({
  members: z.int().min(1),
  spread: byName(z.number().min(0)).describe(
    "per target the standard deviation between members' predictions: root mean square over the test rows",
  ),
});

/** Beside these, as `test` and the name of the error, per target that of every member. */
const memberErrors = byName(z.array(z.number().min(0)));

/** The task of a metrics.json. */
export const namedTask = z.object({ task: z.string().optional() });

/** The keys of a metrics.json. @param values the metrics of one target */
function metricsKeys<M extends z.ZodType>(values: M) {
  const { part, parts, biasCorrection, missingModalities } = withMetrics(values);
  return z.object({
    task: z.string().optional().describe("where it is not regression"),
    targets: z.array(z.string()).min(1),
    classes: z
      .array(z.string())
      .min(2)
      .optional()
      .describe("labels of a target of classes, in the order of its probabilities"),
    units: byName(z.string()).optional().describe("only where the config names any"),
    validation: part,
    test: part,
    network: parts
      .optional()
      .describe("of the network alone, without what it errs by at near training rows; only where that is added"),
    baselines: byName(parts),
    differences: byName(byName(difference)).describe("by target and baseline; left out by older versions"),
    intervals: intervalEvaluation(targetIntervals).optional(),
    sets: z
      .object({
        coverage: z.number().gt(0).lt(1),
        achieved: share,
        meanSize: z.number().min(1),
        sizes: z.array(count).describe("rows whose set holds one class, two, .."),
        byClass: z.array(share.nullable()).describe("shares of the rows of each class whose set holds it"),
      })
      .optional()
      .describe("prediction sets of a target of classes on the test rows"),
    biasCorrection: biasCorrection.optional(),
    missingModalities: missingModalities.optional().describe("only where rows may lack modalities"),
    ensemble: ensemble.catchall(memberErrors).optional(),
    notes: z.array(z.string()),
    warnings: z.array(warning).describe("left out by versions that made them for the report only"),
  });
}

/** metrics.json as it is written: quality on the validation and the test part, in the user's units, by any task. */
export const metricsDocument = metricsKeys(anyMetrics);

/** metrics.json as this version and those before wrote it. @param stored the metrics of one target, by the task */
export function metricsFile<S extends z.ZodType<AnyMetrics>>(stored: S) {
  return metricsKeys(stored)
    .partial({ differences: true, notes: true, warnings: true })
    .extend({
      intervals: intervalEvaluation(
        targetIntervals.partial({ scale: true, curve: true, byPrediction: true, byTruth: true }),
      ).optional(),
      ensemble: ensemble.partial({ spread: true }).catchall(memberErrors).optional(),
      seconds: z.number().min(0).optional().describe("wall time of the run, of early versions"),
    });
}

/** latents.json */
export const latentsDocument = z.object({
  part: z.literal("validation"),
  rows: count,
  modalities: byName(
    z.object({
      dimensions: z.int().min(1),
      constant: count,
      w: z.array(z.number().min(0).max(1)),
      departing: count,
      quantiles: z.array(z.object({ normal: z.number(), low: z.number(), median: z.number(), high: z.number() })),
      radius: z.object({ w: z.number().min(0).max(1), pValue: z.number().min(0).max(1) }).nullable(),
    }),
  ),
});

/** The same as this version and those before wrote it. */
export const latentsFile = latentsDocument.partial({ part: true });

/** The keys of config.yaml that the report reads; the rest is shown as it stands. */
export const configFile = z.object({
  name: z.string(),
  model: z.object({ fusion: z.object({ method: z.string() }).optional() }).optional(),
  losses: z.object({ prediction: z.string().optional() }).optional(),
});

/** metrics.json of this version. */
export type RunMetrics = Stored<typeof metricsDocument>;
export type MetricsFile = Stored<ReturnType<typeof metricsFile<z.ZodType<AnyMetrics>>>>;
export type EnsembleMetrics = NonNullable<RunMetrics["ensemble"]>;
export type RunWarning = Stored<typeof warning>;
export type IntervalEvaluation = NonNullable<MetricsFile["intervals"]>;
export type ErrorsByAbsence = NonNullable<MetricsFile["missingModalities"]>;
/** latents.json: how nearly normal each modality's latent is on the validation rows, bottleneck noise left out. */
export type LatentSummary = Stored<typeof latentsDocument>;
export type LatentsFile = Stored<typeof latentsFile>;
