import type { backend_util } from "@tensorflow/tfjs";
import { RunError } from "../../errors.js";
import tf from "../../tensorflow.js";
import { type Graph, isUniform } from "../graph/graph.js";
import type { DType, Value } from "../graph/value.js";
import { kernels } from "../kernels/index.js";
import type { Kernel, Traced } from "../kernels/kernel.js";
import { channelsLast } from "../kernels/order.js";
import { sizeOf } from "../shapes.js";

/** Name under which the tracing backend is registered with tfjs. */
export const traceBackendName = "pidreg-trace";

/** A constant with more elements than this must be an input of the step. */
const largestConstant = 4096;

/** What a tfjs data id stands for: a traced tensor of one graph, or plain values that wait to be used in one. */
interface Entry {
  readonly traced?: Traced;
  readonly graph?: Graph;
  readonly values?: backend_util.BackendValues;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  references: number;
}

/**
 * A tfjs backend whose kernels do not compute: each writes ONNX nodes into the current graph. Running a step under it,
 * gradients and optimiser included, leaves the step's graph.
 */
export class TraceBackend extends tf.KernelBackend {
  private readonly entries = new tf.DataStorage<Entry>(this as never, tf.engine());
  private graph: Graph | undefined;

  /** Runs `body` with kernels writing into `graph`. */
  record<T>(graph: Graph, body: () => T): T {
    const outer = this.graph;
    this.graph = graph;
    try {
      return body();
    } finally {
      this.graph = outer;
    }
  }

  /** A tfjs tensor that stands for a value of the current graph. */
  tensor(traced: Traced): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.store(traced));
  }

  /** What a tensor stands for in the current graph. Tensors made outside the step become constants. */
  traced({ dataId, shape }: tf.TensorInfo): Traced {
    const entry = this.entries.get(dataId);
    if (entry.traced && entry.graph === this.graph) return { ...entry.traced, shape };
    if (entry.values) return { shape, value: this.constant(entry.values, entry.shape, entry.dtype) };
    throw new RunError("a tensor of an earlier trace was used; make tensors that outlive a step outside of it");
  }

  call(name: string, kernel: Kernel, inputs: tf.NamedTensorInfoMap, attrs: unknown): tf.TensorInfo | tf.TensorInfo[] {
    const operand = (info: tf.TensorInfo) =>
      kernel.anyOrder ? this.traced(info) : channelsLast(this.current, this.traced(info));
    const operands = Object.entries(inputs).flatMap(([key, info]) => (info ? [[key, operand(info)]] : []));
    try {
      const result = kernel({ graph: this.current, inputs: Object.fromEntries(operands), attrs });
      return Array.isArray(result) ? result.map((traced) => this.store(traced)) : this.store(result as Traced);
    } catch (cause) {
      if (cause instanceof RunError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RunError(`the tfjs operation ${name} could not be compiled: ${reason}`, { cause });
    }
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.entries.set(dataId, { values, shape, dtype, references: 1 });
    return dataId;
  }

  override move(
    dataId: object,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.entries.set(dataId, { values, shape, dtype, references });
  }

  override readSync(dataId: object): backend_util.BackendValues {
    const { values, traced } = this.entries.get(dataId);
    if (values) return values;
    const { data, dtype } = traced!.value;
    if (data && dtype !== "int64") return repeat(data as tf.TypedArray, sizeOf(traced!.shape));
    throw new RunError(
      "a tensor's value was read inside a step (dataSync, arraySync, print or an `if` on a tensor); " +
        "a step is compiled before it has values: use tf.where, or return the tensor as an output and read it there",
    );
  }

  override async read(dataId: object): Promise<backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.entries.has(dataId)) return true;
    const entry = this.entries.get(dataId);
    entry.references--;
    if (!force && entry.references > 0) return false;
    this.entries.delete(dataId);
    return true;
  }

  override refCount(dataId: object): number {
    return this.entries.has(dataId) ? this.entries.get(dataId).references : 0;
  }

  override incRef(dataId: object): void {
    this.entries.get(dataId).references++;
  }

  override numDataIds(): number {
    return this.entries.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {}

  private get current(): Graph {
    if (this.graph) return this.graph;
    throw new Error(`the ${traceBackendName} backend works only while a step is compiled`);
  }

  private store(traced: Traced): tf.TensorInfo {
    const { dtype } = traced.value;
    if (dtype === "int64" || dtype === "float64") throw new Error(`${dtype} has no tfjs type`);
    const dataId = {};
    this.entries.set(dataId, { traced, graph: this.graph, shape: traced.shape, dtype, references: 1 });
    return { dataId, shape: [...traced.shape], dtype };
  }

  private constant(values: backend_util.BackendValues, shape: readonly number[], dtype: tf.DataType): Value {
    const numbers = values as tf.TypedArray;
    if (dtype === "string" || dtype === "complex64") throw new RunError(`a step cannot use a ${dtype} tensor`);
    if (numbers.length > 0 && isUniform(numbers)) return this.current.scalar(Number(numbers[0]), dtype as DType);
    if (numbers.length <= largestConstant) return this.current.constant(numbers, shape, dtype as DType);
    throw new RunError(
      `a tensor of shape [${shape}] was made inside a step or captured by it and would be frozen into the compiled ` +
        `graph; make it an input or a state entry (random numbers: always inputs, drawn from the seeded generator)`,
    );
  }
}

let backend: TraceBackend | undefined;

/** The tracing backend, registered with tfjs at the first call. */
export function traceBackend(): TraceBackend {
  if (backend) return backend;
  tf.registerBackend(traceBackendName, () => new TraceBackend(), 0);
  const instance = tf.findBackend(traceBackendName) as TraceBackend;
  const known = tf.getKernelsForBackend("cpu").map((config) => config.kernelName);
  for (const kernelName of new Set([...Object.keys(kernels), ...known])) {
    const kernel = kernels[kernelName] ?? unsupported(kernelName);
    tf.registerKernel({
      kernelName,
      backendName: traceBackendName,
      kernelFunc: ({ inputs, attrs }) => instance.call(kernelName, kernel, inputs, attrs),
    });
  }
  backend = instance;
  return instance;
}

function unsupported(kernelName: string): Kernel {
  return () => {
    throw new RunError(
      `the compiled engine does not know the tfjs operation ${kernelName}: write the step without it, ` +
        `add a kernel to src/engine/kernels (docs/engine.md says how), or run with --engine wasm`,
    );
  };
}

function repeat(data: tf.TypedArray, length: number): tf.TypedArray {
  if (data.length === length) return data;
  return new (data.constructor as new (length: number) => tf.TypedArray)(length).fill(data[0] as never);
}
