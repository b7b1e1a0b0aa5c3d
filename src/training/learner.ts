import { type LossesConfig, withoutComparing } from "../config/losses.js";
import type { ModelConfig } from "../config/model.js";
import type { TrainingConfig } from "../config/training.js";
import type { Engine } from "../engine/engine.js";
import { adam } from "../fit/adam.js";
import { Learner, type LearnerOptions, type LearnerParts, learnerParts } from "../fit/learner.js";
import { fitStep } from "../fit/step.js";
import type { Rng } from "../math/rng.js";
import type { PidRegArchitecture } from "../models/architecture.js";
import { pidReg } from "../models/pidreg.js";
import type { Task } from "../tasks/task.js";
import { Inference } from "./step/inference.js";
import { type PidRegObjective, pidRegObjective } from "./step/train-objective.js";

/** Flat vectors that are all a model and its optimiser remember; float32. */
export type LearnerTensors = {
  readonly parameters: Float32Array;
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
  /** Moving average of the parameters, the weights that predict. */
  readonly average: Float32Array;
  /** Running moments of the batch normalisations. */
  readonly running: Float32Array;
};

/** A trained network on an engine. */
export interface TrainedNetwork extends Pick<PidRegLearner, "model" | "layout" | "inference" | "dispose"> {
  /** What predicts. */
  snapshot(): Promise<Pick<LearnerTensors, "average" | "running">>;
}

export interface PidRegLearnerOptions {
  readonly engine: Engine;
  readonly architecture: PidRegArchitecture;
  readonly batchSize: number;
  readonly losses: LossesConfig;
  readonly task: Pick<Task, "loss">;
  /** With the rate that `auto` stands for. */
  readonly optimizer: TrainingConfig["optimizer"] & { readonly learningRate: number };
  readonly bottleneck: Pick<ModelConfig["bottleneck"], "learningRate">;
  /** Whether rows may lack modalities; all have them if left out. */
  readonly absentModalities?: boolean;
  /** Whether rows of the table lack modalities; see `PidRegObjectiveOptions`. */
  readonly lackingRows?: boolean;
  /** See `PidRegObjectiveOptions`. */
  readonly microBatch?: number | undefined;
  /** Stream of the initial weights. */
  readonly rng: Rng;
}

/** A training step of PIDReg. */
export type PidRegStep = Pick<Learner<PidRegObjective>, "step" | "train" | "objective">;

/** PIDReg in training: a learner with the inference of its averaged weights. */
export class PidRegLearner extends Learner<PidRegObjective> {
  readonly inference: Inference;

  private constructor(
    parts: LearnerParts<PidRegObjective>,
    private readonly options: PidRegLearnerOptions,
    private bare: PidRegStep | null = null,
  ) {
    super(parts);
    this.inference = new Inference(parts.steps, parts.objective.model, parts.layout);
  }

  static async start(options: PidRegLearnerOptions): Promise<PidRegLearner> {
    const objective = pidRegObjective(pidReg(options.architecture), options);
    return new PidRegLearner(await learnerParts(objective, fitOptions(options)), options);
  }

  /** The step without the losses that compare rows, compiled when it is first asked for. */
  async withoutComparing(): Promise<PidRegStep> {
    if (this.bare !== null) return this.bare;
    const { options, layout } = this;
    const losses = withoutComparing(options.losses);
    const objective = pidRegObjective(this.objective.model, { ...options, losses });
    const train = fitStep(objective, layout, fitOptions(options));
    this.bare = { objective, train, step: await this.compile(train) };
    return this.bare;
  }

  override async dispose(): Promise<void> {
    await this.bare?.step.dispose();
    await super.dispose();
  }

  override async snapshot(): Promise<LearnerTensors> {
    const { parameters, moment1, moment2, average, running } = await super.snapshot();
    return { parameters, moment1, moment2, average, running };
  }

  override restore(tensors: Partial<LearnerTensors>): void {
    super.restore(tensors);
  }
}

function fitOptions({ engine, optimizer, bottleneck, rng }: PidRegLearnerOptions): LearnerOptions {
  const { clipNorm, clipScope, learningRate, name, weightDecay } = optimizer;
  return {
    engine,
    rng,
    optimiser: adam(optimizer),
    clip: { norm: clipNorm, only: clipScope === "predictor" ? ({ group }) => group === "predictor" : undefined },
    rateScale: ({ group }) => (group === "bottleneck" ? bottleneck.learningRate / learningRate : 1),
    decay: ({ decay }) => (name === "adamw" && decay ? weightDecay : 0),
  };
}
