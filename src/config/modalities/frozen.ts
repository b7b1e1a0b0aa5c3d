import { z } from "zod";
import type { Beside } from "./beside.js";

const numbers = z.union([z.number(), z.array(z.number()).min(1).max(4096)]);

/** `frozen`: a network of an ONNX file that every row goes through once, before anything is trained. */
export const frozenSchema = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .describe(
        "The network, an .onnx file in one piece, relative to the config file. A copy of it is kept in the run folder.",
      ),
    input: z
      .string()
      .min(1)
      .optional()
      .describe("Name of its input that takes a row. Its only one, beside those of `constants`, if left out."),
    output: z
      .string()
      .min(1)
      .optional()
      .describe("Name of its output that stands for a row. Its only one if left out."),
    order: z
      .enum(["auto", "first", "last"])
      .default("auto")
      .describe(
        "Where its input has the channels: first ([rows, channels, height, width]), last, or auto: as its declared shape says.",
      ),
    mean: numbers
      .default(0)
      .describe("What is taken off every number of a row before, one for all or one per channel (the last axis)."),
    std: z
      .union([z.number().positive(), z.array(z.number().positive()).min(1).max(4096)])
      .default(1)
      .describe("What every number is then divided by, written like `mean`. 255 makes bytes of a picture 0 to 1."),
    constants: z
      .record(z.string(), z.number())
      .default({})
      .describe("Its other inputs, each filled with one number: { sr: 16000, state: 0 }. None if left out."),
  })
  .describe(
    "A frozen network that rows go through once; what it gives takes their place, as in kind: array. `type: onnx` with the same keys under " +
      "`model.encoder.modalities.NAME` says the same.",
  );

export type FrozenConfig = z.output<typeof frozenSchema>;

/** The key of every kind of modality whose rows have a shape. */
export const frozenKey = { frozen: frozenSchema.optional() } as const;

/** The network that the rows of a modality go through; undefined where there is none. */
export function frozenOf(modality: object): FrozenConfig | undefined {
  return (modality as { readonly frozen?: FrozenConfig | undefined }).frozen;
}

/** Where the rows of a modality lie, with the file of its frozen network. */
export function besideFrozen<C extends object>(beside: Beside<C>, modality: C): Beside<C> {
  const frozen = frozenOf(modality);
  if (frozen === undefined) return beside;
  return {
    ...beside,
    files: [...beside.files, frozen.file],
    renamed: (rename) => ({ ...beside.renamed(rename), frozen: { ...frozen, file: rename(frozen.file) } }),
  };
}
