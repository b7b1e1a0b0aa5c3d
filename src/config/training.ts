import { z } from "zod";

const epochs = z.int().min(1).max(100_000);
const auto = z.literal("auto");

/** `training:` section. `auto` values depend on the number of training rows: below 5000 / 5000 and more. */
export const trainingSchema = z.strictObject({
  batchSize: z
    .union([z.int().min(8).max(65_536), auto])
    .default("auto")
    .describe("rows per step; auto: 128 / 256, and 32 below 1000 training rows"),
  microBatch: z
    .int()
    .min(1)
    .max(65_536)
    .optional()
    .describe(
      "Rows of a batch that go through encoders of convolutions (norm: group) and transformers at a time, forward and once more " +
        "backward, so that large volumes need little memory; losses are those of the whole batch. The whole batch at once if left out.",
    ),
  modalityDropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe(
      "Chance of each modality of a training row to be taken away, never all of them; above 0, rows that lack whole " +
        "modalities are trained on and predicted.",
    ),
  optimizer: z
    .strictObject({
      name: z.enum(["adamw", "adam"]).default("adamw").describe("adamw decays weights, adam does not"),
      learningRate: z
        .union([z.number().positive(), auto])
        .default("auto")
        .describe("peak learning rate; auto: 0.002, of large tables 0.004, and 0.006 with quality: fast"),
      weightDecay: z.number().min(0).default(0.01).describe("decoupled weight decay of weight matrices (adamw)"),
      beta1: z.number().min(0).lt(1).default(0.9).describe("memory of the mean gradient"),
      beta2: z.number().min(0).lt(1).default(0.999).describe("memory of the squared gradient"),
      epsilon: z.number().positive().default(1e-8).describe("added to the root of the squared gradient"),
      schedule: z
        .enum(["cosine", "plateau", "constant", "coslog4"])
        .default("cosine")
        .describe("how the learning rate falls within a stage"),
      warmupEpochs: z.number().min(0).default(2).describe("epochs over which the learning rate rises linearly"),
      plateau: z
        .strictObject({
          factor: z.number().gt(0).lt(1).default(0.5).describe("what the rate is multiplied by"),
          patience: epochs.default(5).describe("epochs without improvement before the rate falls"),
        })
        .prefault({}),
      clipNorm: z.number().positive().default(5).describe("largest norm of the gradient"),
      clipScope: z.enum(["all", "predictor"]).default("all").describe("which part of the gradient is clipped"),
      averaging: z
        .number()
        .min(0)
        .lt(1)
        .default(0.99)
        .describe("decay of the exponential moving average of the weights; 0 turns it off"),
    })
    .prefault({}),
  pilot: z
    .strictObject({
      epochs: z
        .union([epochs, auto])
        .default("auto")
        .describe(
          "most epochs of each candidate when the embedding is chosen by validation: periodic embeddings are tried until " +
            "they are better than raw features; auto: 12",
        ),
      rows: z
        .int()
        .min(8)
        .default(5000)
        .describe("most training rows of an epoch of a candidate, drawn anew for every epoch; a batch at least"),
    })
    .prefault({}),
  stage1: z
    .strictObject({
      maxEpochs: z
        .union([epochs, auto])
        .default("auto")
        .describe(
          "most epochs of the stage; auto: 40 / 20, 160 below 1000 training rows, 8 of large tables; with quality: fast 6, of large tables 2",
        ),
      window: epochs.default(5).describe("epochs over which fusion weights are averaged"),
      tolerance: z
        .number()
        .positive()
        .default(0.01)
        .describe("farthest any atom may be from where it was before the stable epochs, in bits"),
      patience: z
        .union([epochs, auto])
        .default("auto")
        .describe("consecutive stable epochs that end stage 1; auto: 5, of large tables 3"),
      every: epochs
        .default(1)
        .describe("epochs from one measurement of the atoms to the next; the last epoch is always measured"),
      overfit: z
        .enum(["stop", "continue"])
        .default("stop")
        .describe(
          "a network that learns its training rows by heart (validation loss best 20 epochs ago, and now 5 % above that): stop: ends the " +
            "stage, and stage 2 goes on from the best epoch where the last one is 2 % worse; continue: neither, as the paper has it",
        ),
    })
    .prefault({}),
  stage2: z
    .strictObject({
      maxEpochs: z
        .union([epochs, auto])
        .default("auto")
        .describe(
          "most epochs of the stage; auto: 50 / 60, 200 below 1000 training rows, 36 of large tables; with quality: fast 25, of large tables 10",
        ),
      patience: z
        .union([epochs, auto])
        .default("auto")
        .describe(
          "epochs without a better validation loss before training ends; auto: 20, 50 below 1000 training rows, 12 of large tables",
        ),
    })
    .prefault({}),
});

export type TrainingConfig = z.infer<typeof trainingSchema>;
