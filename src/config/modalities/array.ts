import { z } from "zod";
import { columnNameSchema as columnName } from "../column-name.js";
import { fileKeys } from "../dialect.js";
import { besideInArray } from "./array-place.js";
import type { Beside, OfAnyKind } from "./beside.js";
import { cost } from "./common.js";
import { frozenKey } from "./frozen.js";

/** A modality of `kind: array`: rows of an array file of any shape, flattened for the encoder. */
export const arraySchema = z
  .strictObject({
    kind: z.literal("array").describe("array: rows of an array file, of any shape."),
    array: z
      .string()
      .min(1)
      .describe(
        'File of the array, relative to the config file: .npy, an array of an .npz ("logmel.npz#X"), or idx ("t10k-images-idx3-ubyte"), ' +
          "plain or .gz. Its first axis counts rows; what follows is the shape of one.",
      ),
    index: columnName
      .optional()
      .describe(
        "Column that holds, for every row of the table, the row of the array that belongs to it, counted from 0; a row without a " +
          "value lacks the modality. Left out: the rows of the array are those of the table, in order and as many.",
      ),
    normalise: z
      .enum(["channel", "sample", "none"])
      .default("channel")
      .describe(
        "channel: mean 0 and variance 1 over the training rows, by channel: every value of a row of one axis, the last axis " +
          "of one of three or more if it has at most four places, else all values together; sample: every row by its own mean " +
          "and variance; none: as the file has them.",
      ),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("Table whose rows the array belongs to, when it is not `data.file`; rows are matched on `join`."),
    ...frozenKey,
    ...fileKeys,
    cost,
  })
  .describe("A modality that lies in an array file beside the table");

export type ArrayModalityConfig = z.output<typeof arraySchema>;

/** Where its rows lie; null of a modality of another kind. */
export function arrayBeside(modality: OfAnyKind): Beside<ArrayModalityConfig> | null {
  return isArray(modality) ? besideInArray(modality) : null;
}

function isArray(modality: OfAnyKind): modality is ArrayModalityConfig {
  return modality.kind === "array";
}
