import { z } from "zod";

const weight = z.number().min(0);
/** Kernels compare every row with every other: half the rows are a quarter of the work (experiments/speed). */
const kernelRows = z
  .int()
  .min(8)
  .max(65_536)
  .default(128)
  .describe(
    "rows of the batch that the term compares, drawn anew with every batch; all where it has no more, as below 5000 training rows by default",
  );
const factor = z.number().positive().describe("kernel width as a multiple of the median pairwise distance");

/** `losses:` section: terms of the objective, in nats except the prediction loss (standardised target units). */
export const lossesSchema = z.strictObject({
  prediction: z.enum(["mse", "huber", "cs"]).default("mse").describe("prediction loss on the transformed target"),
  huberDelta: z
    .number()
    .positive()
    .default(1)
    .describe("where the Huber loss turns linear, in standard deviations of the target"),
  gaussianity: z
    .strictObject({
      weight: weight.default(0.01).describe("weight of the term, per modality; 0 turns it off"),
      estimator: z
        .enum(["analytic", "sampled", "sigreg"])
        .default("analytic")
        .describe("analytic: expectations over N(0, I) in closed form; sampled: the paper's; sigreg: arXiv 2511.08544"),
      bandwidthFactor: factor.default(1),
      rows: kernelRows,
      directions: z.int().min(1).max(4096).default(64).describe("random projections of sigreg"),
    })
    .prefault({})
    .describe("Cauchy-Schwarz divergence of each latent from N(0, I)"),
  independence: z
    .strictObject({
      weight: weight.default(0.01).describe("weight of the term, per modality; 0 turns it off"),
      target: z
        .enum(["conditional", "cross", "latent"])
        .default("conditional")
        .describe("conditional: I(z1; x2 | x1), cross: I(z1; x2), latent: I(z1; z2 | y)"),
      bandwidthFactor: factor.default(0.5),
      rows: kernelRows,
    })
    .prefault({})
    .describe("Cauchy-Schwarz (conditional) mutual information"),
  jointGaussianity: z
    .strictObject({
      weight: weight.default(0.01).describe("weight of the term; 0 turns it off"),
      rows: z
        .int()
        .min(8)
        .max(4096)
        .default(32)
        .describe("rows of the batch whose entries are sorted; sorting those of 256 rows is a fifth of a step"),
    })
    .prefault({})
    .describe("Shapiro-Francia statistic of target and latents together"),
  capacity: z
    .strictObject({ weight: weight.default(0).describe("beta; 0 lets lambda go to 1, as in the paper") })
    .prefault({})
    .describe("upper bound on the information that passes each bottleneck"),
  comparing: z
    .strictObject({
      every: z
        .int()
        .min(1)
        .max(1000)
        .default(1)
        .describe("steps from one that has the terms to the next, where they weigh as many times more"),
      stages: z.enum(["both", "first"]).default("both").describe("first: stage 2 trains without the terms"),
    })
    .prefault({})
    .describe("when terms that compare rows take part: Gaussianity, independence, joint Gaussianity, compression"),
  compression: z
    .strictObject({
      weight: weight.default(0).describe("beta of the information bottleneck, per modality; 0 turns it off"),
    })
    .prefault({})
    .describe("Cauchy-Schwarz mutual information of inputs and latent, kernels and rows as of independence"),
  balance: z
    .strictObject({
      game: z
        .strictObject({ weight: weight.default(0).describe("weight of the term, per modality; 0 turns it off") })
        .prefault({})
        .describe(
          "how far predictions move when a modality is taken from other rows: its encoder maximises it, the predictor minimises it",
        ),
      functionalEntropy: z
        .strictObject({
          weight: weight.default(0).describe("weight of the term, per modality; 0 turns it off"),
          noise: z
            .number()
            .positive()
            .default(1)
            .describe("spread of the noise on prepared features, in their standard deviations"),
        })
        .prefault({})
        .describe("how strongly predictions react to noise on each modality, made large (arXiv 2010.10802)"),
    })
    .prefault({})
    .describe("terms that keep a modality from being left to the others; need two modalities"),
  auxiliary: z
    .strictObject({ weight: weight.default(0.3).describe("weight of the heads' prediction loss") })
    .prefault({})
    .describe("linear heads that predict the target from each latent alone"),
});

export type LossesConfig = z.infer<typeof lossesSchema>;

const comparing = ["gaussianity", "independence", "jointGaussianity", "compression"] as const;

/** The losses without those that compare rows. */
export function withoutComparing(losses: LossesConfig): LossesConfig {
  const off = comparing.map((name) => [name, { ...losses[name], weight: 0 }] as const);
  return { ...losses, ...Object.fromEntries(off) };
}

/** Whether a term, `gaussianity.NAME` for example, compares rows. */
export function comparesRows(term: string): boolean {
  return (comparing as readonly string[]).includes(term.split(".")[0]);
}
