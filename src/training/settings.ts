import { type KindName, usualEncoders } from "../config/modalities/kinds.js";
import { convolutions, hasLinearPath, type LinearInputs, type NeighbourRows } from "../config/model.js";
import type { Config } from "../config/schema.js";
import type { EncoderChoice } from "../modalities/kind.js";
import { kindOf } from "../modalities/kinds.js";
import type { PidRegArchitecture } from "../models/architecture.js";
import type { TrainingData, TrainingModality } from "./data.js";

/** Training settings with every `auto` replaced by the value for this number of training rows. */
export interface ResolvedTraining {
  readonly batchSize: number;
  /** The peak. */
  readonly learningRate: number;
  readonly pilotEpochs: number;
  readonly stage1Epochs: number;
  /** Consecutive stable epochs that end stage 1. */
  readonly stage1Patience: number;
  readonly stage2Epochs: number;
  readonly stage2Patience: number;
}

/**
 * From this many training rows on, `auto` takes the values for large tables. These drop out little and take twice the learning
 * rate of others, which makes half the epochs of other modalities enough (experiments/speed).
 */
export const manyRows = 5000;
/**
 * Below this many training rows `auto` takes batches of 32 and four times the epochs: at 480 rows, batches of 128 are 4
 * steps per epoch, and training ends before a product of latents is learned; with batches of 32 and 40 and 100 epochs, the
 * test error of products, edges and mixtures is 3 to 4 % larger than with 160 and 400, that of a curve 46 %
 * (experiments/synthetic-truth).
 */
export const fewRows = 1000;
/**
 * From this many training rows on `auto` embeds columns of tables. Periodic embeddings err more than raw features at 480 rows of products and
 * 1563 of brain age, and less at 2000 to 4000 rows of four other tables (experiments/speed).
 */
const embeddedRows = 2000;
/**
 * Below this many training rows `auto` drops out more. Against 0.15: at 480 rows 0.09 to 0.19 bits more are found, at 3000
 * rows 0.02 to 0.04 (experiments/synthetic-truth), and brain age at 1563 rows is 2 % more accurate; at 3600 rows of
 * `pidreg quickstart` the error would grow by 2 %.
 */
const someRows = 3500;
/**
 * From this many columns of tables on `auto` embeds each in fewer numbers, and large tables learn for half as many epochs again: on the
 * 167 columns of superconductivity narrower embeddings err alike in three quarters of the time, and with more epochs 1.5 % less in the same
 * time; on the 9 columns of gas turbine they err 2 % more (experiments/speed).
 */
const manyColumns = 100;
const embeddings = {
  few: { frequencies: 12, width: 8 },
  many: { frequencies: 8, width: 4 },
} as const;
/**
 * Hidden layers of encoders. Of so many columns wide ones err 2.5 % less on brain age (200 columns, 1563 rows), at each of eight seeds, and are
 * what superconductivity takes; on the 27 of appliances they err 1 % more (experiments/speed).
 */
const hiddenLayers = { few: [256, 128], many: [512, 256] } as const;

const dropoutBySize = {
  few: { encoder: 0.5, predictor: 0.3 },
  some: { encoder: 0.3, predictor: 0.3 },
  many: { encoder: 0.15, predictor: 0.15 },
  most: { encoder: 0.05, predictor: 0.05 },
  none: { encoder: 0, predictor: 0 },
} as const;

/** What of a config tells how much time a training may take. */
type Hurry = Partial<Pick<Config, "quality">>;

/** Rates that stand for `auto`. @param tables whether all modalities are columns of a table */
function autoDropout({ quality }: Hurry, trainRows: number, tables: boolean) {
  if (trainRows < fewRows) return dropoutBySize.few;
  if (trainRows < someRows) return dropoutBySize.some;
  if (!tables || trainRows < manyRows) return dropoutBySize.many;
  return quality === "fast" ? dropoutBySize.none : dropoutBySize.most;
}

/**
 * Five sizes of a training: below 1000 rows, below 5000, more, more of tables whose learning rate comes to its end, and these where
 * the tables have many columns.
 */
type BySize = readonly [few: number, some: number, many: number, soon: number, wide: number];

