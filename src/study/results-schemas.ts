import { z } from "zod";
import { bits, byName, count, type Stored } from "../files/document.js";
import { partsSummary, unfitPart } from "../record/data-schemas.js";

/** A value with its bootstrap interval, as `evaluation/intervals` makes it. */
export const interval = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  standardError: z.number().min(0),
  level: z.number().gt(0).lt(1),
  draws: count,
});

/** A mean over splits with its corrected interval, as `evaluation/paired` makes it. */
export const resampledInterval = interval
  .omit({ draws: true })
  .extend({ sd: z.number().min(0), n: count, pValue: z.number().min(0).max(1).nullable() });

/** The same where nothing is tested. */
export const splitIntervalSchema = resampledInterval.omit({ pValue: true });

/** Mean and standard deviation over runs; the latter null for a single run. */
export const meanSd = z.object({ mean: z.number(), sd: z.number().min(0).nullable() });

/** Null where a value does not exist, or is infinite, in some run. */
export const meanSdOrNull = meanSd.nullable();

/** Information and atoms, bits; the shape of pid.json. */
function atomsOf<T extends z.ZodType>(value: T) {
  return z.object({
    information: z.object({ total: value, byModality: byName(value) }),
    atoms: z.object({ unique: byName(value), redundancy: value, synergy: value, partialRedundancy: value }),
  });
}

/** Their means over splits with corrected intervals; null where one is infinite, or does not exist, in some run. */
export const atomIntervalsSchema = atomsOf(splitIntervalSchema.nullable());

/** Information and atoms over runs. */
export const atomsOverRunsSchema = atomsOf(meanSdOrNull).extend({
  sharedNotSplit: z
    .literal(true)
    .optional()
    .describe(
      "of classes and three or more modalities: `redundancy` is what two or more share, and not divided further",
    ),
});

/** An amount of information with its standard error, bits; null where it is infinite, or has none. */
export const information = z.object({ value: bits, standardError: z.number().min(0).nullable() });

/** What every results.json says of what was learned. */
export const learned = z.object({
  task: z.string().optional().describe("where it is not regression"),
  targets: z.array(z.string()).min(1),
  units: byName(z.string()).optional().describe("only where the config names any"),
});

/** Rows, groups and targets of parts, what is wrong with them, and sentences about that. */
export const checkedParts = z.object({
  parts: partsSummary,
  unfit: z.array(unfitPart),
  warnings: z.array(z.string()),
});

/** What the parts of every split hold, and what is wrong with them. */
export const splitParts = z
  .array(z.object({ name: z.string(), parts: partsSummary, unfit: z.array(unfitPart) }))
  .describe("the splits; `parts` and `unfit` are those of the first");

export const heldToTrain = z
  .number()
  .describe(
    "rows that did not train over rows that did, mean over the splits: the correction of intervals over several",
  );

const partRows = z.object({ train: count, validation: count });

/** Subsets trained on all rows that have them, beside the complete rows. */
export const ownRowsSchema = z.array(
  z.object({
    modalities: z.array(z.string()),
    rows: z.object({ own: partRows, complete: partRows }).describe("of the first split"),
    complete: interval.describe("test error of the trainings on complete rows"),
    own: interval.describe("of those on all rows that have the subset, on the same complete test rows"),
    change: interval.describe("the latter over the former, less 1"),
  }),
);

export type MeanSd = Stored<typeof meanSd>;
export type AtomIntervals = Stored<typeof atomIntervalsSchema>;
export type AtomsOverRuns = Stored<typeof atomsOverRunsSchema>;
