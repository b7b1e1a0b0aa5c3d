import { z } from "zod";
import type { Beside, OfAnyKind } from "./beside.js";
import { anyChange, besideOfSource, changesTitle, preparationKeys, sourceKeys, sourceProblems } from "./row-source.js";

const side = z.int().min(1).max(1024);
const millimetres = z.number().positive().max(1000);

/** A modality of `kind: volume`: three-dimensional pictures, each row's in a file of its own or all in one array. */
export const volumeSchema = z
  .strictObject({
    kind: z.literal("volume").describe("volume: three-dimensional pictures: NIfTI or .npy files, or rows of an array."),
    ...sourceKeys,
    shape: z
      .tuple([side, side, side])
      .optional()
      .describe(
        "Voxels of a row along x, y and z, [32, 40, 32]. Without `spacing` the whole volume is resized to it. Left out: as the files have " +
          "it, which must then all be of one shape.",
      ),
    spacing: z
      .union([millimetres, z.tuple([millimetres, millimetres, millimetres])])
      .optional()
      .describe(
        "Millimetres from voxel to voxel, one number or one per axis: volumes are resampled to it around their middle, then cut, or " +
          "filled up with 0, to `shape`. NIfTI only.",
      ),
    orient: z
      .enum(["canonical", "stored"])
      .default("canonical")
      .describe(
        "canonical: axes of a NIfTI run from left to right, back to front and bottom to top, as its affine says, without turning it " +
          "otherwise; stored: as the file has them.",
      ),
    store: z
      .enum(["uint8", "float16", "float32"])
      .default("float32")
      .describe("How decoded voxels are kept on disk; uint8 takes whole numbers from 0 to 255 only."),
    ...preparationKeys,
    augment: z
      .strictObject({
        flip: z.enum(["x", "y", "z"]).optional().describe("Axis that is mirrored half of the time. None if left out."),
        shift: z.number().min(0).max(0.5).optional().describe("Moved by up to this share of each side. 0 if left out."),
        ...anyChange,
      })
      .optional()
      .describe(changesTitle),
  })
  .superRefine((volume, context) => {
    const issue = ([key, message]: [string, string]) => context.addIssue({ code: "custom", path: [key], message });
    sourceProblems(volume).forEach(issue);
    for (const key of ["shape", "spacing"] as const) {
      if (volume.array !== undefined && volume[key] !== undefined)
        issue([key, "goes with `path` or `pattern`; an array has its own shape"]);
    }
    if (volume.spacing !== undefined && volume.shape === undefined)
      issue(["shape", "missing; `spacing` needs the voxels of a row"]);
  })
  .describe("A modality of volumes");

export type VolumeModalityConfig = z.output<typeof volumeSchema>;

/** Where its rows lie; null of a modality of another kind. */
export function volumeBeside(modality: OfAnyKind): Beside<VolumeModalityConfig> | null {
  return isVolume(modality) ? besideOfSource(modality) : null;
}

function isVolume(modality: OfAnyKind): modality is VolumeModalityConfig {
  return modality.kind === "volume";
}
