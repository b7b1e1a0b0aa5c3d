import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js";
import * as core from "@tensorflow/tfjs-core";

/**
 * Transposes, slices and splits tensors of single precision on plain JavaScript line by line; the kernels of TensorFlow.js find the place of
 * every single number by its coordinates. Other types are left to the kernels that were there.
 */
export function registerStrided(): void {
  replace("Transpose", ({ x, backend, attrs }) => {
    const { perm } = attrs as { readonly perm: readonly number[] };
    const strides = stridesOf(x.shape);
    const shape = perm.map((d) => x.shape[d]);
    const read = {
      shape,
      steps: perm.map((d) => strides[d]),
      from: 0,
    };
    return backend.makeTensorInfo(shape, "float32", strided(valuesOf(backend, x), read));
  });
  replace("Slice", ({ x, backend, attrs }) => {
    const { begin, size } = attrs as { readonly begin: number | number[]; readonly size: number | number[] };
    // An array of numbers is all that it takes of a tensor.
    const [start, sizes] = core.slice_util.parseSliceParams(x as core.Tensor, begin, size);
    core.slice_util.assertParamsValid(x as core.Tensor, start, sizes);
    return sliced(backend, x, start, sizes);
  });
  replace("SplitV", ({ x, backend, attrs }) => {
    const { numOrSizeSplits, axis } = attrs as { readonly numOrSizeSplits: number | number[]; readonly axis: number };
    const [along] = core.util.parseAxisParam(axis, x.shape);
    const sizes = core.backend_util.prepareSplitSize(x as core.Tensor, numOrSizeSplits, along);
    const start = x.shape.map(() => 0);
    return sizes.map((width) => {
      const part = sliced(
        backend,
        x,
        start,
        x.shape.map((length, d) => (d === along ? width : length)),
      );
      start[along] += width;
      return part;
    });
  });
}

interface Call {
  readonly x: core.TensorInfo;
  readonly backend: MathBackendCPU;
  readonly attrs: unknown;
}

function replace(kernelName: string, run: (call: Call) => core.TensorInfo | core.TensorInfo[]): void {
  const before = core.getKernel(kernelName, "cpu");
  core.unregisterKernel(kernelName, "cpu");
  core.registerKernel({
    ...before,
    kernelFunc: (call) => {
      const x = call.inputs.x as core.TensorInfo;
      if (x.dtype !== "float32") return before.kernelFunc(call);
      return run({ x, backend: call.backend as MathBackendCPU, attrs: call.attrs });
    },
  });
}

function valuesOf(backend: MathBackendCPU, { dataId }: core.TensorInfo): Float32Array {
  return backend.data.get(dataId).values as Float32Array;
}

function sliced(
  backend: MathBackendCPU,
  x: core.TensorInfo,
  begin: readonly number[],
  size: readonly number[],
): core.TensorInfo {
  const steps = stridesOf(x.shape);
  const from = begin.reduce((place, at, d) => place + at * steps[d], 0);
  const values = valuesOf(backend, x);
  const part = core.slice_util.isSliceContinous([...x.shape], [...begin], [...size])
    ? values.subarray(from, from + size.reduce((product, length) => product * length, 1))
    : strided(values, { shape: size, steps, from });
  return backend.makeTensorInfo([...size], "float32", part);
}

/** How far the next number along each dimension lies. */
function stridesOf(shape: readonly number[]): number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let d = shape.length - 2; d >= 0; d--) steps[d] = steps[d + 1] * shape[d + 1];
  return steps;
}

/** Which numbers of a tensor are read. */
export interface StridedRead {
  /** Of what comes out. */
  readonly shape: readonly number[];
  /** How far the next number along each of its dimensions lies in the values. */
  readonly steps: readonly number[];
  /** Where the first one lies. */
  readonly from: number;
}

/** Numbers of a tensor, row-major in another shape. */
export function strided(values: Float32Array, { shape, steps, from }: StridedRead): Float32Array {
  const last = shape.length - 1;
  const width = shape[last] ?? 1;
  const step = steps[last] ?? 1;
  const out = new Float32Array(shape.reduce((product, length) => product * length, 1));
  const at = new Array<number>(Math.max(0, last)).fill(0);
  let place = from;
  for (let start = 0; start < out.length; start += width) {
    for (let k = start, i = place; k < start + width; k++, i += step) out[k] = values[i];
    for (let d = last - 1; d >= 0; d--) {
      place += steps[d];
      if (++at[d] < shape[d]) break;
      place -= steps[d] * shape[d];
      at[d] = 0;
    }
  }
  return out;
}
