import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import type { LossesConfig } from "../../config/losses.js";
import type { TrainingConfig } from "../../config/training.js";
import type { StepDefinition, TensorMap, TensorSpec } from "../../engine/engine.js";
import { adamUpdate, clipByNorm } from "../../fit/adam.js";
import { HyperParameters } from "../../fit/hyper.js";
import type { ModelLayout } from "../../fit/model-layout.js";
import type { Moments, NoiseSpec } from "../../models/module.js";
import type { PidReg } from "../../models/pidreg.js";
import { bandwidthNames, type ObjectiveTerm, objectiveNoise, objectiveTerms } from "./objective.js";
import { evaluateTerms, forwardTraining } from "./train-forward.js";

/** A training step and what its caller has to feed. */
export interface TrainStep {
  readonly definition: StepDefinition;
  readonly terms: readonly ObjectiveTerm[];
  readonly hyper: HyperParameters;
  readonly noise: readonly NoiseSpec[];
  /** Rows whose entries the joint Gaussianity term sorts; 0 when the term is off. */
  readonly jointRows: number;
  /** Names of the numbers in the output `report`, in its order. */
  readonly report: readonly string[];
}

export interface TrainStepOptions {
  readonly batchSize: number;
  readonly losses: LossesConfig;
  readonly optimizer: TrainingConfig["optimizer"];
  /** Whether rows may lack modalities; the step then reads `present` [batch, M]. */
  readonly absentModalities?: boolean;
  /**
   * Whether rows of the table may lack modalities, whatever is taken away beside; the step then reads `owned` [batch, M],
   * and batch normalisations of encoders and losses on latents see no filled features.
   */
  readonly lackingRows?: boolean;
}

/**
 * One training step as a pure function of (state, batch, noise, hyper-parameters): forward pass, weighted terms,
 * gradient, clipping, Adam, moving average of the weights, running moments.
 */
export function trainStep(model: PidReg, layout: ModelLayout, options: TrainStepOptions): TrainStep {
  const { batchSize, losses, optimizer } = options;
  const names = model.architecture.modalities.map(({ name }) => name);
  const terms = objectiveTerms(model, losses);
  const noise = [...model.noise, ...objectiveNoise(model, losses)];
  const jointRows = losses.jointGaussianity.weight > 0 ? Math.min(losses.jointGaussianity.rows, batchSize) : 0;
  const hyper = new HyperParameters([
    ...["learningRate", "correction1", "correction2", "averaging", "momentMemory"],
    ...bandwidthNames(names, losses),
    ...terms.map(({ name }) => `weight.${name}`),
  ]);
  const plan: StepPlan = { model, layout, terms, noise, jointRows, hyper, batchSize, optimizer };
  const stateNames = ["parameters", "moment1", "moment2", "average", "running", "rateScale", "decay"];
  const presence = { shape: [batchSize, names.length] };
  return {
    definition: {
      name: "train",
      run: (state, inputs) => runStep(plan, state, inputs),
      state: optimizer.clipScope === "predictor" ? [...stateNames, "clipMask"] : stateNames,
      inputs: [
        ...stepInputs(model, batchSize, hyper, noise, jointRows),
        ...(options.absentModalities ? [{ name: "present", ...presence }] : []),
        ...(options.lackingRows ? [{ name: "owned", ...presence }] : []),
      ],
    },
    ...{ terms, hyper, noise, jointRows },
    report: ["total", ...terms.map(({ name }) => name), ...names.map((name) => `lambda.${name}`), "gradientNorm"],
  };
}

interface StepPlan extends Pick<TrainStep, "terms" | "hyper" | "noise" | "jointRows"> {
  readonly model: PidReg;
  readonly layout: ModelLayout;
  readonly batchSize: number;
  readonly optimizer: TrainStepOptions["optimizer"];
}

