import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { z } from "zod";
import type { DataConfig } from "../config/data.js";
import type { LossesConfig } from "../config/losses.js";
import type { Config } from "../config/schema.js";
import type { Target } from "../data/dataset.js";
import type { Graph, Value } from "../engine/onnx/onnx-graph.js";
import type { LinearMap } from "../models/baselines/linear-map.js";
import type { MeasuredTask } from "./measured-task.js";
import type { TaskIntervals } from "./task-intervals.js";
import type { TaskSets } from "./task-sets.js";

/**
 * What is predicted, and all that follows from it: how targets are encoded for the network and read back, what is
 * minimised, by what an epoch is judged, how predictions are measured, what they are compared with, and the Gaussian view
 * on which information is counted. Training, runs and studies know a task by this contract alone.
 *
 * True values are row-major [rows, targets]. Encoded values, outputs of the network and the Gaussian view have `outputs`
 * columns, predictions `columns`: of regression one per target; of K classes K - 1 outputs (the Gaussian view needs a
 * covariance that can be inverted) and K probabilities. Each target owns as many consecutive columns as any other.
 */
export interface Task extends MeasuredTask {
  readonly encode: TargetEncoding;
  /** What a step minimises, by the `losses` section. */
  readonly loss: (losses: LossesConfig) => TaskLoss;
  /** By what the validation rows judge an epoch. */
  readonly cost: (rows: JudgedRows) => Validation;
  /**
   * A linear map from prepared features to outputs of the network, fitted on training rows.
   * @param held validation rows, which may choose a penalty
   */
  readonly linear: (train: LinearRows, held: LinearRows) => LinearMap;
  /** How far off predictions may be; left out by a task whose predictions say so themselves. */
  readonly intervals?: TaskIntervals;
  /** Which classes a row may be of; left out by a task of numbers. */
  readonly sets?: TaskSets;
  /** How information is counted: on the Gaussian view, as if it were Gaussian, or on posteriors of classes. */
  readonly atoms: "gaussian" | "classes";
  /** Refuses a config that asks for what the task does not have. @throws InputError naming the key */
  readonly accepts?: (config: Config) => void;
}

/** Fits codings and brings them back from a model.json. */
export interface TargetEncoding {
  /** @param targets name and training values of each target @throws InputError for a target that cannot be learned */
  readonly fit: (targets: readonly Target[], data: DataConfig) => TargetCoding;
  /** The keys of a model.json that hold a coding. */
  readonly keys: Readonly<Record<string, z.ZodType>>;
  /**
   * A coding from those keys.
   * @param outputs columns that the network gives
   * @throws InputError naming file and key of what is wrong
   */
  readonly read: (stored: Readonly<Record<string, unknown>>, outputs: number, file: string) => TargetCoding;
}

/** What was fitted on the training values of the targets. */
export interface TargetCoding {
  /** Names of the targets, in the order of the columns. */
  readonly names: readonly string[];
  /** Labels of the classes of the target, in the order of the columns of predictions; left out for numbers. */
  readonly classes?: readonly string[];
  /** True values, [rows] per target -> what the loss compares the outputs with, [rows, outputs]. */
  readonly encode: (values: readonly ArrayLike<number>[]) => Float32Array;
  /** Outputs of the network [rows, outputs] -> predictions as the user reads them [rows, columns]. */
  readonly decode: (outputs: Float32Array) => Float64Array;
  /** True values [rows, targets] as predictions that know them [rows, columns]. */
  readonly asPredictions: (values: Float64Array) => Float64Array;
  /**
   * The same coding with what brings predictions closer to held-out rows; left out by a task that has no such thing.
   * @param outputs of the rows [rows, outputs] @param truth their true values [rows, targets]
   */
  readonly calibrated?: (outputs: Float32Array, truth: Float64Array) => TargetCoding;
  readonly gaussianView: GaussianView;
  /** Predictions of another model [rows, columns], brought to where those of the network can lie. */
  readonly limit: (prediction: Float64Array) => Float64Array;
  /** Per target the range of its training values. */
  readonly ranges: readonly { readonly name: string; readonly min: number; readonly max: number }[];
  /** Writes `decode` into an exported graph: [rows, outputs] float32 -> [rows, columns] float64. */
  readonly toGraph: (graph: Graph, outputs: Value) => Value;
  /** The keys of a model.json that hold it. */
  readonly toJSON: () => Readonly<Record<string, unknown>>;
}

