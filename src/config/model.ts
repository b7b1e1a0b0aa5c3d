import { z } from "zod";

const width = z.int().min(1).max(8192);
const rate = z.number().min(0).max(0.95);
const dropout = z.union([z.literal("auto"), rate, z.array(rate)]);

/** Ways to fuse the latents. */
export const fusionMethods = ["pid", "equal", "concatenate", "low-rank", "late"] as const;

/** Whether a fusion weighs its terms; `low-rank` and `late` read every latent as it is. */
export function weighsTerms(method: string): boolean {
  return method !== "low-rank" && method !== "late";
}

/** When a linear path runs beside the network. */
const linearPaths = ["auto", "on", "off"] as const;
/** `linearPath: auto` has one below this many training rows, */
const linearRows = 2000;
/** where there are more inputs than this share of the training rows, */
const linearShare = 0.1;
/** and at most so many: of more ridge regression would take longer than the network. */
const linearInputs = 5000;

/** What a linear path would read. */
export interface LinearInputs {
  /** Prepared features of all modalities. */
  readonly inputs: number;
  /** Whether rows of a modality have a shape, as pictures have: single pixels are no features that a line could be drawn through. */
  readonly shaped: boolean;
  readonly trainRows: number;
}

/** Whether a linear path runs beside the network. */
export function hasLinearPath(
  asked: (typeof linearPaths)[number],
  { inputs, shaped, trainRows }: LinearInputs,
): boolean {
  if (asked !== "auto") return asked === "on";
  return !shaped && trainRows < linearRows && inputs > linearShare * trainRows && inputs <= linearInputs;
}

/** When near training rows are weighed in. */
const neighbourChoices = ["auto", "on", "off"] as const;
/** `neighbours: auto` weighs them in from this many training rows on, */
const fewestNeighbours = 5000;
/** and up to so many: the model holds a place of every training row, and compares every row that it predicts with all. */
export const mostNeighbours = 50_000;

/** What near training rows would be found among. */
export interface NeighbourRows {
  readonly trainRows: number;
  /** Whether all modalities are columns of tables. */
  readonly tables: boolean;
  /** Whether all training rows are held in memory. */
  readonly held: boolean;
  /** Whether targets are numbers. */
  readonly numbers: boolean;
  /** Whether the network learns to do without modalities: rows that lack some have other latents. */
  readonly lacking: boolean;
}

/** Why near training rows cannot be weighed in, whatever is asked for; null where they can. */
export function noNeighbours({ trainRows, held, numbers }: NeighbourRows): string | null {
  if (!numbers) return "of classes there are no errors to add";
  if (!held) return "training rows are kept on disk (data.outOfCore)";
  return trainRows > mostNeighbours ? `there are more than ${mostNeighbours} training rows` : null;
}

/** Whether it is tried what near training rows tell of a row. */
export function hasNeighbours(asked: (typeof neighbourChoices)[number], rows: NeighbourRows): boolean {
  if (noNeighbours(rows) !== null) return false;
  const { trainRows, tables, lacking } = rows;
  if (asked !== "auto") return asked === "on";
  return tables && !lacking && trainRows >= fewestNeighbours;
}

const encoderFields = {
  hidden: z
    .union([z.literal("auto"), z.array(width).min(1).max(6)])
    .describe(
      "widths of the hidden layers; auto: [512, 256] for tables of 100 columns and more from 1000 training rows on (not with quality: fast), else [256, 128]",
    ),
  dropout: dropout.describe(
    "dropout rate after each hidden layer, of a convolutional encoder or a transformer before its latent: one for all, or a list; auto: 0.5 " +
      "below 1000 training rows, 0.3 below 3500, 0.15 from there, 0.05 of tables alone from 5000 on, and 0 there with quality: fast",
  ),
  batchNorm: z.boolean().describe("batch normalisation after each hidden layer"),
  embedding: z
    .enum(["auto", "none", "periodic", "pilots", "by-rows"])
    .describe(
      "how numeric features enter: none: raw; periodic: with periodic embeddings (Gorishniy et al. 2022); auto: periodic from 2000 training rows " +
        "on and raw below; pilots: whichever of the two validates better in a short training of each; by-rows: what runs of former versions call auto",
    ),
};

