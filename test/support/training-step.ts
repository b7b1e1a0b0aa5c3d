import { type LossesConfig, lossesSchema } from "../../src/config/losses.js";
import { trainingSchema } from "../../src/config/training.js";
import type { Engine } from "../../src/engine/engine.js";
import { feedNoise } from "../../src/fit/noise.js";
import { blomScores, blomScoresOf } from "../../src/losses/joint-gaussianity.js";
import { Rng } from "../../src/math/rng.js";
import type { ModalityArchitecture, PidRegArchitecture } from "../../src/models/architecture.js";
import { regression } from "../../src/tasks/regression/regression.js";
import { PidRegLearner } from "../../src/training/learner.js";
import { feedOwned } from "../../src/training/step/step-feed.js";

/** What a test step differs in from a small model with the default losses. */
export interface StepOptions {
  readonly batchSize?: number;
  readonly architecture?: Partial<PidRegArchitecture>;
  readonly losses?: Parameters<typeof lossesSchema.parse>[0];
  readonly optimizer?: Readonly<Record<string, unknown>>;
  readonly absentModalities?: boolean;
  readonly lackingRows?: boolean;
  readonly microBatch?: number;
}

/** A learner with every input of its training step filled from a fixed seed. */
export interface FedLearner {
  readonly learner: PidRegLearner;
  readonly losses: LossesConfig;
  /** Draws new noise and sets hyper-parameters for step t = 1, 2, .. */
  prepare(t: number, changes?: Readonly<Record<string, number>>): void;
}

const hidden = { hidden: [24, 12], dropout: [0.3, 0.2], batchNorm: true };

export const smallArchitecture: PidRegArchitecture = {
  modalities: [
    { name: "first", inputWidth: 7, embedding: null, ...hidden },
    { name: "second", inputWidth: 5, embedding: null, ...hidden },
  ],
  targets: 1,
  latentDim: 6,
  bottleneck: { lambda: 0.9, perDimension: false },
  fusion: { method: "pid", interaction: "hadamard" },
  predictor: hidden,
};

const shapes = { 1: [8, 3], 2: [7, 6, 2], 3: [5, 4, 6, 1] } as const;

/** A small model whose first modality has rows of a shape and a convolutional encoder over 1, 2 or 3 axes of space. */
export function convolutionalArchitecture(
  dimensions: 1 | 2 | 3,
  options: Partial<NonNullable<ModalityArchitecture["convolution"]>> = {},
): Pick<PidRegArchitecture, "modalities"> {
  const shape = shapes[dimensions];
  const layers = { dimensions, stem: 1, channels: [8, 16], strides: [1, 2], norm: "batch", pool: "average" } as const;
  const first = {
    ...{ name: "first", inputWidth: shape.reduce((a: number, b) => a * b, 1), embedding: null },
    ...{ hidden: [], dropout: [0.2], batchNorm: true, form: { kind: "array", shape } },
    convolution: { ...layers, ...options },
  };
  return { modalities: [first, smallArchitecture.modalities[1]] };
}

/** The model that the step benchmark and its PyTorch counterpart train. */
export const benchmarkArchitecture: PidRegArchitecture = {
  modalities: [81, 86].map((inputWidth, m) => ({
    name: `modality${m}`,
    inputWidth,
    embedding: null,
    hidden: [256, 128],
    dropout: [0.3, 0.2],
    batchNorm: true,
  })),
  targets: 1,
  latentDim: 64,
  bottleneck: { lambda: 0.98, perDimension: false },
  fusion: { method: "pid", interaction: "hadamard" },
  predictor: { hidden: [256, 128], dropout: [0.3, 0.2], batchNorm: true },
};

export async function fedLearner(engine: Engine, options: StepOptions = {}): Promise<FedLearner> {
  const losses = lossesSchema.parse(options.losses ?? {});
  const given = { learningRate: 2e-3, ...options.optimizer };
  const optimizer = { ...trainingSchema.parse({ optimizer: given }).optimizer, learningRate: given.learningRate };
  const architecture = { ...smallArchitecture, ...options.architecture };
  const learner = await PidRegLearner.start({
    engine,
    architecture,
    batchSize: options.batchSize ?? 32,
    losses,
    task: regression,
    optimizer,
    bottleneck: { ...architecture.bottleneck, learningRate: 0.01 },
    absentModalities: options.absentModalities,
    lackingRows: options.lackingRows,
    microBatch: options.microBatch,
    rng: new Rng("weights"),
  });
  const { step, train, objective } = learner;
  const data = new Rng("data");
  for (const [name, input] of Object.entries(step.inputs)) data.split(name).fillNormal(input);
  step.inputs.fusionWeights.set(architecture.fusion.interaction === "none" ? [0.6, 0.4] : [0.3, 0.3, 0.4]);
  if (objective.jointRows > 0) fillJoint(learner);
  if (step.inputs.owned !== undefined) own(learner, (row, m) => (row + 2 * m) % 5 !== 0);
  const prepare: FedLearner["prepare"] = (t, changes = {}) => {
    feedNoise(step, train.noise, new Rng("noise").split(String(t)));
    train.hyper.fill(step.inputs.hyper, { ...hyperParameters(train.hyper.names, t), ...changes });
  };
  return { learner, losses, prepare };
}

/** Says which modalities the rows of the batch have in the table; what was taken away at random is nothing then. */
export function own(learner: PidRegLearner, has: (row: number, modality: number) => boolean): void {
  const { step, objective, model } = learner;
  const rows = objective.batchSize;
  const modalities = model.architecture.modalities.map((_, m) => ({
    present: Uint8Array.from({ length: rows }, (_, row) => Number(has(row, m))),
  }));
  const batch = Int32Array.from({ length: rows }, (_, row) => row);
  feedOwned(step, modalities, batch, objective.jointRows, blomScoresOf);
  step.inputs.present?.set(step.inputs.owned);
}

function fillJoint({ step }: PidRegLearner): void {
  const width = step.inputs["joint.centre"].length;
  const whitening = step.inputs["joint.whitening"].fill(0);
  for (let i = 0; i < width; i++) whitening[i * width + i] = 1;
  step.inputs["joint.centre"].fill(0.1);
  step.inputs["joint.scores"].set(blomScores(step.inputs["joint.scores"].length));
}

function hyperParameters(names: readonly string[], t: number): Record<string, number> {
  const value = (name: string) => {
    if (name.startsWith("bandwidth.input")) return 3;
    if (name.startsWith("bandwidth")) return 2;
    return name === "weight.prediction" ? 1 : 0.1;
  };
  const rates = {
    learningRate: 1e-3,
    correction1: 1 - 0.9 ** t,
    correction2: 1 - 0.999 ** t,
    averaging: 0.9,
    momentMemory: 0.9,
  };
  return { ...Object.fromEntries(names.map((name) => [name, value(name)])), ...rates };
}