/** Peak learning rate and epochs; where a training is to be fast, large tables drop out nothing and learn at a higher rate. */
const courses = {
  fast: { learningRate: [2e-3, 2e-3, 2e-3, 6e-3, 6e-3], stage1: [6, 6, 6, 2, 2], stage2: [25, 25, 25, 8, 10] },
  default: {
    learningRate: [2e-3, 2e-3, 2e-3, 4e-3, 4e-3],
    stage1: [160, 40, 20, 8, 8],
    stage2: [200, 50, 60, 36, 54],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<"learningRate" | "stage1" | "stage2", BySize>>>>;

/** What of a training decides what stands for `auto`. */
export interface TrainingSizes {
  readonly trainRows: number;
  /** Whether all modalities are columns of a table. */
  readonly tables: boolean;
  /** Prepared columns of all tables; few if left out. */
  readonly columns?: number | undefined;
}

/** The settings of a training of so many rows and columns. */
export function resolveTraining(
  { training, quality }: Pick<Config, "training"> & Hurry,
  { trainRows, tables, columns = 0 }: TrainingSizes,
): ResolvedTraining {
  const soon = columns < manyColumns ? 3 : 4;
  const size = trainRows < fewRows ? 0 : trainRows < manyRows ? 1 : tables && comesToItsEnd(training) ? soon : 2;
  const pick = (value: number | "auto", bySize: BySize) => (value === "auto" ? bySize[size] : value);
  const { learningRate, stage1, stage2 } = courses[quality === "fast" ? "fast" : "default"];
  return {
    batchSize: Math.min(pick(training.batchSize, [32, 128, 256, 256, 256]), trainRows),
    learningRate: pick(training.optimizer.learningRate, learningRate),
    pilotEpochs: pick(training.pilot.epochs, [12, 12, 12, 12, 12]),
    stage1Epochs: pick(training.stage1.maxEpochs, stage1),
    stage1Patience: pick(training.stage1.patience, [5, 5, 5, 3, 3]),
    stage2Epochs: pick(training.stage2.maxEpochs, stage2),
    stage2Patience: pick(training.stage2.patience, [50, 20, 20, 12, 12]),
  };
}

/** Whether the learning rate falls to 0 at the end of a stage, however few epochs that has. */
function comesToItsEnd({ optimizer: { schedule } }: Config["training"]): boolean {
  return schedule === "cosine" || schedule === "coslog4";
}

/** Whether features of so many training rows may be embedded: those that pilots compare may. */
export function isPeriodic(embedding: Config["model"]["encoder"]["embedding"], trainRows: number): boolean {
  if (embedding === "auto" || embedding === "by-rows") return trainRows >= embeddedRows;
  return embedding !== "none";
}

/** Whether all modalities of a config are columns of a table. */
export function hasTablesAlone({ data }: Pick<Config, "data">): boolean {
  return Object.values(data.modalities).every(({ kind }) => kind === undefined || kind === "table");
}

/** What of its data decides the settings of a training. */
export function sizesOf({ trainRows, modalities }: Pick<TrainingData, "trainRows" | "modalities">): TrainingSizes {
  return { trainRows: trainRows.length, tables: areTables(modalities), columns: columnsOf(modalities) };
}

/** Prepared columns of all tables. */
function columnsOf(modalities: readonly Pick<TrainingModality, "width" | "form">[]): number {
  return modalities.reduce((sum, { width, form }) => ((form?.kind ?? "table") === "table" ? sum + width : sum), 0);
}

/** Whether all these modalities are columns of a table. */
export function areTables(modalities: readonly Pick<TrainingModality, "form">[]): boolean {
  return modalities.every(({ form }) => (form?.kind ?? "table") === "table");
}

type EncoderConfig = Config["model"]["encoder"];
/** An encoder whose sizes are numbers. */
type Sized = Omit<EncoderConfig, "hidden" | "periodic"> & {
  readonly hidden: number[];
  readonly periodic: { readonly frequencies: number; readonly width: number; readonly sigma: number };
};

/** With every size that is `auto` as it is for these modalities together, and so many training rows. */
export function withSizes(
  { encoder, quality }: { readonly encoder: EncoderConfig } & Hurry,
  modalities: readonly Pick<TrainingModality, "width" | "form">[],
  trainRows: number,
): Sized {
  const many = columnsOf(modalities) >= manyColumns;
  const usual = embeddings[many ? "many" : "few"];
  const layers = hiddenLayers[many && trainRows >= fewRows && quality !== "fast" ? "many" : "few"];
  const { frequencies, width, sigma } = encoder.periodic;
  return {
    ...encoder,
    hidden: encoder.hidden === "auto" ? [...layers] : encoder.hidden,
    periodic: {
      sigma,
      frequencies: frequencies === "auto" ? usual.frequencies : frequencies,
      width: width === "auto" ? usual.width : width,
    },
  };
}

/**
 * Shapes of the network for these inputs.
 * @param trainRows number of training rows, for what is `auto`
 * @param periodic whether numeric features get periodic embeddings
 */
export function architecture(
  { model, quality }: Pick<Config, "model"> & Hurry,
  modalities: readonly Pick<TrainingModality, "name" | "width" | "form">[],
  { targets, trainRows, periodic }: { targets: number; trainRows: number; periodic: boolean },
): PidRegArchitecture {
  const { encoder, predictor, bottleneck, fusion, latentDim } = model;
  const bend = model.activation === "relu" ? {} : { activation: model.activation };
  const { hidden: usual, periodic: embedding } = withSizes({ encoder, quality }, modalities, trainRows);
  const auto = autoDropout({ quality }, trainRows, areTables(modalities));
  return {
    modalities: modalities.map((rows) => {
      const own = { ...encoder, ...encoder.modalities[rows.name] };
      const hidden = own.hidden === "auto" ? usual : own.hidden;
      return kindOf(rows.form?.kind).encoder(rows, {
        hidden,
        dropout: rates(own.dropout, auto.encoder, hidden.length),
        batchNorm: own.batchNorm,
        embedding: periodic ? embedding : null,
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

/** What near training rows would be found among. */
export function neighbourRows(
  { training }: Pick<Config, "training">,
  { trainRows, modalities, classes, stored }: Pick<TrainingData, "trainRows" | "modalities" | "classes" | "stored">,
): NeighbourRows {
  return {
    trainRows: trainRows.length,
    tables: areTables(modalities),
    held: stored === undefined,
    numbers: classes === undefined,
    lacking: training.modalityDropout > 0,
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
