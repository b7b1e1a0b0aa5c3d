import type { ComparisonKind } from "../../config/evaluation.js";
import type { Config } from "../../config/schema.js";
import { valuesOf } from "../../data/rows.js";
import type { Engine } from "../../engine/engine.js";
import type { Rng } from "../../math/rng.js";
import { meansShape, rowBlockMeans } from "../../modalities/shaped/blocks.js";
import { equalWeights } from "../../training/atoms/fusion-weights.js";
import { readRows, rowCount, type TrainingData, type TrainingModality } from "../../training/data.js";
import { divergence } from "../../training/divergence.js";
import type { TrainedNetwork } from "../../training/learner.js";
import { withSizes } from "../../training/settings.js";
import { train } from "../../training/trainer.js";

type NetworkConfig = Pick<Config, "model" | "losses" | "training"> & Partial<Pick<Config, "quality">>;

/** A network to compare with: a config and the inputs it sees. */
export interface ComparisonNetwork {
  /** What `evaluation.baselines` calls it: `mlp`, `unimodal`, `late`, .. */
  readonly kind: ComparisonKind;
  /** The kind; `unimodal.thickness` where there is one per modality. */
  readonly name: string;
  /** One sentence for the user. */
  readonly description: string;
  readonly config: NetworkConfig;
  readonly modalities: readonly TrainingModality[];
}

/**
 * Networks of the same encoders, embedding, predictor, optimiser and stopping as the model of `config`, which differ
 * in one thing each. Those without the method's losses are plain networks; `equal` and `concatenate` keep the losses
 * and change the fusion only.
 * @param periodic whether the model uses periodic embeddings; all networks do the same
 */
export function comparisonNetworks(
  config: NetworkConfig,
  { modalities, trainRows }: Pick<TrainingData, "modalities" | "trainRows">,
  periodic: boolean,
): ComparisonNetwork[] {
  const { quality, model } = config;
  const encoder = withSizes({ encoder: model.encoder, quality }, modalities, trainRows.length);
  const same = withEmbedding({ ...config, model: { ...model, encoder } }, periodic);
  const plain = withoutLosses(same);
  const joint = mergedEncoder(plain, encoder.hidden, modalities.length);
  const network = (kind: ComparisonKind, description: string, own: NetworkConfig): ComparisonNetwork => {
    return { kind, name: kind, description, config: own, modalities };
  };
  return [
    {
      ...network("mlp", "one network of equal size on all features side by side", joint),
      modalities: [merged(modalities)],
    },
    ...modalities.map((modality) => ({
      ...network("unimodal", `${modality.name} alone`, withMethod(plain, "equal")),
      name: `unimodal.${modality.name}`,
      modalities: [modality],
    })),
    network("late", "one network per modality, outputs added", withMethod(plain, "late")),
    network("low-rank", "low-rank tensor fusion (Liu et al. 2018)", withMethod(plain, "low-rank")),
    network("bottleneck", "information bottleneck per modality, latents side by side", bottlenecked(same)),
    network("equal", "pidreg with equal fusion weights", withMethod(same, "equal")),
    network("concatenate", "pidreg with latents side by side", withMethod(same, "concatenate")),
  ];
}

export interface ComparisonRun {
  readonly network: ComparisonNetwork;
  readonly data: TrainingData;
  readonly engine: Engine;
  readonly rng: Rng;
  /** Rows to predict. */
  readonly rows: Int32Array;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains a comparison network, best validation epoch restored, and predicts.
 * @returns row-major [rows, columns], as the user reads them: clipped to the training range, probabilities calibrated as the
 *   model's are
 * @throws RunError when training diverges; Interrupted when the signal fires
 */
export async function trainComparison({
  network,
  data,
  engine,
  rng,
  rows,
  signal,
}: ComparisonRun): Promise<Float64Array> {
  // Rows on disk lie side by side as the model reads them; a comparison is of the rows that are held.
  const own = { ...data, modalities: network.modalities, stored: undefined };
  const { learner } = await train({ config: network.config, data: own, engine, rng, signal });
  const prediction = await predictOnce(learner, own.modalities, rows);
  const bad = prediction.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const row = rows[Math.floor((bad * rows.length) / prediction.length)] + 1;
    throw divergence(`comparison ${network.name}`, `the prediction of row ${row}`, prediction[bad]);
  }
  return (data.calibrated?.(prediction, rows) ?? data.toRaw)(prediction);
}

