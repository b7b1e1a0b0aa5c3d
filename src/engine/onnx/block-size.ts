import type * as Ort from "onnxruntime-node";
import { buildModel, rewriteOutputs } from "../graph/build.js";
import { Graph } from "../graph/graph.js";
import { kernels } from "../kernels/index.js";
import { full, type Traced, traced } from "../kernels/kernel.js";
import { sizeOf } from "../shapes.js";
import type { SessionFactory } from "./session.js";

/** Sizes of blocks that ONNX Runtime has, of the widest registers first. */
const candidates = [16, 8, 4];
const shapes = { x: [16, 7, 4, 32], filter: [3, 3, 32, 32], dy: [16, 4, 2, 32], numbers: [32] } as const;

let known: Promise<number> | undefined;

/**
 * The number of channels that ONNX Runtime's own convolutions take together on this processor, which it says nowhere: the
 * candidate with which forward pass and gradients of a convolution, a pool and a map by channel equal those of the standard
 * operators; 1 where none does. Asked once in a process.
 */
export function blockSize(factory: SessionFactory): Promise<number> {
  known ??= findBlockSize(factory);
  return known;
}

async function findBlockSize(factory: SessionFactory): Promise<number> {
  const expected = await convolve(factory, 1);
  for (const block of candidates) {
    const found = await convolve(factory, block).catch(() => null);
    if (found !== null && agree(found, expected)) return block;
  }
  return 1;
}

/** Forward pass and gradients of a convolution with a step of 2, and what may follow it in blocks. */
async function convolve(factory: SessionFactory, block: number): Promise<Float32Array[]> {
  const graph = new Graph({ block });
  const call = (kernel: string, inputs: Readonly<Record<string, Traced>>, attrs: object = {}) =>
    kernels[kernel]({ graph, inputs, attrs }) as Traced;
  const input = (name: keyof typeof shapes) => traced(graph.input(name, shapes[name], "float32"));
  const [x, filter, dy, numbers] = [input("x"), input("filter"), input("dy"), input("numbers")];
  const sizes = { strides: 2, pad: "same" };
  const y = call("Conv2D", { x, filter }, sizes);
  const window = { filterSize: 2, strides: 2, pad: "valid" };
  const pooled = call("MaxPool", { x: y }, window);
  const values = [
    y,
    call("Conv2DBackpropInput", { dy, filter }, { ...sizes, inputShape: shapes.x }),
    call("Conv2DBackpropFilter", { x, dy }, { ...sizes, filterShape: shapes.filter }),
    pooled,
    call("MaxPoolGrad", { dy: pooled, input: y, output: pooled }, window),
    call("Sum", { x: call("Multiply", { a: y, b: y }) }, { axis: [0, 1, 2] }),
    call("Add", { a: call("Multiply", { a: y, b: numbers }), b: numbers }),
  ];
  const outputs = rewriteOutputs(
    graph,
    values.map((value, i) => ({ name: `y${i}`, value: full(graph, value) })),
  );
  const session = await factory.create(buildModel(graph, "block size", outputs).bytes, []);
  try {
    const feeds = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, pattern(factory.runtime, shape)]),
    );
    const results = await session.run(feeds);
    return outputs.map(({ name }) => results[name].data as Float32Array);
  } finally {
    await session.release();
  }
}

/** Different numbers of both signs, the same at every call. */
function pattern(runtime: typeof Ort, shape: readonly number[]): Ort.Tensor {
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 1013) / 506 - 1);
  return new runtime.Tensor("float32", values, [...shape]);
}

/** Whether values differ by rounding alone. */
function agree(found: readonly Float32Array[], expected: readonly Float32Array[]): boolean {
  return found.every((values, k) => {
    const largest = expected[k].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return values.every((value, i) => Math.abs(value - expected[k][i]) <= 1e-5 * largest);
  });
}
