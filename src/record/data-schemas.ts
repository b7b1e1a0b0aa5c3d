import { z } from "zod";
import { partNames } from "../data/split/split.js";
import { byName, count, type Stored } from "../files/document.js";
import { modalityCards } from "./modality-cards.js";

/** environment.json: what a result depends on beside its config. */
export const environmentDocument = z.object({
  pidreg: z.string(),
  node: z.string(),
  platform: z.string(),
  engine: z.string(),
  seed: z.number(),
  dataChecksum: byName(z.string()).describe("SHA-256 of every data file, by the name that the config uses"),
  digests: z.string().describe("name of the file of digests that the run gets when it is finished"),
});

/** The same as this version and those before wrote it; the first gave one checksum without a name. */
export const environmentFile = environmentDocument.partial({ platform: true, digests: true }).extend({
  dataChecksum: z.union([z.string(), environmentDocument.shape.dataChecksum]).optional(),
});

const ids = z.array(z.string());

/** split.json: row ids of the parts. rows.json: digests of the same rows, in the same order. */
export const splitDocument = z.object({
  ...{ train: ids, validation: ids, test: ids },
  leftOut: ids.optional().describe("ids of rows between parts of a split by time; in split.json alone"),
});

/** data.json.missing: missing feature values, and what was done about them. */
const missingValues = z.object({
  policy: z.enum(["error", "drop", "mean"]),
  marks: z.array(z.union([z.number(), z.string()])).optional(),
  rows: count,
  rowsWithGaps: count,
  modalities: byName(
    z.object({
      columns: count,
      values: count,
      rows: count,
      absentRows: count,
      columnsWithGaps: count,
      most: z.array(z.object({ column: z.string(), values: count })),
    }),
  ),
  rowsDropped: count,
  filled: count,
  rowsWithoutModality: count,
});

/** A target in one part, in its unit. */
const targetSummary = z.object({
  mean: z.number(),
  sd: z.number().min(0).nullable(),
  min: z.number(),
  median: z.number(),
  max: z.number(),
});

/** data.json.parts: what one part of the split holds. */
const partSummary = z.object({
  rows: count,
  groups: z
    .object({
      column: z.string(),
      count,
      effective: z.number().min(1),
      largest: z.object({ name: z.string(), rows: count }),
    })
    .optional(),
  order: z
    .object({
      column: z.string(),
      from: z.string(),
      to: z.string(),
      stretches: count.describe("runs of consecutive rows, rows of other parts between them"),
    })
    .optional()
    .describe("where the rows of the part stand in `data.order`"),
  targets: byName(targetSummary),
});
export const partsSummary = z.object({
  train: partSummary.optional(),
  validation: partSummary.optional(),
  test: partSummary.optional(),
});

/** data.json.harmonisation: which sites were brought together, and which rows were left as they are. */
const harmonisation = z.object({
  site: z.string(),
  sites: z.array(z.object({ name: z.string(), trainingRows: count, estimate: z.enum(["own", "pooled", "none"]) })),
  preserved: z.array(z.string()),
  withSites: z.array(z.string()).optional().describe("confounds that cannot be told from the sites"),
  preservedInFit: z.array(z.string()),
  leftAsTheyAre: byName(byName(count)),
  unadjustedColumns: z.array(z.string()),
});

/** data.json.confounds: what was taken out of the features, in shares of variance over the training rows. */
const confounds = z.object({
  confounds: z.array(z.string()),
  terms: count.describe(
    "terms of the regressions: one per confound of numbers, one per value of a category but the first",
  ),
  modalities: byName(
    z.object({
      columns: count,
      meanShare: z.number().nullable().describe("mean over the columns of the share that the confounds explain"),
      most: z.array(z.object({ column: z.string(), share: z.number() })),
      wholly: z.array(z.string()).describe("columns of which nothing is left"),
    }),
  ),
  shareByChance: z.number().describe("the mean share if nothing hung together"),
  filled: byName(count).describe("rows without a confound, which read as the mean of the training rows, by term"),
});

/** data.json.dates: what became of one column of dates. */
const dateAccount = z.object({
  parts: z.array(z.string()),
  reference: z.string().describe("the day from which days are counted, the first of the training part"),
});

/** data.json.account: which rows were read and used. */
const account = z.object({
  files: z.array(z.object({ file: z.string(), rows: count })),
  rowsRead: count,
  rowsUsed: count,
  dropped: z.array(
    z.object({
      reason: z.string(),
      count,
      of: count,
      examples: z.array(z.string()),
      repeated: z.string().optional(),
      chosen: z.literal(true).optional(),
    }),
  ),
  messages: z.array(z.string()),
  losses: z.array(z.string()),
  sentinels: z.array(z.string()),
});

/** A part that cannot carry what rests on it, and why. */
export const unfitPart = z.object({ part: z.enum(partNames), reasons: z.array(z.string()) });

/** Which rows of a table out of core were read, held and trained on. */
const outOfCore = z.object({
  tableRows: count.describe("rows of the table"),
  trainingRows: count.describe("rows that train, from disk"),
  heldOut: count.describe(
    "rows that do not: of the validation and test part, of their groups, or by the column of the parts",
  ),
  leftOut: count.describe("rows without a target, or with gaps where such rows are left out"),
});

/** data.json as it is written. */
export const dataDocument = z.object({
  account,
  splits: z.object({ train: count, validation: count, test: count }),
  outOfCore: outOfCore.optional().describe("with data.outOfCore; the other counts are of the sample that was held"),
  parts: partsSummary,
  unfit: z.array(unfitPart),
  missing: missingValues,
  modalities: modalityCards.optional().describe("left out where every modality is a table"),
  harmonisation: harmonisation.optional(),
  categories: byName(byName(z.array(z.string())))
    .optional()
    .describe("values of the training part by modality and column; left out where there are no categories"),
  confounds: confounds.optional(),
  dates: byName(byName(dateAccount)).optional().describe("dates by modality and column; left out where there are none"),
  droppedColumns: byName(z.array(z.object({ name: z.string(), reason: z.string() }))),
  preparation: z
    .string()
    .optional()
    .describe("how columns were prepared, and why; left out where the config says how, and by versions before"),
  messages: z.array(z.string()),
});

/** data.json as this version and those before wrote it; the report shows account and dropped columns key by key. */
export const dataFile = dataDocument.partial().extend({
  account: z.unknown().optional(),
  splits: byName(z.number()).optional(),
  unfit: z.array(z.object({ part: z.string(), reasons: z.array(z.string()) })).optional(),
  droppedColumns: z.unknown().optional(),
});

/** What a result depends on beside its config. */
export type Environment = Omit<Stored<typeof environmentDocument>, "digests">;
export type EnvironmentFile = Stored<typeof environmentFile>;
export type DateAccount = Stored<typeof dateAccount>;
export type ConfoundsOfRun = Stored<typeof confounds>;
export type MissingValues = Stored<typeof missingValues>;
export type PartsOfRun = Stored<typeof partsSummary>;
export type OrderOfPart = NonNullable<NonNullable<PartsOfRun["test"]>["order"]>;
export type DataFile = Stored<typeof dataFile>;
