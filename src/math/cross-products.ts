/** Columns are padded to a multiple of this, so that the kernel needs no remainder loop. */
export const columnStep = 4;

/** Number of columns after padding with zero columns. */
export function paddedColumns(columns: number): number {
  return Math.ceil(columns / columnStep) * columnStep;
}

/**
 * Adds A'B to `out`, register-blocked 2 x 4: every pass over the rows feeds eight sums from six loads.
 *   out[j, k] += Σ_r a[j, r] b[k, r]
 * @param a column-major [columns, stride]; `columns` is a multiple of 4, values beyond the true columns are 0
 * @param b as `a`; may be the same array
 * @param out row-major [columns, columns]
 * @param lowerOnly fills the lower triangle (and a few entries above the diagonal) only: half the work when A'B is symmetric
 */
export function addCrossProducts(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  stride: number,
  columns: number,
  out: Float64Array,
  lowerOnly: boolean,
): void {
  for (let j = 0; j < columns; j += 2) {
    const end = lowerOnly ? j + 2 : columns;
    for (let k = 0; k < end; k += columnStep) addTile(a, b, rows, stride, columns, out, j, k);
  }
}

/** The leading [size, size] corner of a product of which only the lower triangle was filled, both triangles. */
export function symmetric(lower: Float64Array, columns: number, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) out[i * size + j] = lower[Math.max(i, j) * columns + Math.min(i, j)];
  }
  return out;
}

function addTile(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  stride: number,
  columns: number,
  out: Float64Array,
  j: number,
  k: number,
): void {
  const a0 = j * stride;
  const a1 = a0 + stride;
  const b0 = k * stride;
  const b1 = b0 + stride;
  const b2 = b1 + stride;
  const b3 = b2 + stride;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let r = 0; r < rows; r++) {
    const x0 = a[a0 + r];
    const x1 = a[a1 + r];
    const y0 = b[b0 + r];
    const y1 = b[b1 + r];
    const y2 = b[b2 + r];
    const y3 = b[b3 + r];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
  }
  const top = j * columns + k;
  const bottom = top + columns;
  out[top] += s00;
  out[top + 1] += s01;
  out[top + 2] += s02;
  out[top + 3] += s03;
  out[bottom] += s10;
  out[bottom + 1] += s11;
  out[bottom + 2] += s12;
  out[bottom + 3] += s13;
}
