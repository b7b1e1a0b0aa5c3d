import type * as Ort from "onnxruntime-node";
import type { InitialTensor, TensorSpec } from "../engine.js";
import type { Ledger } from "../ledger.js";
import { checkInitial, checkLength } from "../step.js";
import type { Downloads } from "./downloads.js";
import type { OnnxState } from "./onnx-state.js";

/**
 * State entries as tensors that sessions make: on a device that keeps its results, weights never leave it but to be read.
 * No loop of the host reaches them, so that an optimiser's update is part of the graph.
 */
export class DeviceState implements OnnxState {
  readonly specs: readonly TensorSpec[];
  private readonly tensors = new Map<string, Ort.Tensor>();

  /** @param onDevice whether results of sessions stay on the device, or come as tensors of the host */
  constructor(
    private readonly runtime: typeof Ort,
    initial: readonly InitialTensor[],
    readonly ledger: Ledger,
    readonly onDevice: boolean,
    private readonly downloads: Downloads,
  ) {
    checkInitial(initial);
    this.specs = initial.map(({ name, shape }) => ({ name, shape: [...shape] }));
    for (const { name, values } of initial) this.write(name, values);
  }

  async read(name: string): Promise<Float32Array> {
    return this.downloads.read(this.current(name));
  }

  write(name: string, values: Float32Array): void {
    const spec = this.specs.find((entry) => entry.name === name);
    if (!spec) throw new Error(`unknown state entry "${name}"; the state has ${this.specs.map((s) => s.name)}`);
    checkLength(name, spec.shape, values);
    this.settle(name, new this.runtime.Tensor("float32", values.slice(), [...spec.shape]));
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
    this.ledger.removeState(this);
  }

  current(name: string): Ort.Tensor {
    const tensor = this.tensors.get(name);
    if (!tensor)
      throw new Error(`unknown or disposed state entry "${name}"; the state has ${[...this.tensors.keys()]}`);
    return tensor;
  }

  destination(): null {
    return null;
  }

  settle(name: string, written: Ort.Tensor): void {
    this.tensors.get(name)?.dispose();
    this.tensors.set(name, written);
  }
}