/** Convolutional encoders, by their axes of space. */
export const convolutions = { conv1d: 1, conv2d: 2, conv3d: 3 } as const;

const type = z
  .enum(["auto", "mlp", ...(Object.keys(convolutions) as (keyof typeof convolutions)[]), "transformer"])
  .describe(
    "encoder of modalities whose rows have a shape: auto: conv2d of images, conv1d of sequences, conv3d of volumes, mlp of arrays; mlp: a multilayer perceptron on all numbers of a row; conv1d: residual " +
      "convolutions along the first axis, channels last ([frames, mels]); conv2d: over two ([height, width] or [height, width, " +
      "channels]); conv3d: over three; transformer: self-attention over stretches of the first axis, for sequences; onnx (of one modality): a frozen network of a file, with the keys of " +
      "`data.modalities.NAME.frozen`, where pidreg puts them, and an mlp on what it gives. Tables always have mlp",
  );

/** What only convolutional encoders have. */
const convolutionFields = {
  channels: z
    .array(z.int().min(1).max(4096))
    .min(1)
    .max(12)
    .describe(
      "conv1d, conv2d, conv3d: channels of the residual blocks; a block that has more than the one before it halves every axis",
    ),
  stem: z
    .union([z.literal("auto"), z.int().min(1).max(16)])
    .describe("conv1d, conv2d, conv3d: step of the first convolution along every axis; auto: 2, of conv3d 4"),
  norm: z
    .enum(["batch", "group"])
    .describe(
      "conv1d, conv2d, conv3d: normalisation of channels, over the batch or over groups of channels of each row by itself",
    ),
  pool: z.enum(["average", "max"]).describe("conv1d, conv2d, conv3d: what becomes of a channel over all of space"),
};

/** Most tokens that `patch: auto` makes of a row. */
export const usualTokens = 64;

/** What only transformers have. */
const transformerFields = {
  patch: z
    .union([z.literal("auto"), z.int().min(1).max(100_000)])
    .describe(`transformer: steps of a row that make one token; auto: as few as leave at most ${usualTokens} tokens`),
  width: z.int().min(2).max(1024).describe("transformer: width of a token"),
  heads: z.int().min(1).max(64).describe("transformer: heads of attention; they divide `width`"),
  layers: z.int().min(1).max(12).describe("transformer: blocks of self-attention and a perceptron"),
};

/** Keys of one modality's encoder that go with one type alone. */
export const encoderKeys = {
  mlp: ["hidden", "batchNorm"],
  convolution: Object.keys(convolutionFields) as (keyof typeof convolutionFields)[],
  transformer: Object.keys(transformerFields) as (keyof typeof transformerFields)[],
} as const;

/** Every key optional and without a default: what one modality changes of the common encoder. */
const encoderOverrides = z.strictObject({
  type: type.optional(),
  hidden: encoderFields.hidden.optional(),
  dropout: encoderFields.dropout.optional(),
  batchNorm: encoderFields.batchNorm.optional(),
  channels: convolutionFields.channels.optional(),
  stem: convolutionFields.stem.optional(),
  norm: convolutionFields.norm.optional(),
  pool: convolutionFields.pool.optional(),
  patch: transformerFields.patch.optional(),
  width: transformerFields.width.optional(),
  heads: transformerFields.heads.optional(),
  layers: transformerFields.layers.optional(),
});

