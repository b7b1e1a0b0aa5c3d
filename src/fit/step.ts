import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { StepDefinition, TensorMap, TensorSpec } from "../engine/engine.js";
import type { ForwardContext, ModuleSpec, Moments, NoiseSpec } from "../models/module.js";
import type { ParameterSpec } from "../models/parameters.js";
import tf from "../tensorflow.js";
import { clipByNorm } from "./clip.js";
import { HyperParameters } from "./hyper.js";
import type { ModelLayout } from "./model-layout.js";
import { noiseInput } from "./noise.js";
import type { Optimiser, Vectors } from "./optimiser.js";

/** What one pass of a step gives to an objective. */
export interface Pass {
  /** What the model reads: parameters, noise; receives the moments of batch normalisations. */
  readonly context: ForwardContext;
  readonly inputs: TensorMap;
  /** The objective's own hyper-parameters by name. */
  readonly hyper: Readonly<Record<string, Scalar>>;
}

/** Parts of a model that treat every row by itself, and are worked out some rows of a batch at a time. */
export interface RowParts {
  /** Rows at a time. */
  readonly rows: number;
  /** Names of inputs that they alone read, [batch, ..] each. */
  readonly inputs: readonly string[];
  /** Names of noises that they alone read. */
  readonly noise: readonly string[];
  /** What they give, [batch, width] each, and whether a gradient goes back through it. */
  readonly outputs: readonly { readonly name: string; readonly width: number; readonly differentiable: boolean }[];
  /** @returns the outputs by name, [rows, width] each */
  value(pass: Omit<Pass, "hyper">): TensorMap;
}

/** What is minimised: a model and its loss on a batch. */
export interface Objective {
  readonly model: ModuleSpec;
  /** Rows of a batch. */
  readonly batchSize: number;
  /** Inputs of a step beside hyper-parameters and noise. */
  readonly inputs: readonly TensorSpec[];
  /** Random tensors that the loss needs beside the model's own. */
  readonly noise: readonly NoiseSpec[];
  /** Names of numbers of the loss that may change between steps. */
  readonly hyper: readonly string[];
  /** Names of the numbers that `value` reports. */
  readonly report: readonly string[];
  /** Left out where the whole batch goes through the model at once; else `value` reads what they give in place of their inputs. */
  readonly byRows?: RowParts | undefined;
  /** The loss, traced: the total, which is minimised, and numbers of one element to report, in the order of `report`. */
  value(pass: Pass): { readonly total: Tensor; readonly report: readonly Tensor[] };
}

/** How parameters move along the gradient of an objective. */
export interface StepOptions {
  readonly optimiser: Optimiser;
  /** Largest norm of the gradient; of that of some parameters, and only theirs is scaled, if `only` is given. */
  readonly clip: { readonly norm: number; readonly only?: ((spec: ParameterSpec) => boolean) | undefined };
}

/** A training step and what its caller has to feed. */
export interface FitStep {
  readonly definition: StepDefinition;
  readonly hyper: HyperParameters;
  readonly noise: readonly NoiseSpec[];
  /** Names of the numbers in the output `report`, in its order: `total`, the objective's, `gradientNorm`. */
  readonly report: readonly string[];
  /** What it is made of. */
  readonly plan: StepPlan;
}

/**
 * One training step as a pure function of (state, batch, noise, hyper-parameters): forward pass, loss, gradient,
 * clipping, optimiser, moving average of the weights, running moments where the model has any.
 */
export function fitStep(objective: Objective, layout: ModelLayout, { optimiser, clip }: StepOptions): FitStep {
  const { batchSize } = objective;
  const running = layout.moments.size > 0;
  const hyper = new HyperParameters([
    ...["learningRate", ...optimiser.numbers, "averaging"],
    ...(running ? ["momentMemory"] : []),
    ...objective.hyper,
  ]);
  const plan = stepPlan(objective, layout, { optimiser, clip }, hyper);
  const { kept, noise } = plan;
  return {
    definition: {
      name: "train",
      run: (state, inputs) => runStep(plan, state, inputs),
      state: [
        ...["parameters", ...kept, "average"],
        ...(running ? ["running"] : []),
        ...["rateScale", "decay"],
        ...(clip.only === undefined ? [] : ["clipMask"]),
      ],
      inputs: [
        ...objective.inputs,
        { name: HyperParameters.inputName, shape: [hyper.names.length] },
        ...noise.map(({ name, shape }) => ({ name: noiseInput(name), shape: shape(batchSize) })),
      ],
    },
    hyper,
    noise,
    report: ["total", ...objective.report, "gradientNorm"],
    plan,
  };
}

