/** Means and population deviations of every column; a deviation of 0 marks a constant column. */
export interface ColumnScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Rows of one block: long enough to amortise the transposition, short enough to stay in the cache at 400 columns. */
const blockRows = 128;

/** Two passes over `values` [rows, width] row-major, float64 throughout. */
export function columnScale(values: ArrayLike<number>, rows: number, width: number): ColumnScale {
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++) mean[j] += values[at++] / rows;
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++) deviation[j] += (values[at++] - mean[j]) ** 2;
  for (let j = 0; j < width; j++) {
    deviation[j] = Math.sqrt(deviation[j] / rows);
    // A constant column differs from its computed mean by rounding only.
    if (deviation[j] <= 1e-12 * Math.abs(mean[j])) deviation[j] = 0;
  }
  return { mean, deviation };
}

/** Row `row` of `values`, standardised into `out` [width]; constant columns become 0. */
export function standardiseRow(
  values: ArrayLike<number>,
  row: number,
  { mean, deviation }: ColumnScale,
  out: Float64Array,
): void {
  const width = mean.length;
  for (let j = 0, at = row * width; j < width; j++, at++) {
    out[j] = deviation[j] === 0 ? 0 : (values[at] - mean[j]) / deviation[j];
  }
}

/**
 * X'X [width, width] and X'Y [width, targets] of the standardised inputs, blockwise: no standardised copy of the table.
 * @param targets centred targets [rows, t] row-major
 */
export function crossProducts(
  inputs: ArrayLike<number>,
  targets: Float64Array,
  rows: number,
  scale: ColumnScale,
): { gram: Float64Array; withTargets: Float64Array } {
  const width = scale.mean.length;
  const t = targets.length / rows;
  const gram = new Float64Array(width * width);
  const withTargets = new Float64Array(width * t);
  const block = new Float64Array(width * blockRows);
  const row = new Float64Array(width);
  for (let start = 0; start < rows; start += blockRows) {
    block.fill(0);
    const end = Math.min(rows, start + blockRows);
    for (let i = start; i < end; i++) {
      standardiseRow(inputs, i, scale, row);
      for (let j = 0; j < width; j++) {
        block[j * blockRows + i - start] = row[j];
        for (let k = 0; k < t; k++) withTargets[j * t + k] += row[j] * targets[i * t + k];
      }
    }
    addGram(gram, block, width, blockRows);
  }
  mirror(gram, width);
  return { gram, withTargets };
}

/** X X' [rows, rows] of the standardised inputs, for more columns than rows. */
export function rowProducts(inputs: ArrayLike<number>, rows: number, scale: ColumnScale): Float64Array {
  const width = scale.mean.length;
  const standardised = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    standardiseRow(inputs, i, scale, standardised.subarray(i * width, (i + 1) * width));
  }
  const gram = new Float64Array(rows * rows);
  addGram(gram, standardised, rows, width);
  mirror(gram, rows);
  return gram;
}

/** Adds A A' to the upper triangle of `gram`, A [count, length] row-major; 2 x 2 tiles halve the loads. */
function addGram(gram: Float64Array, a: Float64Array, count: number, length: number): void {
  for (let p = 0; p < count; p += 2) {
    const p2 = Math.min(p + 1, count - 1);
    for (let q = p; q < count; q += 2) {
      const q2 = Math.min(q + 1, count - 1);
      addTile(gram, a, count, length, p, p2, q, q2);
    }
  }
}

function addTile(
  gram: Float64Array,
  a: Float64Array,
  count: number,
  length: number,
  p: number,
  p2: number,
  q: number,
  q2: number,
): void {
  let s11 = 0;
  let s12 = 0;
  let s21 = 0;
  let s22 = 0;
  for (let k = 0, i = p * length, i2 = p2 * length, j = q * length, j2 = q2 * length; k < length; k++) {
    const x = a[i++];
    const x2 = a[i2++];
    const y = a[j++];
    const y2 = a[j2++];
    s11 += x * y;
    s12 += x * y2;
    s21 += x2 * y;
    s22 += x2 * y2;
  }
  gram[p * count + q] += s11;
  if (q2 !== q) gram[p * count + q2] += s12;
  if (p2 !== p && q !== p) gram[p2 * count + q] += s21;
  if (p2 !== p && q2 !== q) gram[p2 * count + q2] += s22;
}

function mirror(gram: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) gram[i * count + j] = gram[j * count + i];
}
