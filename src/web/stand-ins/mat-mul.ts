import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js";
import * as core from "@tensorflow/tfjs-core";

/** Of a kernel of TensorFlow.js: [.., rows, inner] times [.., inner, columns], either of them transposed. */
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
      const batch = a.shape.slice(0, -2);
      const plain = !transposeA && !transposeB && batch.join() === b.shape.slice(0, -2).join();
      if (!plain) return before.kernelFunc(call);
      const backend = call.backend as MathBackendCPU;
      const [rows, inner] = a.shape.slice(-2);
      const columns = b.shape[b.shape.length - 1];
      const values = (tensor: core.TensorInfo) => backend.data.get(tensor.dataId).values as Float32Array;
      const count = batch.reduce((product, size) => product * size, 1);
      const product = multiplyEach(values(a), values(b), { count, rows, inner, columns });
      return backend.makeTensorInfo([...batch, rows, columns], "float32", product);
    },
  });
}

/** Matrices that lie one behind the other, each times the one in its place. */
function multiplyEach(
  a: Float32Array,
  b: Float32Array,
  { count, rows, inner, columns }: Readonly<Record<"count" | "rows" | "inner" | "columns", number>>,
): Float32Array {
  if (count === 1) return multiply(a, b, rows, inner, columns);
  const out = new Float32Array(count * rows * columns);
  for (let k = 0; k < count; k++) {
    const left = a.subarray(k * rows * inner, (k + 1) * rows * inner);
    const right = b.subarray(k * inner * columns, (k + 1) * inner * columns);
    out.set(multiply(left, right, rows, inner, columns), k * rows * columns);
  }
  return out;
}

/** Rows and columns of a tile of the product: its sums stay in registers, or next to them. */
const tile = 4;

/**
 * The product of two matrices.
 * @param a row-major [rows, inner] @param b row-major [inner, columns]
 * @returns row-major [rows, columns], sums in double precision
 */
export function multiply(a: Float32Array, b: Float32Array, rows: number, inner: number, columns: number): Float32Array {
  const out = new Float32Array(rows * columns);
  const left = tiled(a, rows, inner);
  const panel = new Float64Array(inner * tile);
  const sums = new Float64Array(tile * tile);
  for (let from = 0; from < columns; from += tile) {
    const width = Math.min(tile, columns - from);
    for (let k = 0; k < inner; k++)
      for (let c = 0; c < tile; c++) panel[k * tile + c] = c < width ? b[k * columns + from + c] : 0;
    for (let i = 0; i < rows; i += tile) {
      oneTile(left, i * inner, panel, sums);
      const height = Math.min(tile, rows - i);
      for (let r = 0; r < height; r++)
        for (let c = 0; c < width; c++) out[(i + r) * columns + from + c] = sums[r * tile + c];
    }
  }
  return out;
}

/** Four rows side by side, then the next four, as doubles, so that the inner loop runs along them and converts nothing; 0 behind the last. */
function tiled(a: Float32Array, rows: number, inner: number): Float64Array {
  const out = new Float64Array(Math.ceil(rows / tile) * tile * inner);
  for (let i = 0; i < rows; i++) {
    const to = (i - (i % tile)) * inner + (i % tile);
    for (let k = 0; k < inner; k++) out[to + k * tile] = a[i * inner + k];
  }
  return out;
}

/** Four rows times the four columns of a panel. @param start where the rows begin @param sums [4, 4], of the products */
function oneTile(left: Float64Array, start: number, panel: Float64Array, sums: Float64Array): void {
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  let c0 = 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  let d0 = 0;
  let d1 = 0;
  let d2 = 0;
  let d3 = 0;
  for (let k = 0, at = start; k < panel.length; k += tile, at += tile) {
    const a = left[at];
    const b = left[at + 1];
    const c = left[at + 2];
    const d = left[at + 3];
    const p0 = panel[k];
    a0 += a * p0;
    b0 += b * p0;
    c0 += c * p0;
    d0 += d * p0;
    const p1 = panel[k + 1];
    a1 += a * p1;
    b1 += b * p1;
    c1 += c * p1;
    d1 += d * p1;
    const p2 = panel[k + 2];
    a2 += a * p2;
    b2 += b * p2;
    c2 += c * p2;
    d2 += d * p2;
    const p3 = panel[k + 3];
    a3 += a * p3;
    b3 += b * p3;
    c3 += c * p3;
    d3 += d * p3;
  }
  sums[0] = a0;
  sums[1] = a1;
  sums[2] = a2;
  sums[3] = a3;
  sums[4] = b0;
  sums[5] = b1;
  sums[6] = b2;
  sums[7] = b3;
  sums[8] = c0;
  sums[9] = c1;
  sums[10] = c2;
  sums[11] = c3;
  sums[12] = d0;
  sums[13] = d1;
  sums[14] = d2;
  sums[15] = d3;
}
