import type { LossesConfig } from "../config/losses.js";
import type { ModelConfig } from "../config/model.js";
import type { TrainingConfig } from "../config/training.js";
import type { CompiledStep, Engine, EngineState } from "../engine/engine.js";
import { type ModelLayout, modelLayout } from "../fit/model-layout.js";
import type { Rng } from "../math/rng.js";
import type { ParameterSpec } from "../models/parameters.js";
import { type PidReg, type PidRegArchitecture, pidReg } from "../models/pidreg.js";
import { Inference } from "./step/inference.js";
import { type TrainStep, trainStep } from "./step/train-step.js";

/** Flat vectors that are all a model and its optimiser remember; float32. */
export interface LearnerTensors {
  readonly parameters: Float32Array;
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
  /** Moving average of the parameters, the weights that predict. */
  readonly average: Float32Array;
  /** Running moments of the batch normalisations. */
  readonly running: Float32Array;
}

export interface LearnerOptions {
  readonly engine: Engine;
  readonly architecture: PidRegArchitecture;
  readonly batchSize: number;
  readonly losses: LossesConfig;
  readonly optimizer: TrainingConfig["optimizer"];
  readonly bottleneck: ModelConfig["bottleneck"];
  /** Whether rows may lack modalities; all have them if left out. */
  readonly absentModalities?: boolean;
  /** Whether rows of the table lack modalities; see `TrainStepOptions`. */
  readonly lackingRows?: boolean;
  /** Stream of the initial weights. */
  readonly rng: Rng;
}

const trained = ["parameters", "moment1", "moment2", "average", "running"] as const;

/** A model in training: its state on an engine, its compiled training step and its inference. */
export class Learner {
  private constructor(
    readonly model: PidReg,
    readonly layout: ModelLayout,
    readonly train: TrainStep,
    readonly step: CompiledStep,
    readonly inference: Inference,
    private readonly state: EngineState,
  ) {}

  static async create(options: LearnerOptions): Promise<Learner> {
    const { engine, architecture, batchSize, losses, optimizer, absentModalities, lackingRows } = options;
    const model = pidReg(architecture);
    const layout = modelLayout(model);
    const state = engine.createState(initialState(layout, options));
    const train = trainStep(model, layout, { batchSize, losses, optimizer, absentModalities, lackingRows });
    const step = await engine.compile(train.definition, state);
    return new Learner(model, layout, train, step, new Inference(engine, state, model, layout), state);
  }

  snapshot(): LearnerTensors {
    return Object.fromEntries(
      trained.map((name) => [name, this.state.read(name).slice()]),
    ) as unknown as LearnerTensors;
  }

  restore(tensors: Partial<LearnerTensors>): void {
    for (const name of trained) {
      const values = tensors[name];
      if (values !== undefined) this.state.write(name, values);
    }
  }

  /** Forgets the optimiser's running means, as a new stage does. */
  resetOptimizer(): void {
    const zeros = new Float32Array(this.layout.parameters.size);
    this.restore({ moment1: zeros, moment2: zeros });
  }

  async dispose(): Promise<void> {
    this.step.dispose();
    await this.inference.dispose();
    this.state.dispose();
  }
}

function initialState(layout: ModelLayout, { optimizer, bottleneck, rng }: LearnerOptions) {
  const { parameters, moments } = layout;
  const vector = (name: string, values: Float32Array) => ({ name, shape: [values.length], values });
  const weights = parameters.initialise(rng);
  const rate = (spec: ParameterSpec) =>
    spec.group === "bottleneck" ? bottleneck.learningRate / optimizer.learningRate : 1;
  const decay = (spec: ParameterSpec) => (optimizer.name === "adamw" && spec.decay ? optimizer.weightDecay : 0);
  return [
    vector("parameters", weights),
    vector("moment1", new Float32Array(parameters.size)),
    vector("moment2", new Float32Array(parameters.size)),
    vector("average", weights.slice()),
    vector("running", moments.initialise()),
    vector("rateScale", parameters.constants(rate)),
    vector("decay", parameters.constants(decay)),
    vector(
      "clipMask",
      parameters.constants((spec) => Number(spec.group === "predictor")),
    ),
  ];
}
