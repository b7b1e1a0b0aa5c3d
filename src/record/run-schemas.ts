import { z } from "zod";
import { modalityCards } from "./modality-cards.js";

const bits = z.number().nullable().describe("bits; null is infinite");
const byName = <T extends z.ZodType>(value: T) => z.record(z.string(), value);
const lossTerm = z.object({ value: z.number(), weight: z.number() });

const metrics = z.object({
  mae: z.number().min(0),
  rmse: z.number().min(0),
  r2: z.number().max(1).nullable(),
  pearson: z.number().min(-1).max(1).nullable(),
});
const part = z.object({ n: z.int().min(0), overall: metrics, perTarget: byName(metrics) });
const parts = z.object({ validation: part, test: part });

const share = z.number().min(0).max(1);
const halfWidth = z.number().min(0).nullable().describe("unit of the target; null where rows are too few");

/** metrics.json.intervals: prediction intervals on the test rows. */
const intervalEvaluation = z.looseObject({
  coverage: z.number().gt(0).lt(1),
  group: z.string().nullable(),
  targets: byName(
    z.looseObject({
      halfWidth,
      achieved: share,
      achievedPooled: share,
      groups: byName(
        z.looseObject({
          validationRows: z.int().min(0),
          testRows: z.int().min(0),
          halfWidth,
          pooled: z.boolean(),
          achieved: share.nullable(),
          achievedPooled: share.nullable(),
        }),
      ).optional(),
    }),
  ),
});

/** metrics.json.biasCorrection: lines fitted on the validation rows, and quality of the corrected predictions. */
const biasCorrection = z.looseObject({
  targets: byName(z.object({ slope: z.number().gt(0), intercept: z.number() })),
  validation: part,
  test: part,
});

/** Errors of rows that lack the same modalities; null for a part that has no such row. */
const pattern = z.looseObject({
  missing: z.array(z.string()),
  validation: part.nullable(),
  test: part.nullable(),
});

/** metrics.json.missingModalities: errors where modalities are absent. */
const missingModalities = z.looseObject({
  modalityDropout: z.number().min(0).lt(1),
  complete: pattern,
  removed: z.array(pattern),
  observed: z.array(pattern),
});

/** RMSE of the model minus that of a baseline on the test rows, with its 95 % bootstrap interval. */
const difference = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** metrics.json.warnings: one thing to know before trusting the numbers; the code names its kind. */
const warning = z.object({ code: z.string(), text: z.string() });

/** The task of a metrics.json. */
export const namedTask = z.looseObject({ task: z.string().optional() });

/** metrics.json */
export const metricsFile = z.looseObject({
  task: z.string().optional().describe("left out of runs that learn numbers"),
  targets: z.array(z.string()).min(1),
  units: byName(z.string()).optional(),
  validation: part,
  test: part,
  baselines: byName(parts),
  intervals: intervalEvaluation.optional(),
  biasCorrection: biasCorrection.optional(),
  missingModalities: missingModalities.optional(),
  differences: byName(byName(difference)).optional().describe("by target and baseline; left out by older versions"),
  ensemble: z.looseObject({ members: z.int().min(1) }).optional(),
  notes: z.array(z.string()).optional(),
  warnings: z.array(warning).optional().describe("left out by versions that made them for the report only"),
  seconds: z.number().min(0).optional(),
});

const information = z.object({ total: bits, byModality: byName(bits) });
const atoms = z.object({
  unique: byName(bits),
  redundancy: bits,
  synergy: bits,
  partialRedundancy: bits.default(0),
});
/** Values, standard errors and interval ends all have this shape. */
const values = z.looseObject({ information, atoms });
const intervals = z.looseObject({ level: z.number().gt(0).lt(1), lower: values, upper: values });
const contrast = z.looseObject({
  modalities: z.tuple([z.string(), z.string()]),
  value: bits,
  standardError: bits,
});
const weights = z.object({ byModality: byName(z.number()), interaction: byName(z.number()).default({}) });

/** pid.json.secondReading: the atoms by the other definition of unique information. */
const secondReading = z.looseObject({
  measure: z.enum(["broja", "idep"]),
  atoms,
  standardErrors: z.looseObject({ atoms }).nullable(),
});

/** A decomposition as pid.json holds it. */
const decomposition = z.looseObject({
  unit: z.literal("bits"),
  n: z.int().min(0).nullish(),
  information,
  atoms,
  standardErrors: values.nullable(),
  intervals: intervals.nullish(),
  contrasts: z.array(contrast).nullish(),
  secondReading: secondReading.optional().describe("two modalities; left out by versions that gave one reading only"),
  flags: z.array(z.string()),
});

/** pid.json */
export const pidFile = decomposition.extend({
  source: z.string().optional(),
  targets: z.array(z.string()).optional(),
  modalities: z.array(z.string()).min(1),
  weights: weights.optional(),
  stage1: z
    .looseObject({
      epochs: z.int().min(0),
      converged: z.boolean(),
      informative: z
        .boolean()
        .optional()
        .describe("whether weights were of atoms at its end; left out by older versions"),
      switches: z.int().min(0).optional().describe("changes between equal weights and weights of atoms"),
      uninformativeMembers: z.int().min(1).optional().describe("members of an ensemble that ended with equal weights"),
    })
    .optional(),
  lambda: byName(z.number()).optional(),
  test: decomposition.nullish(),
});