/** What a learner predicts, which is then taken off its engine. */
async function predictOnce(
  learner: TrainedNetwork,
  inputs: readonly TrainingModality[],
  rows: Int32Array,
): Promise<Float32Array> {
  try {
    const weights = equalWeights(learner.model.terms);
    return (await learner.inference.run({ inputs, rows, weights })).prediction;
  } finally {
    await learner.dispose();
  }
}

/** Wide rows as an encoder without convolutions reads them. */
function pooled(modality: TrainingModality): TrainingModality {
  const { form, width } = modality;
  if (form?.pool === undefined) return modality;
  const { shape, pool } = form;
  const own = valuesOf(meansShape(shape, pool));
  const read = async (numbers: ArrayLike<number>, out: Float32Array) => {
    const row = new Float32Array(width);
    for (let i = 0; i < numbers.length; i++) {
      await readRows(modality, [numbers[i]], row);
      rowBlockMeans(row, shape, pool, { zeros: true }, out, i * own);
    }
  };
  return { name: modality.name, width: own, rows: rowCount(modality), read };
}

/** The features of all modalities as one. */
function merged(modalities: readonly TrainingModality[]): TrainingModality {
  const flat = modalities.map(pooled);
  const width = flat.reduce((sum, modality) => sum + modality.width, 0);
  const read = async (numbers: ArrayLike<number>, out: Float32Array) => {
    let offset = 0;
    for (const modality of flat) {
      const own = new Float32Array(numbers.length * modality.width);
      await readRows(modality, numbers, own);
      for (let i = 0; i < numbers.length; i++) {
        out.set(own.subarray(i * modality.width, (i + 1) * modality.width), i * width + offset);
      }
      offset += modality.width;
    }
  };
  return { name: "all", width, rows: rowCount(modalities[0]), read };
}

/**
 * Every second hidden layer of the one encoder is as wide as those of all encoders together, so that it has as many
 * weights as they have: sum_m p_m h_1 + M h_1 h_2 + .. = (sum_m p_m) h_1 + h_1 (M h_2) + ..
 */
function mergedEncoder(config: NetworkConfig, each: readonly number[], modalities: number): NetworkConfig {
  const { encoder } = config.model;
  const hidden = each.map((width, layer) => (layer % 2 === 1 ? width * modalities : width));
  return withMethod(
    { ...config, model: { ...config.model, encoder: { ...encoder, hidden, modalities: {} } } },
    "equal",
  );
}

function withEmbedding(config: NetworkConfig, periodic: boolean): NetworkConfig {
  const embedding = periodic ? "periodic" : "none";
  return { ...config, model: { ...config.model, encoder: { ...config.model.encoder, embedding } } };
}

function withMethod(config: NetworkConfig, method: Config["model"]["fusion"]["method"]): NetworkConfig {
  return { ...config, model: { ...config.model, fusion: { ...config.model.fusion, method } } };
}

/** Lambda so near 1 that the bottleneck passes its input on; it stays there. */
const openBottleneck = { lambda: 0.999999, learningRate: 1e-12 };

/** A plain network: prediction loss only, no noise in the latents. */
function withoutLosses(config: NetworkConfig): NetworkConfig {
  const { losses, model } = config;
  return {
    ...config,
    model: { ...model, bottleneck: { ...model.bottleneck, ...openBottleneck } },
    losses: {
      ...losses,
      gaussianity: { ...losses.gaussianity, weight: 0 },
      independence: { ...losses.independence, weight: 0 },
      jointGaussianity: { ...losses.jointGaussianity, weight: 0 },
      capacity: { weight: 0 },
      auxiliary: { weight: 0 },
      compression: { weight: 0 },
      balance: {
        game: { weight: 0 },
        functionalEntropy: { ...losses.balance.functionalEntropy, weight: 0 },
      },
    },
  };
}

/** Weight of the information that passes the bottlenecks, per nat: as in the multimodal information bottleneck. */
const capacityWeight = 1e-4;

/** No loss of the method but the price of information, with a lambda for every latent dimension. */
function bottlenecked(config: NetworkConfig): NetworkConfig {
  const plain = withMethod(withoutLosses(config), "concatenate");
  return {
    ...plain,
    model: { ...plain.model, bottleneck: { ...config.model.bottleneck, perDimension: true } },
    losses: { ...plain.losses, capacity: { weight: capacityWeight } },
  };
}
