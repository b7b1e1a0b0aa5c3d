import { z } from "zod";
import { byName, count, type Stored } from "../files/document.js";
import { picture } from "./modality-cards.js";

const row = z.object({
  id: z.string(),
  role: z.enum(["informative", "misleading"]),
  information: z.number().describe("bits that the modality tells of the target of this row; below 0 it misleads"),
  value: z.number().describe("prediction; of classes the probability of the one that is predicted"),
  class: z.string().optional().describe("the class that is predicted; left out where the target is a number"),
  picture: picture.nullable().describe("null where rows cannot be drawn"),
  informationLost: z.array(z.number()).describe("bits that are lost without each patch, the last axis fastest"),
  predictionMoved: z.array(z.number()).describe("prediction minus that without each patch"),
});

const modality = z.object({
  kind: z.enum(["image", "sequence", "volume"]),
  shape: z.array(z.int().min(1)),
  sizes: z.array(z.int().min(1)).describe("places of a patch along every axis but that of channels"),
  counts: z.array(z.int().min(1)).describe("patches along these axes"),
  rows: z.array(row),
});

/** occlusion.json: what the model loses where patches of a row are replaced by the mean of the training rows. */
export const occlusionDocument = z.object({
  target: z.string(),
  testRows: count.describe("test rows that have every modality, among which the rows were chosen"),
  modalities: byName(modality),
});

export type OcclusionDocument = Stored<typeof occlusionDocument>;
export type OccludedModality = Stored<typeof modality>;
export type OccludedRow = Stored<typeof row>;
