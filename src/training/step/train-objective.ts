import type { Scalar, Tensor } from "@tensorflow/tfjs";
import type { LossesConfig } from "../../config/losses.js";
import type { TensorSpec } from "../../engine/engine.js";
import type { Objective, Pass } from "../../fit/step.js";
import type { PidReg } from "../../models/pidreg.js";
import type { Task, TaskLoss } from "../../tasks/task.js";
import tf from "../../tensorflow.js";
import { bandwidths, objectiveNoise, objectiveTerms } from "./objective.js";
import type { ObjectiveTerm } from "./objective-term.js";
import { evaluateTerms, forwardTraining, rowParts } from "./train-forward.js";

/** The weighted terms of PIDReg as what a step minimises. */
export interface PidRegObjective extends Objective {
  readonly model: PidReg;
  readonly terms: readonly ObjectiveTerm[];
  /** Rows whose entries the joint Gaussianity term sorts; 0 when the term is off. */
  readonly jointRows: number;
}

export interface PidRegObjectiveOptions {
  readonly batchSize: number;
  readonly losses: LossesConfig;
  readonly task: Pick<Task, "loss">;
  /** Whether rows may lack modalities; the step then reads `present` [batch, M]. */
  readonly absentModalities?: boolean | undefined;
  /**
   * Whether rows of the table may lack modalities, whatever is taken away beside; the step then reads `owned` [batch, M],
   * and batch normalisations of encoders and losses on latents see no filled features.
   */
  readonly lackingRows?: boolean | undefined;
  /** Rows that go through encoders of convolutions or attention at a time; all of a batch if left out. */
  readonly microBatch?: number | undefined;
}

/** Name of the hyper-parameter that weighs a term. */
export const weightName = (term: string) => `weight.${term}`;

/** Name of the reported lambda of a modality. */
export const lambdaName = (modality: string) => `lambda.${modality}`;

/**
 * The objective of PIDReg for batches of one size. It reports every term unweighted, those of weight 0 too, and lambda
 * per modality.
 */
export function pidRegObjective(model: PidReg, options: PidRegObjectiveOptions): PidRegObjective {
  const { batchSize, losses, task } = options;
  const loss = task.loss(losses);
  const names = model.architecture.modalities.map(({ name }) => name);
  const terms = objectiveTerms(model, losses, loss);
  const jointRows = losses.jointGaussianity.weight > 0 ? Math.min(losses.jointGaussianity.rows, batchSize) : 0;
  return {
    model,
    batchSize,
    terms,
    jointRows,
    inputs: stepInputs(model, options, jointRows, loss),
    noise: objectiveNoise(model, losses),
    hyper: [...bandwidths(names, losses, loss).map(({ name }) => name), ...terms.map(({ name }) => weightName(name))],
    report: [...terms.map(({ name }) => name), ...names.map(lambdaName)],
    byRows: rowParts(model, batchSize, options.microBatch),
    value: (pass) => weightedTerms(model, terms, jointRows, pass),
  };
}

function weightedTerms(
  model: PidReg,
  terms: readonly ObjectiveTerm[],
  jointRows: number,
  { context, inputs, hyper }: Pass,
): { total: Tensor; report: Tensor[] } {
  const forward = forwardTraining(model, context, inputs);
  const values = evaluateTerms(terms, forward, inputs, hyper, jointRows);
  // Terms of weight 0 are only logged: a gradient of them would cost time and be multiplied by 0.
  const weighted = terms.flatMap(({ name, weight }, i) =>
    weight > 0 ? [tf.mul(values[i], hyper[weightName(name)] as Scalar)] : [],
  );
  const total = weighted.reduce((a, b) => tf.add(a, b));
  return { total, report: [...values, ...model.meanLambda(forward.encoded)] };
}

function stepInputs(
  model: PidReg,
  { batchSize, absentModalities, lackingRows }: PidRegObjectiveOptions,
  jointRows: number,
  { gaussianTarget }: Pick<TaskLoss, "gaussianTarget">,
): TensorSpec[] {
  const { modalities, targets, latentDim } = model.architecture;
  const width = (gaussianTarget ? targets : 0) + modalities.length * latentDim;
  const joint: TensorSpec[] = [
    { name: "joint.centre", shape: [width] },
    { name: "joint.whitening", shape: [width, width] },
    { name: "joint.scores", shape: [jointRows * width] },
  ];
  const presence = { shape: [batchSize, modalities.length] };
  return [
    ...modalities.map(({ name, inputWidth }) => ({ name: `x.${name}`, shape: [batchSize, inputWidth] })),
    { name: "target", shape: [batchSize, targets] },
    { name: "gaussianTarget", shape: [batchSize, targets] },
    { name: "fusionWeights", shape: [model.terms.length] },
    ...(jointRows > 0 ? joint : []),
    ...(absentModalities ? [{ name: "present", ...presence }] : []),
    ...(lackingRows ? [{ name: "owned", ...presence }] : []),
  ];
}
