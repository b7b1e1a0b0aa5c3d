import type * as Ort from "onnxruntime-node";
import type { EngineState, InitialTensor, TensorSpec } from "./engine.js";
import { checkInitial, checkLength } from "./step.js";

/** The two buffers of an entry. A step reads one and writes the other, so no output shares memory with an input. */
interface Entry {
  readonly spec: TensorSpec;
  current: Ort.TypedTensor<"float32">;
  /** Made when the first step that changes the entry runs. */
  spare?: Ort.TypedTensor<"float32">;
}

/** State entries in host memory, as tensors that ONNX Runtime reads and writes in place. */
export class OnnxState implements EngineState {
  readonly specs: readonly TensorSpec[];
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly runtime: typeof Ort,
    entries: readonly InitialTensor[],
  ) {
    checkInitial(entries);
    this.specs = entries.map(({ name, shape }) => ({ name, shape: [...shape] }));
    for (const [i, { name, values }] of entries.entries())
      this.entries.set(name, { spec: this.specs[i], current: this.tensor(this.specs[i], values.slice()) });
  }

  read(name: string): Float32Array {
    return this.entry(name).current.data.slice();
  }

  write(name: string, values: Float32Array): void {
    const { spec, current } = this.entry(name);
    checkLength(name, spec.shape, values);
    current.data.set(values);
  }

  dispose(): void {
    this.entries.clear();
  }

  /** The values of an entry. */
  current(name: string): Ort.Tensor {
    return this.entry(name).current;
  }

  /** Where a step writes the next values of an entry. */
  spare(name: string): Ort.Tensor {
    const entry = this.entry(name);
    entry.spare ??= this.tensor(entry.spec, new Float32Array(entry.current.data.length));
    return entry.spare;
  }

  /** Makes the values that a step wrote the current ones. */
  swap(name: string): void {
    const entry = this.entry(name);
    if (!entry.spare) throw new Error(`state entry "${name}" was not written`);
    [entry.current, entry.spare] = [entry.spare, entry.current];
  }

  private entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (!entry) throw new Error(`unknown or disposed state entry "${name}"; the state has ${[...this.entries.keys()]}`);
    return entry;
  }

  private tensor({ shape }: TensorSpec, values: Float32Array): Ort.TypedTensor<"float32"> {
    return new this.runtime.Tensor("float32", values, [...shape]);
  }
}
