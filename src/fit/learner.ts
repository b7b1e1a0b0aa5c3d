import type { CompiledStep, Engine, EngineState, InitialTensor } from "../engine/engine.js";
import type { Rng } from "../math/rng.js";
import type { ParameterSpec } from "../models/parameters.js";
import { CompiledSteps } from "./compiled-steps.js";
import { type ModelLayout, modelLayout } from "./model-layout.js";
import type { Optimiser } from "./optimiser.js";
import { type FitStep, fitStep, type Objective, type StepOptions } from "./step.js";
import { compileByRows, gradientEntry } from "./step-by-rows.js";

/**
 * Flat vectors that are all a model and its optimiser remember, float32, by name: `parameters`, what the optimiser keeps,
 * `average` (moving average of the parameters, the weights that predict) and, where the model has batch normalisations,
 * `running` (their moments).
 */
export type FitTensors = Readonly<Record<string, Float32Array>>;

export interface LearnerOptions extends StepOptions {
  readonly engine: Engine;
  /** Stream of the initial weights. */
  readonly rng: Rng;
  /** Learning rate of a parameter relative to that of the step; 1 if left out. */
  readonly rateScale?: (spec: ParameterSpec) => number;
  /** Weight decay of a parameter; 0 if left out. */
  readonly decay?: (spec: ParameterSpec) => number;
}

/** What a learner is made of. */
export interface LearnerParts<O extends Objective> {
  readonly engine: Engine;
  readonly objective: O;
  readonly layout: ModelLayout;
  readonly optimiser: Optimiser;
  readonly train: FitStep;
  readonly step: CompiledStep;
  readonly state: EngineState;
  /** Other steps over the state. */
  readonly steps: CompiledSteps;
}

/** A model in training: its state on an engine and its compiled training step. */
export class Learner<O extends Objective = Objective> {
  readonly objective: O;
  readonly layout: ModelLayout;
  readonly optimiser: Optimiser;
  readonly train: FitStep;
  readonly step: CompiledStep;
  /** Steps over its state beside that of training: evaluation, inference. */
  readonly steps: CompiledSteps;
  private readonly engine: Engine;
  private readonly state: EngineState;
  /** Names of the vectors that change in training. */
  private readonly trained: readonly string[];

  constructor({ engine, objective, layout, optimiser, train, step, state, steps }: LearnerParts<O>) {
    this.engine = engine;
    this.objective = objective;
    this.layout = layout;
    this.optimiser = optimiser;
    this.train = train;
    this.step = step;
    this.state = state;
    this.steps = steps;
    this.trained = trainedNames(layout, optimiser);
  }

  /** Puts a model on an engine, with new weights. */
  static async create<O extends Objective>(objective: O, options: LearnerOptions): Promise<Learner<O>> {
    return new Learner(await learnerParts(objective, options));
  }

  get model(): O["model"] {
    return this.objective.model;
  }

  /** Copies of all vectors. */
  async snapshot(): Promise<FitTensors> {
    const read = async (name: string) => [name, await this.state.read(name)] as const;
    return Object.fromEntries(await Promise.all(this.trained.map(read)));
  }

  /** Puts back vectors of a snapshot; those left out stay as they are. */
  restore(tensors: Readonly<Record<string, Float32Array | undefined>>): void {
    for (const name of this.trained) {
      const values = tensors[name];
      if (values !== undefined) this.state.write(name, values);
    }
  }

  /** Forgets what the optimiser keeps, as a new phase does. */
  resetOptimiser(): void {
    this.restore(this.optimiser.init(this.layout.parameters.size));
  }

  /** Another training step over its state; whoever asked for it disposes of it before the learner. */
  protected compile(train: FitStep): Promise<CompiledStep> {
    return compileStep(this.engine, this.state, train);
  }

  async dispose(): Promise<void> {
    await this.step.dispose();
    await this.steps.dispose();
    this.state.dispose();
  }
}

/** State and compiled step of a model with new weights; nothing stays on the engine when that fails. */
export async function learnerParts<O extends Objective>(
  objective: O,
  options: LearnerOptions,
): Promise<LearnerParts<O>> {
  const { engine, optimiser } = options;
  const layout = modelLayout(objective.model);
  const train = fitStep(objective, layout, options);
  const byRows = objective.byRows !== undefined;
  const state = engine.createState(initialState(layout, options, byRows));
  try {
    const step = await compileStep(engine, state, train);
    return { engine, objective, layout, optimiser, train, step, state, steps: new CompiledSteps(engine, state) };
  } catch (error) {
    state.dispose();
    throw error;
  }
}

/** A training step over a state that is there, by rows where its objective is. */
function compileStep(engine: Engine, state: EngineState, train: FitStep): Promise<CompiledStep> {
  const byRows = train.plan.objective.byRows !== undefined;
  return byRows ? compileByRows(engine, state, train) : engine.compile(train.definition, state);
}

function trainedNames({ moments }: ModelLayout, { keeps }: Optimiser): string[] {
  const kept = keeps.map(({ name }) => name);
  return ["parameters", ...kept, "average", ...(moments.size > 0 ? ["running"] : [])];
}

function initialState({ parameters, moments }: ModelLayout, options: LearnerOptions, byRows: boolean): InitialTensor[] {
  const { optimiser, clip, rng, rateScale = () => 1, decay = () => 0 } = options;
  const vector = (name: string, values: Float32Array) => ({ name, shape: [values.length], values });
  const weights = parameters.initialise(rng);
  const kept = Object.entries(optimiser.init(parameters.size));
  const { only } = clip;
  return [
    vector("parameters", weights),
    ...kept.map(([name, values]) => vector(name, values)),
    vector("average", weights.slice()),
    ...(moments.size > 0 ? [vector("running", moments.initialise())] : []),
    ...(byRows ? [vector(gradientEntry, new Float32Array(parameters.size))] : []),
    vector("rateScale", parameters.constants(rateScale)),
    vector("decay", parameters.constants(decay)),
    ...(only === undefined
      ? []
      : [
          vector(
            "clipMask",
            parameters.constants((spec) => Number(only(spec))),
          ),
        ]),
  ];
}
