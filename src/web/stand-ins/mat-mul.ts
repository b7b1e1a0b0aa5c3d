import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js";
import * as core from "@tensorflow/tfjs-core";

/** Of a kernel of TensorFlow.js: [batch, rows, inner] times [batch, inner, columns], either of them transposed. */
interface Operands {
  readonly a: core.TensorInfo;
  readonly b: core.TensorInfo;
}

/**
 * Multiplies matrices on plain JavaScript faster than the kernel of TensorFlow.js, tile by tile, with sums of double precision.
 * Matrices that are transposed, or broadcast over a batch, are left to the kernel that was there.
 */
export function registerMatMul(): void {
  const before = core.getKernel("BatchMatMul", "cpu");
  core.unregisterKernel("BatchMatMul", "cpu");
  core.registerKernel({
    ...before,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as unknown as Operands;
      const { transposeA, transposeB } = (call.attrs ?? {}) as { transposeA?: boolean; transposeB?: boolean };
      const plain = !transposeA && !transposeB && a.shape.length === 3 && a.shape[0] === 1 && b.shape[0] === 1;
      if (!plain || b.shape.length !== 3) return before.kernelFunc(call);
      const backend = call.backend as MathBackendCPU;
      const [, rows, inner] = a.shape;
      const columns = b.shape[2];
      const values = (tensor: core.TensorInfo) => backend.data.get(tensor.dataId).values as Float32Array;
      const product = multiply(values(a), values(b), rows, inner, columns);
      return backend.makeTensorInfo([1, rows, columns], "float32", product);
    },
  });
}

/** Columns of a tile of the product: two rows of them are as many sums as stay in registers. */
const tile = 4;

/**
 * The product of two matrices.
 * @param a row-major [rows, inner] @param b row-major [inner, columns]
 * @returns row-major [rows, columns], sums in double precision
 */
export function multiply(a: Float32Array, b: Float32Array, rows: number, inner: number, columns: number): Float32Array {
  const out = new Float32Array(rows * columns);
  // Doubles, so that the inner loop converts nothing; the columns of a tile side by side, so that it runs along them.
  const left = new Float64Array(a);
  const panel = new Float64Array(inner * tile);
  for (let from = 0; from < columns; from += tile) {
    const width = Math.min(tile, columns - from);
    for (let k = 0; k < inner; k++)
      for (let c = 0; c < tile; c++) panel[k * tile + c] = c < width ? b[k * columns + from + c] : 0;
    for (let i = 0; i < rows; i += 2) twoRows(left, panel, out, { i, rows, inner, columns, from, width });
  }
  return out;
}

/** Where a tile lies in the product. */
interface Place {
  readonly i: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly from: number;
  readonly width: number;
}

/** Row i of a tile and the next one, which is the same again behind the last. */
function twoRows(left: Float64Array, panel: Float64Array, out: Float32Array, place: Place): void {
  const { i, rows, inner, columns, from, width } = place;
  const next = Math.min(i + 1, rows - 1);
  const one = i * inner;
  const two = next * inner;
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  for (let k = 0, at = 0; k < inner; k++, at += tile) {
    const x = left[one + k];
    const y = left[two + k];
    a0 += x * panel[at];
    a1 += x * panel[at + 1];
    a2 += x * panel[at + 2];
    a3 += x * panel[at + 3];
    b0 += y * panel[at];
    b1 += y * panel[at + 1];
    b2 += y * panel[at + 2];
    b3 += y * panel[at + 3];
  }
  put(out, i * columns + from, width, a0, a1, a2, a3);
  put(out, next * columns + from, width, b0, b1, b2, b3);
}

function put(out: Float32Array, at: number, width: number, v0: number, v1: number, v2: number, v3: number): void {
  out[at] = v0;
  if (width > 1) out[at + 1] = v1;
  if (width > 2) out[at + 2] = v2;
  if (width > 3) out[at + 3] = v3;
}
