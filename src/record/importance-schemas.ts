import { z } from "zod";
import { byName, count, type Stored } from "../files/document.js";

/** By how much the error of a target grows, in its unit, with its 95 % interval. */
const increase = z.object({ increase: z.number(), low: z.number(), high: z.number() });

/** What was permuted together. */
const item = z.object({
  kind: z.enum(["modality", "column", "group", "region", "side", "hemisphere"]),
  name: z.string(),
  columns: z.array(z.string()).describe("none of a modality without named columns"),
  targets: byName(increase),
});

const modality = z.object({
  columns: count,
  rows: count.describe("rows that have the modality, which were permuted among themselves"),
  extent: z.enum(["columns", "groups", "whole"]).describe("how closely it was looked at"),
  errors: byName(z.number()).describe("error of each target on these rows as they are"),
  items: z.array(item),
});

/** Mean prediction at a value of a column, with the 10th and 90th percentile of the rows' centred curves. */
const dependencePoint = z.object({
  at: z.union([z.number(), z.string()]),
  mean: z.number(),
  low: z.number(),
  high: z.number(),
});

const dependence = z.object({
  modality: z.string(),
  column: z.string(),
  rows: count,
  targets: byName(z.array(dependencePoint)).describe("of the targets for which the column is among the most important"),
});

/** importance.json: permutation importance on the test rows, and partial dependence. */
export const importanceDocument = z.object({
  error: z.string().describe("name of the error that grows"),
  rows: z.object({ measured: count, of: count }),
  repeats: z.int().min(1),
  threshold: z.number().describe("any two columns of a group correlate at least this much on the training rows"),
  resampled: z.string().describe("what intervals are over: rows or whole groups"),
  modalities: byName(modality),
  dependence: z.array(dependence),
  notes: z.array(z.string()),
});

export type ImportanceDocument = Stored<typeof importanceDocument>;
export type ModalityImportance = Stored<typeof modality>;
export type ImportanceEntry = Stored<typeof item>;
export type FeatureDependence = Stored<typeof dependence>;

/** Importance on a table that was no part of the run; partial dependence is that of the run. */
export type TableImportance = Omit<ImportanceDocument, "dependence">;
