import type * as Ort from "onnxruntime-node";
import tf from "../../tensorflow.js";
import type { CompiledStep, Engine, EngineOptions, EngineState, InitialTensor, StepDefinition } from "../engine.js";
import { Ledger } from "../ledger.js";
import { sizeOf } from "../shapes.js";
import { stepStateSpecs } from "../step.js";
import { BoundUpdate } from "../update/bound-update.js";
import { blockSize } from "./block-size.js";
import { DeviceState } from "./device-state.js";
import { Downloads } from "./downloads.js";
import { MemoryState } from "./memory-state.js";
import type { OnnxState } from "./onnx-state.js";
import { loadSessionFactory, type OnnxName, type SessionFactory } from "./session.js";
import { type TracedStep, type TraceOptions, traceStep } from "./trace.js";

/**
 * Where the state of an engine lies: in a WebAssembly memory, which sessions and update loops share; on the device; or in
 * tensors of the host that sessions make, as a device without buffers of its own would leave them.
 */
export type StatePlace = "memory" | "device" | "host";

/**
 * ONNX Runtime for Node hands out buffers of WebGPU, not of CUDA: there results come through the host's memory with every
 * step whatever is done with them, and the loop spares moments the way.
 */
const places: Readonly<Record<OnnxName, StatePlace>> = {
  onnx: "memory",
  "onnx-cuda": "memory",
  "onnx-webgpu": "device",
};

/** A shader of WebGPU binds 8 buffers on every device, its input among them. */
const mostOutputs = 7;

export interface OnnxEngineOptions extends EngineOptions {
  readonly profilePrefix?: string;
  /** Where states lie; where they do best for the engine if left out. */
  readonly place?: StatePlace;
  /** Channels that convolutions take together, 1 for standard operators; what the processor takes if left out. */
  readonly block?: number;
}

/**
 * The compiled engine: a step is traced once into an ONNX graph and run by ONNX Runtime.
 * @throws InputError if ONNX Runtime or the execution provider is missing
 */
export async function createOnnxEngine(name: OnnxName, options: OnnxEngineOptions = {}): Promise<Engine> {
  const sessions = await loadSessionFactory(name, options);
  await tf.ready();
  const place = options.place ?? places[name];
  // Only the provider for processors has convolutions of blocks.
  const block = async () => options.block ?? (name === "onnx" ? blockSize(sessions) : 1);
  const ledger = new Ledger(name);
  const downloads = new Downloads(sessions);
  return {
    name,
    get held() {
      return ledger.held;
    },
    createState: (entries) => {
      ledger.assertOpen();
      return ledger.addState(createState(sessions, entries, ledger, place, downloads));
    },
    compile: async (step, state) => {
      ledger.assertOpen();
      return ledger.addStep(await compileStep(sessions, step, ownState(step, state, ledger), block));
    },
    dispose: async () => {
      await ledger.close();
      await downloads.dispose();
    },
  };
}

function createState(
  { runtime }: SessionFactory,
  entries: readonly InitialTensor[],
  ledger: Ledger,
  place: StatePlace,
  downloads: Downloads,
): OnnxState {
  if (place === "memory") return new MemoryState(runtime, entries, ledger);
  return new DeviceState(runtime, entries, ledger, place === "device", downloads);
}

function ownState(step: StepDefinition, state: EngineState, ledger: Ledger): OnnxState {
  if ((state instanceof MemoryState || state instanceof DeviceState) && state.ledger === ledger) return state;
  throw new Error(`step "${step.name}": the state was created by another engine`);
}

async function compileStep(
  sessions: SessionFactory,
  step: StepDefinition,
  state: OnnxState,
  blockSize: () => Promise<number>,
): Promise<OnnxStep> {
  const options: TraceOptions = state instanceof MemoryState ? { updates: "loop" } : { updates: "nodes", mostOutputs };
  const specs = stepStateSpecs(step, state);
  const standard = traceStep(step, specs, options);
  const block = standard.model.operators.includes("Conv") ? await blockSize() : 1;
  const traced = block === 1 ? standard : traceStep(step, specs, { ...options, block });
  const onDevice = state.onDevice ? traced.changed.map(nextName) : [];
  // Where all of a step is an update, nothing is left for a session.
  const session = traced.model.operators.length > 0 ? await sessions.create(traced.model.bytes, onDevice) : null;
  return new OnnxStep(sessions.runtime, session, step, traced, state);
}

const nextName = (entry: string) => `next/${entry}`;
const outputName = (name: string) => `output/${name}`;

/** A session with its input and output buffers. State entries are fed from, and written to, the buffers of the state. */
class OnnxStep implements CompiledStep {
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  private readonly feeds: Record<string, Ort.Tensor> = {};
  private readonly fetches: Record<string, Ort.Tensor | null> = {};
  private readonly read: readonly string[];
  private readonly update: BoundUpdate | null;
  private disposed = false;

  constructor(
    runtime: typeof Ort,
    private readonly session: Ort.InferenceSession | null,
    private readonly step: StepDefinition,
    private readonly traced: TracedStep,
    private readonly state: OnnxState,
  ) {
    const used = new Set(traced.model.inputNames);
    const buffer = (shape: readonly number[]) => new Float32Array(sizeOf(shape));
    this.inputs = Object.fromEntries(step.inputs.map(({ name, shape }) => [name, buffer(shape)]));
    this.outputs = Object.fromEntries(traced.outputs.map(({ name, shape }) => [name, buffer(shape)]));
    for (const { name, shape } of step.inputs)
      if (used.has(`input/${name}`)) this.feeds[`input/${name}`] = runtimeTensor(runtime, this.inputs[name], shape);
    // A session that leaves results on its device makes all of them itself.
    for (const { name, shape } of traced.outputs)
      this.fetches[outputName(name)] = state.onDevice ? null : runtimeTensor(runtime, this.outputs[name], shape);
    this.update = traced.update && state instanceof MemoryState ? new BoundUpdate(traced.update, state) : null;
    Object.assign(this.fetches, this.update?.fetches);
    this.read = step.state.filter((name) => used.has(`state/${name}`));
  }

  async run(): Promise<void> {
    if (this.disposed) throw new Error(`step "${this.step.name}" was disposed of`);
    const { changed } = this.traced;
    for (const name of this.read) this.feeds[`state/${name}`] = this.state.current(name);
    for (const name of changed) this.fetches[nextName(name)] = this.state.destination(name);
    const written = await this.session?.run(this.feeds, this.fetches);
    for (const name of changed) this.state.settle(name, written?.[nextName(name)] as Ort.Tensor);
    this.update?.run();
    if (!this.state.onDevice) return;
    for (const { name } of this.traced.outputs)
      this.outputs[name].set(written?.[outputName(name)].data as Float32Array);
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    this.state.ledger.removeStep(this);
    await this.session?.release();
  }
}

function runtimeTensor(runtime: typeof Ort, values: Float32Array, shape: readonly number[]): Ort.Tensor {
  return new runtime.Tensor("float32", values, [...shape]);
}
