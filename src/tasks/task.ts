import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { z } from "zod";
import type { DataConfig } from "../config/data.js";
import type { LossesConfig } from "../config/losses.js";
import type { Target } from "../data/dataset.js";
import type { Graph, Value } from "../engine/onnx/onnx-graph.js";
import type { MeasuredTask } from "./measured-task.js";
import type { TaskIntervals } from "./task-intervals.js";

/**
 * What is predicted, and all that follows from it: how targets are encoded for the network and read back, what is
 * minimised, by what an epoch is judged, how predictions are measured, what they are compared with, and the Gaussian view
 * on which information is counted. Training, runs and studies know a task by this contract alone.
 *
 * One number of columns, `targets`, runs through all of it: true values, encoded values, outputs of the network,
 * predictions and the Gaussian view are row-major [rows, targets]. A class takes part as the columns that make it up
 * (of K classes K - 1: the Gaussian view needs a covariance that can be inverted).
 */
export interface Task extends MeasuredTask {
  readonly encode: TargetEncoding;
  /** What a step minimises, by the `losses` section. */
  readonly loss: (losses: LossesConfig) => TaskLoss;
  /** By what the validation rows judge an epoch. */
  readonly cost: (rows: JudgedRows) => Validation;
  /** How far off predictions may be; left out by a task whose predictions say so themselves. */
  readonly intervals?: TaskIntervals;
}

/** Fits codings and brings them back from a model.json. */
export interface TargetEncoding {
  /** @param targets name and training values of each target @throws InputError for a target that cannot be learned */
  readonly fit: (targets: readonly Target[], data: DataConfig) => TargetCoding;
  /** The keys of a model.json that hold a coding. */
  readonly keys: Readonly<Record<string, z.ZodType>>;
  /**
   * A coding from those keys.
   * @param targets columns that the network predicts
   * @throws InputError naming file and key of what is wrong
   */
  readonly read: (stored: Readonly<Record<string, unknown>>, targets: number, file: string) => TargetCoding;
}

/** What was fitted on the training values of the targets. */
export interface TargetCoding {
  /** Names of the targets, in the order of the columns. */
  readonly names: readonly string[];
  /** True values, [rows] per target -> what the loss compares the outputs with, [rows, targets]. */
  readonly encode: (values: readonly ArrayLike<number>[]) => Float32Array;
  /** Outputs of the network [rows, targets] -> predictions as the user reads them [rows, targets]. */
  readonly decode: (outputs: Float32Array) => Float64Array;
  readonly gaussianView: GaussianView;
  /** Predictions of another model [rows, targets], brought to where those of the network can lie. */
  readonly limit: (prediction: Float64Array) => Float64Array;
  /** Per target the range of its training values. */
  readonly ranges: readonly { readonly name: string; readonly min: number; readonly max: number }[];
  /** Writes `decode` into an exported graph: [rows, targets] float32 -> float64. */
  readonly toGraph: (graph: Graph, outputs: Value) => Value;
  /** The keys of a model.json that hold it. */
  readonly toJSON: () => Readonly<Record<string, unknown>>;
}

/** Targets and outputs as columns that are close to jointly Gaussian, unit variance on the training part. */
export interface GaussianView {
  /** True values, [rows] per target -> [rows, targets]: what atoms are about. */
  readonly ofValues: (values: readonly ArrayLike<number>[]) => Float64Array;
  /** Outputs of the network [rows, targets] -> [rows, targets] on the same scale. */
  readonly ofOutputs: (outputs: Float32Array) => Float32Array;
}

/** What the prediction loss reads in a step. */
export interface PredictionGiven {
  /** Outputs of the network and encoded targets, [batch, targets]. */
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
  /** Scalar that the network's outputs are trained on. */
  readonly prediction: (given: PredictionGiven) => Tensor;
  /**
   * Scalar that the linear heads on latents are trained on.
   * @param prediction what a head says of the Gaussian view, [batch, targets]
   * @param target     the Gaussian view of the targets, [batch, targets]
   * @param rows       [batch], 1 for rows that count; all count if left out
   */
  readonly auxiliary: (prediction: Tensor2D, target: Tensor2D, rows?: Tensor1D) => Tensor;
}

/** Validation rows with what the network says of them, row-major [rows, targets]. */
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
