import { z } from "zod";
import type { Stored } from "../files/document.js";

const pictureFields = z.object({
  id: z.string(),
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
  channels: z.union([z.literal(1), z.literal(3)]),
  pixels: z.string().describe("base64 of one byte per channel, row by row"),
});

/** A drawn row. */
export const picture = pictureFields.refine(
  ({ width, height, channels, pixels }) => Buffer.from(pixels, "base64").length === width * height * channels,
  "the pixels do not fill the picture",
);

/** data.json.modalities: modalities that lie in files beside the table. */
export const modalityCards = z.record(
  z.string(),
  z.object({
    kind: z.string(),
    file: z.string(),
    dtype: z.string(),
    shape: z.array(z.int().min(1)),
    rows: z.int().min(0),
    lacking: z.int().min(0),
    normalise: z.string(),
    decoded: z.string().optional().describe("what decoding did; left out where values are those of the file"),
    augment: z.string().optional().describe("what training rows are changed by at random; left out where nothing is"),
    pictures: z.array(picture),
  }),
);

export type ModalityCards = Stored<typeof modalityCards>;
