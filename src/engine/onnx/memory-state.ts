import type * as Ort from "onnxruntime-node";
import type { InitialTensor, TensorSpec } from "../engine.js";
import type { Ledger } from "../ledger.js";
import { sizeOf } from "../shapes.js";
import { checkInitial, checkLength } from "../step.js";
import { scratchVectors } from "../update/extract.js";
import { type WasmMemory, webAssembly } from "../update/webassembly.js";
import type { OnnxState } from "./onnx-state.js";

type FloatTensor = Ort.TypedTensor<"float32">;

/** The buffers of an entry. A session reads one and writes another, so no output shares memory with an input. */
interface Entry {
  readonly spec: TensorSpec;
  /** The buffer in the state's memory, and its address there. */
  readonly home: FloatTensor;
  readonly address: number;
  current: FloatTensor;
  /** Made when the first session that changes the entry runs. */
  spare?: FloatTensor;
}

/** Room beside the entries, handed out from its start. */
export interface Scratch {
  /** A tensor in the state's memory and its byte address. @throws if the room is used up */
  take(shape: readonly number[]): { readonly address: number; readonly tensor: Ort.Tensor };
}

/**
 * State entries in one WebAssembly memory, as tensors that ONNX Runtime reads and writes in place and that update loops
 * reach by address.
 */
export class MemoryState implements OnnxState {
  readonly onDevice = false;
  readonly specs: readonly TensorSpec[];
  readonly memory: WasmMemory;
  private readonly entries = new Map<string, Entry>();
  private readonly scratchAddress: number;

  constructor(
    private readonly runtime: typeof Ort,
    initial: readonly InitialTensor[],
    readonly ledger: Ledger,
  ) {
    checkInitial(initial);
    this.specs = initial.map(({ name, shape }) => ({ name, shape: [...shape] }));
    const sizes = this.specs.map(({ shape }) => paddedBytes(shape));
    this.scratchAddress = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const total = this.scratchAddress + scratchVectors * Math.max(0, ...sizes) + scalarBytes;
    this.memory = new webAssembly.Memory({ initial: Math.ceil(total / pageBytes) });
    let address = 0;
    for (const [i, spec] of this.specs.entries()) {
      const home = this.tensorAt(address, spec.shape);
      home.data.set(initial[i].values);
      this.entries.set(spec.name, { spec, home, address, current: home });
      address += sizes[i];
    }
  }

  async read(name: string): Promise<Float32Array> {
    return this.entry(name).current.data.slice();
  }

  write(name: string, values: Float32Array): void {
    const { spec, current } = this.entry(name);
    checkLength(name, spec.shape, values);
    current.data.set(values);
  }

  dispose(): void {
    this.entries.clear();
    this.ledger.removeState(this);
  }

  current(name: string): Ort.Tensor {
    return this.entry(name).current;
  }

  /** The buffer of an entry that is not in use. */
  destination(name: string): Ort.Tensor {
    const entry = this.entry(name);
    const { shape } = entry.spec;
    entry.spare ??= new this.runtime.Tensor("float32", new Float32Array(sizeOf(shape)), [...shape]);
    return entry.spare;
  }

  settle(name: string): void {
    const entry = this.entry(name);
    if (!entry.spare) throw new Error(`state entry "${name}" was not written`);
    [entry.current, entry.spare] = [entry.spare, entry.current];
  }

  /** Address of an entry's values in the memory; they are brought there if a session wrote them elsewhere. */
  address(name: string): number {
    const entry = this.entry(name);
    if (entry.current !== entry.home) {
      entry.home.data.set(entry.current.data);
      this.settle(name);
    }
    return entry.address;
  }

  /** All of the room beside the entries; what an earlier call handed out is handed out again. */
  scratch(): Scratch {
    let next = this.scratchAddress;
    return {
      take: (shape) => {
        const address = next;
        next += paddedBytes(shape);
        if (next > this.memory.buffer.byteLength) throw new Error("the state's scratch memory is used up");
        return { address, tensor: this.tensorAt(address, shape) };
      },
    };
  }

  private entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (!entry) throw new Error(`unknown or disposed state entry "${name}"; the state has ${[...this.entries.keys()]}`);
    return entry;
  }

  private tensorAt(address: number, shape: readonly number[]): FloatTensor {
    const values = new Float32Array(this.memory.buffer, address, sizeOf(shape));
    return new this.runtime.Tensor("float32", values, [...shape]);
  }
}

const pageBytes = 65536;
/** Room for the single numbers that updates read. */
const scalarBytes = 4096;

/** Bytes of a tensor, rounded up so that loops over four elements end within it. */
function paddedBytes(shape: readonly number[]): number {
  return 16 * Math.ceil(sizeOf(shape) / 4);
}
