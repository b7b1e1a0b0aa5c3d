import type { Tensor } from "@tensorflow/tfjs";
import type { PresentRows } from "../losses/present-rows.js";
import type { ParameterSpec } from "./parameters.js";

/** A random tensor that a training step needs; the caller draws it, the step receives it. */
export interface NoiseSpec {
  readonly name: string;
  readonly shape: (batchSize: number) => readonly number[];
  /** Standard normal draws, or an inverted dropout mask with the given rate. */
  readonly kind: "normal" | "dropout";
  readonly rate?: number;
}

/** Per-feature mean and variance that a batch normalisation keeps for inference. */
export interface MomentSpec {
  readonly name: string;
  readonly width: number;
}

export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** Rows behind them, scalar; the whole batch if left out. */
  readonly count?: Tensor;
}

/** What a module reads during one forward pass. */
export interface ForwardContext {
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Batch moments in training, running moments at inference. */
  readonly training: boolean;
  /** Noise by name. Absent noise is replaced by its mean: no dropout, no bottleneck noise. */
  readonly noise: Readonly<Record<string, Tensor>>;
  /** Running moments by name; read at inference only. */
  readonly running: (name: string) => Moments;
  /** Receives the batch moments of every batch normalisation in training. */
  readonly observe: (name: string, moments: Moments) => void;
  /** Rows of the batch that have what enters, in training; all of them if left out. */
  readonly rows?: PresentRows;
}

/** What a part of the model declares; its forward function is a pure function of context and input. */
export interface ModuleSpec {
  readonly parameters: readonly ParameterSpec[];
  readonly moments: readonly MomentSpec[];
  readonly noise: readonly NoiseSpec[];
}

export function joinSpecs(parts: readonly ModuleSpec[]): ModuleSpec {
  return {
    parameters: parts.flatMap((part) => part.parameters),
    moments: parts.flatMap((part) => part.moments),
    noise: parts.flatMap((part) => part.noise),
  };
}

export const emptySpec: ModuleSpec = { parameters: [], moments: [], noise: [] };
