import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js";
import * as core from "@tensorflow/tfjs-core";

const operations = ["Add", "Sub", "Multiply", "RealDiv"] as const;

/** What is done with two numbers. */
export type Operation = (typeof operations)[number];

/** A tensor as it lies in memory. */
export interface Operand {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/**
 * Adds, subtracts, multiplies and divides tensors of single precision on plain JavaScript with the results of the kernels of
 * TensorFlow.js, which find the place of every single number by its coordinates. Other types are left to the kernels that were there.
 */
export function registerBroadcast(): void {
  for (const operation of operations) {
    const before = core.getKernel(operation, "cpu");
    core.unregisterKernel(operation, "cpu");
    core.registerKernel({
      ...before,
      kernelFunc: (call) => {
        const { a, b } = call.inputs as unknown as Readonly<Record<"a" | "b", core.TensorInfo>>;
        if (a.dtype !== "float32" || b.dtype !== "float32") return before.kernelFunc(call);
        const backend = call.backend as MathBackendCPU;
        const operand = ({ dataId, shape }: core.TensorInfo) => {
          return { values: backend.data.get(dataId).values as Float32Array, shape };
        };
        const shape = core.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
        return backend.makeTensorInfo(shape, "float32", broadcast(operation, operand(a), operand(b), shape));
      },
    });
  }
}

/**
 * One operation on two tensors, each repeated along the dimensions that it has once or not.
 * @param shape what both are repeated to
 */
export function broadcast(operation: Operation, a: Operand, b: Operand, shape: readonly number[]): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const out = new Float32Array(size);
  const width = shape[shape.length - 1] ?? 1;
  const stepsA = stepsOf(a.shape, shape);
  const stepsB = stepsOf(b.shape, shape);
  for (let at = 0; at < size; at += width) {
    const from = { at, width, a: placeOf(at, shape, stepsA), b: placeOf(at, shape, stepsB) };
    oneLine(operation, a.values, b.values, out, {
      ...from,
      ...{ stepA: stepsA[shape.length - 1] ?? 0, stepB: stepsB[shape.length - 1] ?? 0 },
    });
  }
  return out;
}

/** How far the next number along each dimension of a shape lies in a tensor; 0 where it is repeated. */
function stepsOf(own: readonly number[], shape: readonly number[]): number[] {
  const missing = shape.length - own.length;
  let step = 1;
  const steps = new Array<number>(shape.length).fill(0);
  for (let d = own.length - 1; d >= 0; d--) {
    if (own[d] !== 1) steps[missing + d] = step;
    step *= own[d];
  }
  return steps;
}

/** Where the number lies in a tensor that stands at a place of the whole. */
function placeOf(at: number, shape: readonly number[], steps: readonly number[]): number {
  let rest = at;
  let place = 0;
  for (let d = shape.length - 1; d >= 0; d--) {
    place += (rest % shape[d]) * steps[d];
    rest = Math.floor(rest / shape[d]);
  }
  return place;
}

/** Numbers along the last dimension: where they begin, and how far the next one is. */
interface Line {
  readonly at: number;
  readonly width: number;
  readonly a: number;
  readonly b: number;
  readonly stepA: number;
  readonly stepB: number;
}

function oneLine(operation: Operation, a: Float32Array, b: Float32Array, out: Float32Array, line: Line): void {
  const { at, width, stepA, stepB } = line;
  const end = at + width;
  let i = line.a;
  let j = line.b;
  if (operation === "Add") for (let k = at; k < end; k++, i += stepA, j += stepB) out[k] = a[i] + b[j];
  else if (operation === "Sub") for (let k = at; k < end; k++, i += stepA, j += stepB) out[k] = a[i] - b[j];
  else if (operation === "Multiply") for (let k = at; k < end; k++, i += stepA, j += stepB) out[k] = a[i] * b[j];
  else for (let k = at; k < end; k++, i += stepA, j += stepB) out[k] = a[i] / b[j];
}