/** `model:` section: shapes of the networks and of the fusion. */
export const modelSchema = z.strictObject({
  activation: z
    .enum(["relu", "gelu", "silu", "mish", "parametric-relu", "parametric-gelu", "parametric-silu", "parametric-mish"])
    .default("relu")
    .describe(
      "what bends after each hidden layer of multilayer perceptrons: max(x, 0), or smooth ones; of parametric ones every unit learns how far it bends",
    ),
  latentDim: z.int().min(1).max(1024).default(64).describe("dimension d of every latent"),
  encoder: z
    .strictObject({
      hidden: encoderFields.hidden.default("auto"),
      dropout: encoderFields.dropout.default("auto"),
      batchNorm: encoderFields.batchNorm.default(true),
      embedding: encoderFields.embedding.default("auto"),
      linear: z
        .boolean()
        .default(false)
        .describe("a linear path from the raw features to the latent, beside the hidden layers"),
      periodic: z
        .strictObject({
          frequencies: z
            .union([z.literal("auto"), z.int().min(1).max(128)])
            .default("auto")
            .describe("frequencies per feature; auto: 12, of tables of 100 columns and more 8"),
          sigma: z
            .number()
            .positive()
            .default(0.1)
            .describe("standard deviation of the initial frequencies, in cycles per unit of the prepared feature"),
          width: z
            .union([z.literal("auto"), z.int().min(1).max(64)])
            .default("auto")
            .describe(
              "embedding width per feature, beside its raw value; auto: 8, of tables of 100 columns and more 4",
            ),
        })
        .prefault({}),
      type: type.default("auto"),
      channels: convolutionFields.channels.default([32, 64, 64]),
      stem: convolutionFields.stem.default("auto"),
      norm: convolutionFields.norm.default("batch"),
      pool: convolutionFields.pool.default("average"),
      patch: transformerFields.patch.default("auto"),
      width: transformerFields.width.default(64),
      heads: transformerFields.heads.default(4),
      layers: transformerFields.layers.default(2),
      modalities: z
        .record(z.string(), encoderOverrides)
        .default({})
        .describe("changes of the encoder for single modalities, by name"),
    })
    .prefault({}),
  linearPath: z
    .enum(linearPaths)
    .default("auto")
    .describe(
      "a linear map of the prepared inputs beside the network (ridge regression, of classes logistic regression), which is " +
        `weighed against it by the validation rows and may weigh nothing; auto: below ${linearRows} training rows with more than ` +
        `a tenth as many inputs, up to ${linearInputs} inputs, none of them of images, sequences or volumes; on: at any size; off: never`,
    ),
  neighbours: z
    .enum(neighbourChoices)
    .default("auto")
    .describe(
      "what the network errs by at the training rows whose latents are nearest to those of a row is added to its prediction, as far as " +
        `the validation rows tell, and may weigh nothing; the model then holds a place and an error of every training row. auto: from ${fewestNeighbours} to ` +
        `${mostNeighbours} training rows of tables without modality dropout; on: of any modalities and at fewer rows; off: never. Not of classes, and not of rows ` +
        "that are kept on disk (data.outOfCore)",
    ),
  bottleneck: z
    .strictObject({
      lambda: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.98)
        .describe("initial share of signal in the latent; 1 - lambda is the share of noise"),
      perDimension: z.boolean().default(false).describe("one lambda per latent dimension instead of one per modality"),
      learningRate: z.number().positive().default(0.01).describe("learning rate of lambda's logit"),
    })
    .prefault({}),
  fusion: z
    .strictObject({
      method: z
        .enum(fusionMethods)
        .default("pid")
        .describe(
          "how latents become one: pid: weighted by the atoms of stage 1; the others have no stage 1 and are there for " +
            "comparison: equal: weighted equally; concatenate: side by side; low-rank: products of learned maps of all " +
            "latents (Liu et al. 2018); late: one predictor per modality, their outputs added",
        ),
      interaction: z
        .enum(["hadamard", "none"])
        .default("hadamard")
        .describe("whether products of latents carry synergy; hadamard: up to 64 modalities"),
      redundancy: z
        .enum(["split", "bernoulli"])
        .default("split")
        .describe("who carries the redundant part: shared equally, or a coin decides per stage (the paper)"),
      atoms: z
        .enum(["heldout", "train", "batch"])
        .default("heldout")
        .describe(
          "rows on which atoms are estimated: heldout: the validation part, from readouts of the latents and from what " +
            "the network reads in each modality and in all; train: the training rows, from the readouts alone, without the " +
            "network's own reading, and too large; batch: the paper's estimate on training batches, without correction",
        ),
    })
    .prefault({}),
  predictor: z
    .strictObject({
      hidden: z.array(width).min(1).max(6).default([256, 128]).describe("widths of the hidden layers"),
      dropout: dropout
        .default("auto")
        .describe(
          "dropout rate after each hidden layer: one for all, or a list; auto: 0.3 below 3500 training rows, 0.15 from there, 0.05 of tables alone from 5000 on, and 0 there with quality: fast",
        ),
      batchNorm: encoderFields.batchNorm.default(true),
    })
    .prefault({}),
});

export type ModelConfig = z.infer<typeof modelSchema>;