function runStep(plan: StepPlan, state: TensorMap, inputs: TensorMap): ReturnType<StepDefinition["run"]> {
  const { layout, hyper, batchSize, optimizer } = plan;
  const rates = hyper.unpack(inputs[HyperParameters.inputName]);
  const observed = new Map<string, Moments>();
  let report: Tensor[] = [];
  const loss = (parameters: Tensor): Scalar => {
    const weighed = weightedTerms(plan, parameters as Tensor1D, inputs, rates, observed);
    report = weighed.report.map((value) => tf.keep(tf.reshape(value, [1])));
    for (const moments of observed.values()) Object.values(moments).forEach(tf.keep);
    return tf.reshape(weighed.total, []) as Scalar;
  };
  const { grad } = tf.valueAndGrad(loss)(state.parameters);
  const mask = optimizer.clipScope === "predictor" ? (state.clipMask as Tensor1D) : null;
  const { clipped, norm } = clipByNorm(grad as Tensor1D, optimizer.clipNorm, mask);
  const adam = adamUpdate(adamState(state), clipped, adamInputs(state, rates), optimizer);
  return {
    state: {
      ...adam,
      average: mix(state.average, adam.parameters, rates.averaging),
      running: mix(
        state.running,
        layout.moments.pack(observed, batchSize, state.running as Tensor1D),
        rates.momentMemory,
      ),
    },
    outputs: { report: tf.concat([...report, tf.reshape(norm, [1])]) },
  };
}

/** The objective with what the step reports of it: the total, every term unweighted, lambda per modality. */
function weightedTerms(
  { model, layout, terms, noise, jointRows }: StepPlan,
  parameters: Tensor1D,
  inputs: TensorMap,
  rates: Record<string, Scalar>,
  observed: Map<string, Moments>,
): { total: Tensor; report: Tensor[] } {
  const forward = forwardTraining({ model, layout, inputs, noise, observed }, parameters);
  const values = evaluateTerms(terms, forward, inputs, rates, jointRows);
  // Terms of weight 0 are only logged: a gradient of them would cost time and be multiplied by 0.
  const weighted = terms.flatMap(({ name, weight }, i) =>
    weight > 0 ? [tf.mul(values[i], rates[`weight.${name}`])] : [],
  );
  const total = weighted.reduce((a, b) => tf.add(a, b));
  return { total, report: [total, ...values, ...model.meanLambda(forward.encoded)] };
}

function stepInputs(
  model: PidReg,
  batchSize: number,
  hyper: HyperParameters,
  noise: readonly NoiseSpec[],
  jointRows: number,
): TensorSpec[] {
  const { modalities, targets, latentDim } = model.architecture;
  const width = targets + modalities.length * latentDim;
  const joint: TensorSpec[] = [
    { name: "joint.centre", shape: [width] },
    { name: "joint.whitening", shape: [width, width] },
    { name: "joint.scores", shape: [jointRows * width] },
  ];
  return [
    ...modalities.map(({ name, inputWidth }) => ({ name: `x.${name}`, shape: [batchSize, inputWidth] })),
    { name: "target", shape: [batchSize, targets] },
    { name: "gaussianTarget", shape: [batchSize, targets] },
    { name: "fusionWeights", shape: [model.terms.length] },
    { name: HyperParameters.inputName, shape: [hyper.names.length] },
    ...noise.map(({ name, shape }) => ({ name: `noise.${name}`, shape: shape(batchSize) })),
    ...(jointRows > 0 ? joint : []),
  ];
}

function adamState(state: TensorMap) {
  const { parameters, moment1, moment2 } = state as Record<string, Tensor1D>;
  return { parameters, moment1, moment2 };
}

function adamInputs(state: TensorMap, rates: Record<string, Scalar>) {
  const { rateScale, decay } = state as Record<string, Tensor1D>;
  const { learningRate, correction1, correction2 } = rates;
  return { rateScale, decay, learningRate, correction1, correction2 };
}

/** memory * old + (1 - memory) * fresh. */
function mix(old: Tensor, fresh: Tensor, memory: Scalar): Tensor {
  return tf.add(fresh, tf.mul(memory, tf.sub(old, fresh)));
}
