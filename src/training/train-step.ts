import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import type { LossesConfig } from "../config/losses.js";
import type { TrainingConfig } from "../config/training.js";
import type { StepDefinition, TensorMap, TensorSpec } from "../engine/engine.js";
import { fillAbsent, termValues } from "../models/fusion.js";
import type { Moments, NoiseSpec } from "../models/module.js";
import type { Encoded, PidReg } from "../models/pidreg.js";
import { adamUpdate, clipByNorm } from "./adam.js";
import { HyperParameters } from "./hyper.js";
import type { ModelLayout } from "./model-layout.js";
import { bandwidthNames, type ObjectiveTerm, objectiveNoise, objectiveTerms, SharedGrams } from "./objective.js";

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
  const predictorOnly = optimizer.clipScope === "predictor";
  const run: StepDefinition["run"] = (state, inputs) => {
    const rates = hyper.unpack(inputs[HyperParameters.inputName]);
    const observed = new Map<string, Moments>();
    let report: Tensor[] = [];
    const loss = (parameters: Tensor): Scalar => {
      const forward = forwardTraining(model, layout, parameters as Tensor1D, inputs, noise, observed);
      const values = evaluateTerms(terms, forward, inputs, rates, jointRows);
      // Terms of weight 0 are only logged: a gradient of them would cost time and be multiplied by 0.
      const weighted = terms.flatMap(({ name, weight }, i) =>
        weight > 0 ? [tf.mul(values[i], rates[`weight.${name}`])] : [],
      );
      const total = weighted.reduce((a, b) => tf.add(a, b));
      report = [total, ...values, ...model.meanLambda(forward.encoded)].map((value) => tf.keep(tf.reshape(value, [1])));
      for (const { mean, variance } of observed.values()) [mean, variance].forEach(tf.keep);
      return tf.reshape(total, []) as Scalar;
    };
    const { grad } = tf.valueAndGrad(loss)(state.parameters);
    const mask = predictorOnly ? (state.clipMask as Tensor1D) : null;
    const { clipped, norm } = clipByNorm(grad as Tensor1D, optimizer.clipNorm, mask);
    const adam = adamUpdate(adamState(state), clipped, adamInputs(state, rates), optimizer);
    return {
      state: {
        ...adam,
        average: mix(state.average, adam.parameters, rates.averaging),
        running: mix(state.running, layout.moments.pack(observed, batchSize), rates.momentMemory),
      },
      outputs: { report: tf.concat([...report, tf.reshape(norm, [1])]) },
    };
  };
  const stateNames = ["parameters", "moment1", "moment2", "average", "running", "rateScale", "decay"];
  return {
    definition: {
      name: "train",
      run,
      state: predictorOnly ? [...stateNames, "clipMask"] : stateNames,
      inputs: [
        ...stepInputs(model, batchSize, hyper, noise, jointRows),
        ...(options.absentModalities ? [{ name: "present", shape: [batchSize, names.length] }] : []),
      ],
    },
    terms,
    hyper,
    noise,
    jointRows,
    report: ["total", ...terms.map(({ name }) => name), ...names.map((name) => `lambda.${name}`), "gradientNorm"],
  };
}

function forwardTraining(
  model: PidReg,
  layout: ModelLayout,
  parameters: Tensor1D,
  inputs: TensorMap,
  noise: readonly NoiseSpec[],
  observed: Map<string, Moments>,
) {
  const context = {
    parameters: layout.parameters.unpack(parameters),
    training: true,
    noise: Object.fromEntries(noise.map(({ name }) => [name, inputs[`noise.${name}`]])),
    running: (name: string): Moments => {
      throw new RangeError(`running moments of "${name}" were read in training`);
    },
    observe: (name: string, moments: Moments) => {
      observed.set(name, moments);
    },
  };
  const features = model.architecture.modalities.map(({ name }) => inputs[`x.${name}`] as Tensor2D);
  const encoded = model.encode(context, features);
  const fused = model.fuse(context, presentTerms(model, encoded, inputs), inputs.fusionWeights as Tensor1D);
  return { context, features, encoded, fused, prediction: model.predict(context, fused) };
}

/**
 * What the fusion sees. Losses on latents see every row, whatever is taken away at random; a row whose modality is absent
 * from the table enters them, and the moments of the batch normalisation, with filled features.
 */
function presentTerms({ terms }: PidReg, encoded: Encoded, { present }: TensorMap): readonly Tensor2D[] {
  if (present === undefined) return encoded.terms;
  const { bottlenecks } = encoded;
  const latents = bottlenecks.map(({ latent }) => latent);
  const means = bottlenecks.map(({ mean }) => mean);
  return termValues(terms, fillAbsent(latents, means, present as Tensor2D));
}

function evaluateTerms(
  terms: readonly ObjectiveTerm[],
  forward: ReturnType<typeof forwardTraining>,
  inputs: TensorMap,
  hyper: Record<string, Scalar>,
  jointRows: number,
): Tensor[] {
  const grams = new SharedGrams(hyper);
  const given = {
    encoded: forward.encoded,
    fused: forward.fused,
    prediction: forward.prediction,
    target: inputs.target as Tensor2D,
    gaussianTarget: inputs.gaussianTarget as Tensor2D,
    inputs: forward.features,
    noise: forward.context.noise,
    hyper,
    joint:
      jointRows === 0
        ? null
        : {
            whitening: {
              mean: inputs["joint.centre"] as Tensor1D,
              whitening: inputs["joint.whitening"] as Tensor2D,
            },
            scores: inputs["joint.scores"] as Tensor1D,
          },
  };
  return terms.map((term) => term.value(given, grams));
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
