import * as tf from "@tensorflow/tfjs";
import type * as Ort from "onnxruntime-node";
import type { CompiledStep, Engine, EngineOptions, EngineState, InitialTensor, StepDefinition } from "../engine.js";
import { sizeOf } from "../shapes.js";
import { stepStateSpecs } from "../step.js";
import { BoundUpdate } from "../update/bound-update.js";
import { OnnxState } from "./onnx-state.js";
import { loadSessionFactory, type OnnxName, type SessionFactory } from "./session.js";
import { type TracedStep, traceStep } from "./trace.js";

/**
 * The compiled engine: a step is traced once into an ONNX graph and run by ONNX Runtime.
 * @throws InputError if ONNX Runtime or the execution provider is missing
 */
export async function createOnnxEngine(
  name: OnnxName,
  options: EngineOptions & { readonly profilePrefix?: string } = {},
): Promise<Engine> {
  const sessions = await loadSessionFactory(name, options);
  await tf.ready();
  return {
    name,
    createState: (entries: readonly InitialTensor[]) => new OnnxState(sessions.runtime, entries),
    compile: (step, state) => compileStep(sessions, step, state),
  };
}

async function compileStep(sessions: SessionFactory, step: StepDefinition, state: EngineState): Promise<CompiledStep> {
  if (!(state instanceof OnnxState)) throw new Error(`step "${step.name}": the state was created by another engine`);
  const traced = traceStep(step, stepStateSpecs(step, state));
  // Where all of a step is an update, nothing is left for a session.
  const session = traced.model.operators.length > 0 ? await sessions.create(traced.model.bytes) : null;
  return new OnnxStep(sessions.runtime, session, step, traced, state);
}

/** A session with its input and output buffers. State entries are fed from, and written to, the buffers of the state. */
class OnnxStep implements CompiledStep {
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  private readonly feeds: Record<string, Ort.Tensor> = {};
  private readonly fetches: Record<string, Ort.Tensor> = {};
  private readonly read: readonly string[];
  private readonly update: BoundUpdate | null;

  constructor(
    runtime: typeof Ort,
    private readonly session: Ort.InferenceSession | null,
    step: StepDefinition,
    private readonly traced: TracedStep,
    private readonly state: OnnxState,
  ) {
    const used = new Set(traced.model.inputNames);
    const buffer = (shape: readonly number[]) => new Float32Array(sizeOf(shape));
    this.inputs = Object.fromEntries(step.inputs.map(({ name, shape }) => [name, buffer(shape)]));
    this.outputs = Object.fromEntries(traced.outputs.map(({ name, shape }) => [name, buffer(shape)]));
    for (const { name, shape } of step.inputs)
      if (used.has(`input/${name}`)) this.feeds[`input/${name}`] = runtimeTensor(runtime, this.inputs[name], shape);
    for (const { name, shape } of traced.outputs)
      this.fetches[`output/${name}`] = runtimeTensor(runtime, this.outputs[name], shape);
    this.update = traced.update && new BoundUpdate(traced.update, state);
    Object.assign(this.fetches, this.update?.fetches);
    this.read = step.state.filter((name) => used.has(`state/${name}`));
  }

  async run(): Promise<void> {
    for (const name of this.read) this.feeds[`state/${name}`] = this.state.current(name);
    for (const name of this.traced.changed) this.fetches[`next/${name}`] = this.state.spare(name);
    await this.session?.run(this.feeds, this.fetches);
    for (const name of this.traced.changed) this.state.swap(name);
    this.update?.run();
  }

  dispose(): void {
    void this.session?.release();
  }
}

function runtimeTensor(runtime: typeof Ort, values: Float32Array, shape: readonly number[]): Ort.Tensor {
  return new runtime.Tensor("float32", values, [...shape]);
}
