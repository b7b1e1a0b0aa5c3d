import type { Tensor } from "@tensorflow/tfjs";
import type { EngineName } from "../config/engines.js";

/** Name and shape of a float32 tensor that a step receives. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

export type TensorMap = Readonly<Record<string, Tensor>>;

/**
 * One step as a pure function of state and inputs. It draws no random numbers, reads no tensor values and uses no
 * JavaScript number that changes between calls, so that it can be traced once and compiled.
 * `state` in the result holds the entries that changed; an entry left out keeps its value.
 */
export type StepFunction = (state: TensorMap, inputs: TensorMap) => { state?: TensorMap; outputs: TensorMap };

export interface StepDefinition {
  /** Shown in errors and profiles. */
  readonly name: string;
  readonly run: StepFunction;
  /** State entries that the step reads or writes; every name must exist in the state it is compiled against. */
  readonly state: readonly string[];
  readonly inputs: readonly TensorSpec[];
}

/**
 * Persistent tensors of one model (weights, moments, running statistics), shared by all steps compiled against it.
 * Values are float32 and are copied in and out.
 */
export interface EngineState {
  readonly specs: readonly TensorSpec[];
  /** A copy of an entry's values; they may have to come from a device. @throws if the name is unknown */
  read(name: string): Promise<Float32Array>;
  /** @throws if the name is unknown or the length differs from the shape */
  write(name: string, values: Float32Array): void;
  /** Frees the tensors; a second call does nothing. Dispose of the steps compiled against it first. */
  dispose(): void;
}

/**
 * A step bound to a state. Fill `inputs`, `run()`, read `outputs` (valid until the next run; eager engines add the
 * entries in the first run). One run at a time per state: await each run before the next.
 */
export interface CompiledStep {
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  run(): Promise<void>;
  /** Frees what it compiled to; a second call does nothing. */
  dispose(): Promise<void>;
}

export interface InitialTensor extends TensorSpec {
  readonly values: Float32Array;
}

/** What an engine has given out and not got back. */
export interface EngineHoldings {
  readonly states: number;
  readonly steps: number;
}

/** What executes steps: eager TensorFlow.js on some backend, or a compiled graph. */
export interface Engine {
  readonly name: EngineName;
  /** States and steps that were not disposed of yet. */
  readonly held: EngineHoldings;
  createState(entries: readonly InitialTensor[]): EngineState;
  compile(step: StepDefinition, state: EngineState): Promise<CompiledStep>;
  /** Disposes of everything that it holds; it can then make nothing more. A second call does nothing. */
  dispose(): Promise<void>;
}

export interface EngineOptions {
  /** Threads inside one operation; 1 by default: results do not depend on it, small steps are fastest with 1. */
  readonly threads?: number;
  /** Receives what the user should know: why `auto` did not choose the compiled engine. A process warning by default. */
  readonly onMessage?: (message: string) => void;
}
