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
}

/**
 * One training step as a pure function of (state, batch, noise, hyper-parameters): forward pass, loss, gradient,
 * clipping, optimiser, moving average of the weights, running moments where the model has any.
 */
export function fitStep(objective: Objective, layout: ModelLayout, { optimiser, clip }: StepOptions): FitStep {
  const { model, batchSize } = objective;
  const noise = [...model.noise, ...objective.noise];
  const running = layout.moments.size > 0;
  const hyper = new HyperParameters([
    ...["learningRate", ...optimiser.numbers, "averaging"],
    ...(running ? ["momentMemory"] : []),
    ...objective.hyper,
  ]);
  const kept = optimiser.keeps.map(({ name }) => name);
  const plan: StepPlan = { objective, layout, optimiser, clip, hyper, noise, kept };
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
  };
}

interface StepPlan extends StepOptions, Pick<FitStep, "hyper" | "noise"> {
  readonly objective: Objective;
  readonly layout: ModelLayout;
  /** Names of what the optimiser keeps. */
  readonly kept: readonly string[];
}

function runStep(plan: StepPlan, state: TensorMap, inputs: TensorMap): ReturnType<StepDefinition["run"]> {
  const { layout, hyper, optimiser, clip, kept } = plan;
  const numbers = hyper.unpack(inputs[HyperParameters.inputName]);
  const observed = new Map<string, Moments>();
  let report: Tensor[] = [];
  const loss = (parameters: Tensor): Scalar => {
    const context = trainingContext(plan, parameters as Tensor1D, inputs, observed);
    const { total, report: reported } = plan.objective.value({ context, inputs, hyper: numbers });
    report = [total, ...reported].map((value) => tf.keep(tf.reshape(value, [1])));
    for (const moments of observed.values()) Object.values(moments).forEach(tf.keep);
    return tf.reshape(total, []) as Scalar;
  };
  const { grad } = tf.valueAndGrad(loss)(state.parameters);
  const mask = clip.only === undefined ? null : (state.clipMask as Tensor1D);
  const { clipped, norm } = clipByNorm(grad as Tensor1D, clip.norm, mask);
  const vectors = state as Vectors;
  const before = Object.fromEntries(["parameters", ...kept].map((name) => [name, vectors[name]]));
  const { rateScale, decay } = vectors;
  const rates = { learningRate: numbers.learningRate, rateScale, decay, numbers };
  const moved = optimiser.update(before, clipped, rates);
  return {
    state: {
      ...moved,
      average: mix(state.average, moved.parameters, numbers.averaging),
      ...runningMoments(layout, observed, plan.objective.batchSize, state, numbers),
    },
    outputs: { report: tf.concat([...report, tf.reshape(norm, [1])]) },
  };
}

function trainingContext(
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
