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
  const out = new Float32Array(shape.reduce((product, length) => product * length, 1));
  const walk = merged(shape, stepsOf(a.shape, shape), stepsOf(b.shape, shape));
  const last = walk.shape.length - 1;
  const line = { at: 0, a: 0, b: 0, width: walk.shape[last], stepA: walk.a[last], stepB: walk.b[last] };
  const at = new Array<number>(last).fill(0);
  for (; line.at < out.length; line.at += line.width) {
    oneLine(operation, a.values, b.values, out, line);
    for (let d = last - 1; d >= 0; d--) {
      line.a += walk.a[d];
      line.b += walk.b[d];
      if (++at[d] < walk.shape[d]) break;
      line.a -= walk.a[d] * walk.shape[d];
      line.b -= walk.b[d] * walk.shape[d];
      at[d] = 0;
    }
  }
  return out;
}

/** Dimensions of what comes out, with how far the next number along each lies in both tensors. */
interface Walk {
  readonly shape: number[];
  readonly a: number[];
  readonly b: number[];
}

/** The same numbers along as few dimensions as can be, one at least: those that follow one another without a jump are one. */
function merged(shape: readonly number[], stepsA: readonly number[], stepsB: readonly number[]): Walk {
  const walk: Walk = { shape: [1], a: [0], b: [0] };
  for (let d = shape.length - 1; d >= 0; d--) {
    const [length, stepA, stepB] = [shape[d], stepsA[d], stepsB[d]];
    if (length === 1) continue;
    const [inner, a, b] = [walk.shape[0], walk.a[0], walk.b[0]];
    if (inner === 1) [walk.shape[0], walk.a[0], walk.b[0]] = [length, stepA, stepB];
    else if (stepA === a * inner && stepB === b * inner) walk.shape[0] = inner * length;
    else {
      walk.shape.unshift(length);
      walk.a.unshift(stepA);
      walk.b.unshift(stepB);
    }
  }
  return walk;
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
