import { z } from "zod";
import { activations } from "./activations.js";
import type { FusionOptions } from "./fusion.js";

const width = z.int().min(1).max(1_000_000);
const hidden = {
  hidden: z.array(width).max(16).readonly().describe("widths of the hidden layers"),
  dropout: z.array(z.number().min(0).lt(1)).max(16).readonly().describe("rate after each hidden layer"),
  batchNorm: z.boolean(),
  activation: z.enum(activations).optional().describe("what bends after each hidden layer; relu if left out"),
};

const step = z.int().min(1).max(16);
const convolution = z
  .strictObject({
    dimensions: z.union([z.literal(1), z.literal(2), z.literal(3)]).describe("axes of space"),
    stem: step.describe("step of the first convolution along every axis"),
    channels: z.array(width).min(1).max(16).readonly().describe("channels of the residual blocks"),
    strides: z.array(step).min(1).max(16).readonly().describe("step of each block along every axis"),
    norm: z.enum(["batch", "group"]).describe("how channels are normalised"),
    pool: z.enum(["average", "max"]).describe("what becomes of a channel over all of space"),
  })
  .refine(({ channels, strides }) => channels.length === strides.length, { error: "every block needs a stride" });

const transformer = z
  .strictObject({
    patch: width.describe("steps of a row that make one token"),
    width: width.describe("of a token"),
    heads: width.describe("heads of attention"),
    layers: z.int().min(1).max(16).describe("blocks of self-attention and a perceptron"),
  })
  .refine((own) => own.width % own.heads === 0, { error: "heads must divide the width" });

/**
 * Everything that fixes the shapes of a model; plain data, stored beside its weights.
 * @param methods ways of fusion that there are
 * @param kinds   names of the kinds of modality that there are
 */
export function architectureSchema(methods: readonly FusionOptions["method"][], kinds: readonly string[]) {
  const blocks = z.array(width).min(1).max(32).readonly().optional();
  const modality = z.strictObject({
    name: z.string().describe("the user's name of the modality"),
    inputWidth: width.describe("number of prepared input features"),
    ...hidden,
    linear: z.boolean().default(false).describe("whether a linear path runs beside the hidden layers"),
    embedding: z.strictObject({ frequencies: width, sigma: z.number().positive(), width }).readonly().nullable(),
    form: z
      .strictObject({
        kind: z.enum(kinds),
        shape: z.array(width).min(1).max(32).readonly(),
        pool: blocks.describe(
          "places of blocks, by axis, over whose means the hidden layers read a row; all values if left out",
        ),
        share: z
          .int()
          .min(2)
          .max(64)
          .optional()
          .describe("pictures of a row, along its first axis, that one encoder reads; left out where it reads the row"),
        summary: blocks.describe("places of blocks, by axis, over whose means losses on inputs see a row"),
      })
      .readonly()
      .optional()
      .describe("kind of the modality and shape of a row, where they are not the columns of a table"),
    convolution: convolution
      .readonly()
      .optional()
      .describe("layers of a convolutional encoder; left out where it is another"),
    transformer: transformer
      .readonly()
      .optional()
      .describe("layers of a transformer over the steps of a row; left out where it is another"),
  });
  return z
    .strictObject({
      modalities: z
        .array(modality.refine(shapeFits, { error: "the encoder does not fit the shape of a row" }).readonly())
        .min(1)
        .readonly(),
      targets: width.describe("number of target columns dm"),
      latentDim: width,
      bottleneck: z.strictObject({ lambda: z.number().gt(0).lt(1), perDimension: z.boolean() }).readonly(),
      fusion: z.strictObject({ method: z.enum(methods), interaction: z.enum(["hadamard", "none"]) }).readonly(),
      predictor: z.strictObject(hidden).readonly(),
      linearPath: z
        .literal(true)
        .optional()
        .describe("a linear map of the inputs beside the network; left out where there is none"),
      neighbours: z
        .strictObject({
          rows: width.describe("training rows that are held"),
          width: width.describe("coordinates of a row's place"),
        })
        .readonly()
        .optional()
        .describe("what near training rows add to a prediction; left out where they add nothing"),
    })
    .readonly();
}

/** Whether an encoder of shapes has the axes that a row has: those of space, and at most one of channels. */
function shapeFits({
  convolution,
  transformer: attention,
  form,
  inputWidth,
}: {
  readonly convolution?: { readonly dimensions: number } | undefined;
  readonly transformer?: object | undefined;
  readonly form?: { readonly shape: readonly number[]; readonly share?: number | undefined } | undefined;
  readonly inputWidth: number;
}): boolean {
  const { share, shape: whole = [inputWidth] } = form ?? {};
  if (share !== undefined && (whole[0] !== share || whole.length < 2)) return false;
  const dimensions = convolution?.dimensions ?? (attention === undefined ? undefined : 1);
  if (dimensions === undefined) return true;
  const shape = share === undefined ? whole : whole.slice(1);
  const channels = shape.length - dimensions;
  return (channels === 0 || channels === 1) && whole.reduce((values, dim) => values * dim, 1) === inputWidth;
}

/** Everything that fixes the shapes of a model. */
export type PidRegArchitecture = z.input<ReturnType<typeof architectureSchema>>;

/** What fixes the shapes of one encoder. */
export type ModalityArchitecture = PidRegArchitecture["modalities"][number];
