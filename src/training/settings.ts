import { type KindName, usualEncoders } from "../config/modalities/kinds.js";
import { convolutions, hasLinearPath, type LinearInputs } from "../config/model.js";
import type { Config } from "../config/schema.js";
import type { EncoderChoice } from "../modalities/kind.js";
import { kindOf } from "../modalities/kinds.js";
import type { PidRegArchitecture } from "../models/architecture.js";
import type { TrainingModality } from "./data.js";

/** Training settings with every `auto` replaced by the value for this number of training rows. */
export interface ResolvedTraining {
  readonly batchSize: number;
  readonly pilotEpochs: number;
  readonly stage1Epochs: number;
  readonly stage2Epochs: number;
  readonly stage2Patience: number;
}

/** From this many training rows on, `auto` takes the values for large tables. */
export const manyRows = 5000;
/**
 * Below this many training rows `auto` takes batches of 32 and four times the epochs: at 480 rows, batches of 128 are 4
 * steps per epoch, and training ends before a product of latents is learned; with batches of 32 and 40 and 100 epochs, the
 * test error of products, edges and mixtures is 3 to 4 % larger than with 160 and 400, that of a curve 46 %
 * (experiments/synthetic-truth).
 */
export const fewRows = 1000;
/**
 * Below this many training rows `auto` drops out more. Against 0.15: at 480 rows 0.09 to 0.19 bits more are found, at 3000
 * rows 0.02 to 0.04 (experiments/synthetic-truth), and brain age at 1563 rows is 2 % more accurate; at 3600 rows of
 * `pidreg quickstart` the error would grow by 2 %.
 */
const someRows = 3500;
const dropoutBySize = {
  few: { encoder: 0.5, predictor: 0.3 },
  some: { encoder: 0.3, predictor: 0.3 },
  many: { encoder: 0.15, predictor: 0.15 },
} as const;

export function resolveTraining({ training }: Pick<Config, "training">, trainRows: number): ResolvedTraining {
  const size = trainRows < fewRows ? 0 : trainRows < manyRows ? 1 : 2;
  const pick = (value: number | "auto", bySize: readonly [few: number, some: number, many: number]) =>
    value === "auto" ? bySize[size] : value;
  return {
    batchSize: Math.min(pick(training.batchSize, [32, 128, 256]), trainRows),
    pilotEpochs: pick(training.pilot.epochs, [12, 12, 12]),
    stage1Epochs: pick(training.stage1.maxEpochs, [160, 40, 20]),
    stage2Epochs: pick(training.stage2.maxEpochs, [200, 50, 60]),
    stage2Patience: pick(training.stage2.patience, [50, 20, 20]),
  };
}

/**
 * Shapes of the network for these inputs.
 * @param trainRows number of training rows, for what is `auto`
 * @param periodic whether numeric features get periodic embeddings
 */
export function architecture(
  { model }: Pick<Config, "model">,
  modalities: readonly Pick<TrainingModality, "name" | "width" | "form">[],
  { targets, trainRows, periodic }: { targets: number; trainRows: number; periodic: boolean },
): PidRegArchitecture {
  const { encoder, predictor, bottleneck, fusion, latentDim } = model;
  const bend = model.activation === "relu" ? {} : { activation: model.activation };
  const auto = dropoutBySize[trainRows < fewRows ? "few" : trainRows < someRows ? "some" : "many"];
  return {
    modalities: modalities.map((rows) => {
      const own = { ...encoder, ...encoder.modalities[rows.name] };
      return kindOf(rows.form?.kind).encoder(rows, {
        hidden: own.hidden,
        dropout: rates(own.dropout, auto.encoder, own.hidden.length),
        batchNorm: own.batchNorm,
        embedding: periodic ? encoder.periodic : null,
        linear: encoder.linear,
        ...bend,
        convolution: convolutionOf(own, rows.form?.kind ?? "table"),
        transformer: transformerOf(own),
      });
    }),
    targets,
    latentDim,
    bottleneck: { lambda: bottleneck.lambda, perDimension: bottleneck.perDimension },
    fusion: { method: fusion.method, interaction: fusion.interaction },
    predictor: {
      hidden: predictor.hidden,
      dropout: rates(predictor.dropout, auto.predictor, predictor.hidden.length),
      batchNorm: predictor.batchNorm,
      ...bend,
    },
    ...(hasLinearPath(model.linearPath, linearInputs(modalities, trainRows)) ? { linearPath: true } : {}),
  };
}

/** What a linear path beside the network would read. */
export function linearInputs(
  modalities: readonly Pick<TrainingModality, "width" | "form">[],
  trainRows: number,
): LinearInputs {
  return {
    inputs: modalities.reduce((sum, { width }) => sum + width, 0),
    shaped: modalities.some(({ form }) => usualEncoders[form?.kind ?? "table"] !== "mlp"),
    trainRows,
  };
}

/** Layers of a convolutional encoder; null of another. A block that has more channels than the one before halves space. */
function convolutionOf(
  {
    type: asked,
    stem,
    channels,
    norm,
    pool,
  }: Pick<Config["model"]["encoder"], "type" | "stem" | "channels" | "norm" | "pool">,
  kind: KindName,
): EncoderChoice["convolution"] {
  const type = asked === "auto" ? usualEncoders[kind] : asked;
  if (type === "mlp" || type === "transformer") return null;
  const dimensions = convolutions[type];
  const step = stem === "auto" ? (dimensions === 3 ? 4 : 2) : stem;
  const strides = channels.map((width, i) => (i > 0 && width > channels[i - 1] ? 2 : 1));
  return { dimensions, stem: step, channels, strides, norm, pool };
}

/** Layers of a transformer; null of another encoder. */
function transformerOf({
  type,
  patch,
  width,
  heads,
  layers,
}: Pick<Config["model"]["encoder"], "type" | "patch" | "width" | "heads" | "layers">): EncoderChoice["transformer"] {
  return type === "transformer" ? { patch, width, heads, layers } : null;
}

/** One rate per hidden layer; a list shorter than the layers repeats its last value. */
function rates(dropout: "auto" | number | readonly number[], auto: number, layers: number): number[] {
  const list = dropout === "auto" ? [auto] : typeof dropout === "number" ? [dropout] : dropout;
  return Array.from({ length: layers }, (_, i) => list[Math.min(i, list.length - 1)] ?? 0);
}