/** What a training step is made of. */
export interface StepPlan extends StepOptions {
  readonly hyper: HyperParameters;
  readonly noise: readonly NoiseSpec[];
  readonly objective: Objective;
  readonly layout: ModelLayout;
  /** Names of what the optimiser keeps. */
  readonly kept: readonly string[];
}

function stepPlan(objective: Objective, layout: ModelLayout, options: StepOptions, hyper: HyperParameters): StepPlan {
  const kept = options.optimiser.keeps.map(({ name }) => name);
  return { objective, layout, ...options, hyper, noise: [...objective.model.noise, ...objective.noise], kept };
}

function runStep(plan: StepPlan, state: TensorMap, inputs: TensorMap): ReturnType<StepDefinition["run"]> {
  const { gradient, report, running } = lossGradient(plan, state, inputs, []);
  const { moved, norm } = alongGradient(plan, state, gradient, plan.hyper.unpack(inputs[HyperParameters.inputName]));
  return { state: { ...moved, ...running }, outputs: { report: tf.concat([...report, norm]) } };
}

/**
 * The loss of a batch and its gradient.
 * @param through names of inputs that a gradient is wanted of, too
 * @returns the numbers to report, [1] each, and running moments where the model has any
 */
export function lossGradient(plan: StepPlan, state: TensorMap, inputs: TensorMap, through: readonly string[]) {
  const { layout, hyper, objective } = plan;
  const numbers = hyper.unpack(inputs[HyperParameters.inputName]);
  const observed = new Map<string, Moments>();
  let report: Tensor[] = [];
  const loss = (parameters: Tensor, ...given: Tensor[]): Scalar => {
    const context = trainingContext(plan, parameters as Tensor1D, inputs, observed);
    const seen = { ...inputs, ...Object.fromEntries(through.map((name, i) => [name, given[i]])) };
    const { total, report: reported } = objective.value({ context, inputs: seen, hyper: numbers });
    report = [total, ...reported].map((value) => tf.keep(tf.reshape(value, [1])));
    for (const moments of observed.values()) Object.values(moments).forEach(tf.keep);
    return tf.reshape(total, []) as Scalar;
  };
  const { grads } = tf.valueAndGrads(loss)([state.parameters, ...through.map((name) => inputs[name])]);
  const running = runningMoments(layout, observed, objective.batchSize, state, numbers);
  return { gradient: grads[0] as Tensor1D, of: grads.slice(1), report, running };
}

/** The state after a step along a gradient, and the norm of the gradient, [1]. */
export function alongGradient(
  { optimiser, clip, kept }: Pick<StepPlan, "optimiser" | "clip" | "kept">,
  state: TensorMap,
  gradient: Tensor1D,
  numbers: Readonly<Record<string, Scalar>>,
): { readonly moved: TensorMap; readonly norm: Tensor } {
  const mask = clip.only === undefined ? null : (state.clipMask as Tensor1D);
  const { clipped, norm } = clipByNorm(gradient, clip.norm, mask);
  const vectors = state as Vectors;
  const before = Object.fromEntries(["parameters", ...kept].map((name) => [name, vectors[name]]));
  const { rateScale, decay } = vectors;
  const rates = { learningRate: numbers.learningRate, rateScale, decay, numbers };
  const moved = optimiser.update(before, clipped, rates);
  const average = mix(state.average, moved.parameters, numbers.averaging);
  return { moved: { ...moved, average }, norm: tf.reshape(norm, [1]) };
}

/** What a model reads in training. @param observed receives the moments of batch normalisations */
export function trainingContext(
  { layout, noise }: Pick<StepPlan, "layout" | "noise">,
  parameters: Tensor1D,
  inputs: TensorMap,
  observed: Map<string, Moments>,
): ForwardContext {
  return {
    parameters: layout.parameters.unpack(parameters),
    training: true,
    noise: Object.fromEntries(noise.map(({ name }) => [name, inputs[noiseInput(name)]])),
    running: (name) => {
      throw new RangeError(`running moments of "${name}" were read in training`);
    },
    observe: (name, moments) => {
      observed.set(name, moments);
    },
  };
}

function runningMoments(
  { moments }: ModelLayout,
  observed: ReadonlyMap<string, Moments>,
  batchSize: number,
  { running }: TensorMap,
  { momentMemory }: Readonly<Record<string, Scalar>>,
): TensorMap {
  if (moments.size === 0) return {};
  return { running: mix(running, moments.pack(observed, batchSize, running as Tensor1D), momentMemory) };
}

/** memory * old + (1 - memory) * fresh. */
function mix(old: Tensor, fresh: Tensor, memory: Scalar): Tensor {
  return tf.add(fresh, tf.mul(memory, tf.sub(old, fresh)));
}
