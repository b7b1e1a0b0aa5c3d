import { RunError } from "../../errors.js";
import tf from "../../tensorflow.js";
import type { CompiledStep, Engine, EngineState, InitialTensor, StepDefinition, TensorSpec } from "../engine.js";
import { Ledger } from "../ledger.js";
import { sizeOf } from "../shapes.js";
import { callStep, checkInitial, checkLength, inStepScope, stepStateSpecs } from "../step.js";
import { withBackend } from "./with-backend.js";

/**
 * An engine that runs steps on a backend of TensorFlow.js that is loaded, operation by operation.
 * @param name what the engine is called
 */
export function eagerEngineOn(backend: string, name: Engine["name"]): Engine {
  const ledger = new Ledger(name);
  return {
    name,
    get held() {
      return ledger.held;
    },
    createState: (entries) => {
      ledger.assertOpen();
      return ledger.addState(new EagerState(backend, entries, ledger));
    },
    compile: async (step, state) => {
      ledger.assertOpen();
      if (!(state instanceof EagerState) || state.ledger !== ledger)
        throw new Error(`step "${step.name}": the state was created by another engine`);
      return ledger.addStep(new EagerStep(step, state));
    },
    dispose: () => ledger.close(),
  };
}

/** State entries as tensors of one tfjs backend. */
class EagerState implements EngineState {
  readonly specs: readonly TensorSpec[];
  private readonly tensors = new Map<string, tf.Tensor>();

  constructor(
    readonly backend: string,
    entries: readonly InitialTensor[],
    readonly ledger: Ledger,
  ) {
    checkInitial(entries);
    this.specs = entries.map(({ name, shape }) => ({ name, shape: [...shape] }));
    for (const { name, values } of entries) this.write(name, values);
  }

  async read(name: string): Promise<Float32Array> {
    return ((await this.tensor(name).data()) as Float32Array).slice();
  }

  write(name: string, values: Float32Array): void {
    const spec = this.specs.find((entry) => entry.name === name);
    if (!spec) throw new Error(`unknown state entry "${name}"; the state has ${this.specs.map((s) => s.name)}`);
    checkLength(name, spec.shape, values);
    withBackend(this.backend, () => this.replace(name, tf.keep(makeTensor(values, spec))));
  }

  tensor(name: string): tf.Tensor {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`unknown or disposed state entry "${name}"`);
    return tensor;
  }

  /** Takes over `tensor`, which must outlive the scope it was made in. */
  replace(name: string, tensor: tf.Tensor): void {
    this.tensors.get(name)?.dispose();
    this.tensors.set(name, tensor);
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
    this.ledger.removeState(this);
  }
}

class EagerStep implements CompiledStep {
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly outputs: Record<string, Float32Array> = {};

  constructor(
    private readonly step: StepDefinition,
    private readonly state: EagerState,
  ) {
    stepStateSpecs(step, state);
    this.inputs = Object.fromEntries(step.inputs.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]));
  }

  async run(): Promise<void> {
    try {
      withBackend(this.state.backend, () => inStepScope((keep) => this.runInScope(keep)));
    } catch (cause) {
      throw lackingKernel(this.step.name, cause) ?? cause;
    }
  }

  async dispose(): Promise<void> {
    this.state.ledger.removeStep(this);
  }

  private runInScope(keep: (tensor: tf.Tensor) => tf.Tensor): void {
    const inputs = this.step.inputs.map((spec) => [spec.name, makeTensor(this.inputs[spec.name], spec)]);
    const state = this.step.state.map((name) => [name, this.state.tensor(name)]);
    const result = callStep(this.step, Object.fromEntries(state), Object.fromEntries(inputs));
    for (const [name, tensor] of Object.entries(result.outputs)) this.store(name, tensor.dataSync() as Float32Array);
    const changed = Object.entries(result.state).map(([name, tensor]) => [name, keep(tf.clone(tensor))] as const);
    for (const [name, tensor] of changed) this.state.replace(name, tensor);
  }

  private store(name: string, values: Float32Array): void {
    this.outputs[name] ??= new Float32Array(values.length);
    this.outputs[name].set(values);
  }
}

/** Backends of tfjs lack some kernels, of gradients above all: what to say of one; undefined of another error. */
function lackingKernel(step: string, cause: unknown): RunError | undefined {
  const [, kernel, backend] = /Kernel '(\w+)' not registered for backend '([\w-]+)'/.exec(String(cause)) ?? [];
  if (kernel === undefined) return undefined;
  return new RunError(
    `step "${step}": the TensorFlow.js backend ${backend} lacks the operation ${kernel}; run with --engine auto, or with ` +
      "--engine cpu, which is slow",
    { cause },
  );
}

/** A tensor with its own copy of the values (the cpu backend would keep the caller's array). */
function makeTensor(values: Float32Array, spec: TensorSpec): tf.Tensor {
  return tf.tensor(values.slice(), [...spec.shape], "float32");
}