/** One line of metrics.jsonl: an epoch. */
export const epochLine = z.looseObject({
  phase: z.string(),
  epoch: z.int().min(0),
  seconds: z.number().optional(),
  learningRate: z.number().optional(),
  terms: byName(lossTerm),
  validation: z
    .looseObject({
      loss: z.number(),
      rmse: z.number().optional(),
      relativeRmse: z.number().optional().describe("several targets: mean of RMSE over standard deviation in training"),
    })
    .nullish(),
  lambda: byName(z.number()).optional(),
  best: z.boolean().optional(),
});

/** One line of pid.jsonl: atoms and weights after an epoch. */
export const pidLine = z.looseObject({
  phase: z.string(),
  epoch: z.int().min(0),
  information,
  atoms,
  standardErrors: values.nullish(),
  weights: weights.optional(),
  averagedOver: z.int().optional(),
});

/** latents.json */
export const latentsFile = z.looseObject({
  rows: z.int().min(0),
  modalities: byName(
    z.looseObject({
      dimensions: z.int().min(1),
      constant: z.int().min(0),
      w: z.array(z.number().min(0).max(1)),
      departing: z.int().min(0),
      quantiles: z.array(z.object({ normal: z.number(), low: z.number(), median: z.number(), high: z.number() })),
      radius: z.object({ w: z.number().min(0).max(1), pValue: z.number().min(0).max(1) }).nullable(),
    }),
  ),
});

/** environment.json */
export const environmentFile = z.looseObject({
  pidreg: z.string(),
  node: z.string(),
  engine: z.string(),
  seed: z.number(),
  dataChecksum: z.union([z.string(), byName(z.string())]).optional(),
});

const count = z.int().min(0);

/** data.json.missing: missing feature values, and what was done about them. */
const missingValues = z.looseObject({
  policy: z.enum(["error", "drop", "mean"]),
  marks: z.array(z.union([z.number(), z.string()])).optional(),
  rows: count,
  rowsWithGaps: count,
  rowsDropped: count,
  filled: count,
  rowsWithoutModality: count,
  modalities: byName(
    z.looseObject({
      columns: count,
      values: count,
      rows: count,
      absentRows: count,
      columnsWithGaps: count,
      most: z.array(z.object({ column: z.string(), values: count })),
    }),
  ),
});

/** A target in one part, in its unit. */
const targetSummary = z.looseObject({
  mean: z.number(),
  sd: z.number().min(0).nullable(),
  min: z.number(),
  median: z.number(),
  max: z.number(),
});

/** data.json.parts: what one part of the split holds. */
const partSummary = z.looseObject({
  rows: count,
  groups: z
    .looseObject({
      column: z.string(),
      count,
      effective: z.number().min(1),
      largest: z.looseObject({ name: z.string(), rows: count }),
    })
    .optional(),
  targets: byName(targetSummary),
});
const partsSummary = z.looseObject({
  train: partSummary.optional(),
  validation: partSummary.optional(),
  test: partSummary.optional(),
});

/** data.json; the account of the rows is shown key by key. */
export const dataFile = z.looseObject({
  account: z.unknown().optional(),
  splits: byName(z.number()).optional(),
  parts: partsSummary.optional().describe("left out by versions that did not compare the parts"),
  unfit: z.array(z.looseObject({ part: z.string(), reasons: z.array(z.string()) })).optional(),
  missing: missingValues.optional().describe("left out by versions that did not count them"),
  modalities: modalityCards.optional().describe("left out where every modality is a table"),
  droppedColumns: z.unknown().optional(),
  messages: z.array(z.string()).optional(),
});

/** The keys of config.yaml that the report reads; the rest is shown as it stands. */
export const configFile = z.looseObject({
  name: z.string(),
  model: z.looseObject({ fusion: z.looseObject({ method: z.string() }).optional() }).optional(),
});

export type MetricsFile = z.infer<typeof metricsFile>;
export type PidFile = z.infer<typeof pidFile>;
export type RunWarning = z.infer<typeof warning>;
export type EpochLine = z.infer<typeof epochLine>;
export type PidLine = z.infer<typeof pidLine>;
export type IntervalEvaluation = z.infer<typeof intervalEvaluation>;
export type ErrorsByAbsence = z.infer<typeof missingModalities>;
export type LatentsFile = z.infer<typeof latentsFile>;
export type EnvironmentFile = z.infer<typeof environmentFile>;
export type MissingValues = z.infer<typeof missingValues>;
export type PartsOfRun = z.infer<typeof partsSummary>;
export type DataFile = z.infer<typeof dataFile>;
export type SecondReading = z.infer<typeof secondReading>;
export type Decomposition = z.infer<typeof decomposition>;
export type PidValues = z.infer<typeof values>;
