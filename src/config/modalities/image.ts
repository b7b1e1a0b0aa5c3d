import { z } from "zod";
import type { Beside, OfAnyKind } from "./beside.js";
import { anyChange, besideOfSource, changesTitle, preparationKeys, sourceKeys, sourceProblems } from "./row-source.js";

const side = z.int().min(1).max(4096);
const channels = z.union([z.literal(1), z.literal(3), z.literal(4)]);

/** A modality of `kind: image`: pictures, each row's in files of its own or all in one array. */
export const imageSchema = z
  .strictObject({
    kind: z.literal("image").describe("image: pictures: PNG, JPEG, TIFF or WebP files, or rows of an array."),
    ...sourceKeys,
    shape: z
      .tuple([side, side, channels])
      .optional()
      .describe(
        "Height, width and channels of a picture, [64, 64, 3]: 1 grey, 3 red, green, blue, 4 with opacity. Files are turned upright, " +
          "converted and resized to it. Needed with `path` and `pattern`; an array has its own shape.",
      ),
    fit: z
      .enum(["fill", "cover", "contain"])
      .default("fill")
      .describe(
        "Files of other proportions: fill: stretched to `shape`; cover: cut at two sides; contain: black at two sides.",
      ),
    store: z
      .enum(["uint8", "float16", "float32"])
      .default("uint8")
      .describe(
        "How decoded pixels are kept on disk. uint8: pictures of 8 bits, 0 to 255; float16 and float32 keep those of 16 bits as well.",
      ),
    ...preparationKeys,
    augment: z
      .strictObject({
        flip: z
          .enum(["horizontal", "vertical", "both"])
          .optional()
          .describe("Mirrored half of the time. Not if left out."),
        shift: z.number().min(0).max(0.5).optional().describe("Moved by up to this share of each side. 0 if left out."),
        rotate: z.number().min(0).max(180).optional().describe("Turned by up to this many degrees. 0 if left out."),
        ...anyChange,
      })
      .optional()
      .describe(changesTitle),
  })
  .superRefine((image, context) => {
    const issue = ([key, message]: [string, string]) => context.addIssue({ code: "custom", path: [key], message });
    sourceProblems(image).forEach(issue);
    if (image.array === undefined && image.shape === undefined)
      issue(["shape", "missing; expected [height, width, channels], which pictures are resized to"]);
    if (image.array !== undefined && image.shape !== undefined)
      issue(["shape", "goes with `path` or `pattern`; an array has its own shape"]);
  })
  .describe("A modality of pictures");

export type ImageModalityConfig = z.output<typeof imageSchema>;

/** Where its rows lie; null of a modality of another kind. */
export function imageBeside(modality: OfAnyKind): Beside<ImageModalityConfig> | null {
  return isImage(modality) ? besideOfSource(modality) : null;
}

function isImage(modality: OfAnyKind): modality is ImageModalityConfig {
  return modality.kind === "image";
}