/** Targets and outputs as columns that are close to jointly Gaussian, unit variance on the training part. */
export interface GaussianView {
  /** True values, [rows] per target -> [rows, outputs]: what atoms are about. */
  readonly ofValues: (values: readonly ArrayLike<number>[]) => Float64Array;
  /** Outputs of the network [rows, outputs] -> [rows, outputs] on the same scale. */
  readonly ofOutputs: (outputs: Float32Array) => Float32Array;
}

/** What the prediction loss reads in a step. */
export interface PredictionGiven {
  /** Outputs of the network and encoded targets, [batch, outputs]. */
  readonly prediction: Tensor2D;
  readonly target: Tensor2D;
  /** Gram matrix [batch, batch] of the fused latent, and the kernel width on the targets; with `kernels` only. */
  readonly condition: () => Tensor2D;
  readonly bandwidth: () => Tensor;
}

/** The losses of a task. */
export interface TaskLoss {
  /** Whether `prediction` reads `condition` and `bandwidth`. */
  readonly kernels: boolean;
  /** Whether the joint Gaussianity of targets and latents is of targets too; classes are not Gaussian, and it is of latents alone. */
  readonly gaussianTarget: boolean;
  /** Scalar that the network's outputs are trained on. */
  readonly prediction: (given: PredictionGiven) => Tensor;
  /** Scalar that the linear heads on latents are trained on. */
  readonly auxiliary: (given: AuxiliaryGiven) => Tensor;
  /** How far two outputs of each row are from one another, [batch] from [batch, outputs] each; 0 where they agree. */
  readonly distances: (a: Tensor2D, b: Tensor2D) => Tensor1D;
}

/** What the loss of a linear head on latents reads in a step. */
export interface AuxiliaryGiven {
  /** What the head says, of targets on the Gaussian view or encoded, as the task takes it: [batch, outputs]. */
  readonly prediction: Tensor2D;
  /** The Gaussian view of the targets, and the encoded targets, [batch, outputs]. */
  readonly gaussian: Tensor2D;
  readonly target: Tensor2D;
  /** [batch], 1 for rows that count; all count if left out. */
  readonly rows?: Tensor1D | undefined;
}

/** Rows of a linear map, row-major. */
export interface LinearRows {
  readonly rows: number;
  /** Prepared features of all modalities side by side, [rows, width]. */
  readonly features: Float32Array;
  /** Encoded targets [rows, outputs], and true values [rows, targets]. */
  readonly encoded: Float32Array;
  readonly truth: Float64Array;
}

/** Validation rows with what the network says of them, row-major. */
export interface JudgedRows {
  readonly losses: LossesConfig;
  readonly targets: readonly string[];
  readonly outputs: Float32Array;
  readonly encoded: Float32Array;
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  /** True values of the training rows, row-major [training rows, targets]. */
  readonly training: () => Float64Array;
}

/**
 * What an epoch is judged by, and numbers to show beside it. Where there is a number `relativeX` beside `x`, the relative
 * one is shown: a mean over targets of different units is in none.
 */
export interface Validation {
  /** Lower is better: the epoch of the lowest is kept. */
  readonly loss: number;
  readonly [name: string]: number;
}

/** Columns of a prediction: a probability for each class, else one per target. */
export function predictionWidth({ names, classes }: Pick<TargetCoding, "names" | "classes">): number {
  return names.length * (classes?.length ?? 1);
}
