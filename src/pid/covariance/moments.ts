import { InputError } from "../../errors.js";
import { addCrossProducts, paddedColumns } from "../../math/cross-products.js";

/** Rows that are centred and multiplied at once: small enough that 60 columns stay in the second-level cache. */
export const blockRows = 512;

/** Count, means and centred co-moments of some rows. */
export interface Moments {
  readonly n: number;
  /** [columns] */
  readonly mean: Float64Array;
  /** Σ_r (x_j - mean_j)(x_k - mean_k), row-major [columns, columns], symmetric */
  readonly comoment: Float64Array;
}

/**
 * Merges the moments of two disjoint sets of rows.
 *   C = C_a + C_b + δ δ' n_a n_b / n,   δ = mean_b - mean_a        (Chan, Golub & LeVeque 1979)
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const columns = a.mean.length;
  const n = a.n + b.n;
  const delta = b.mean.map((m, j) => m - a.mean[j]);
  const mean = a.mean.map((m, j) => m + (delta[j] * b.n) / n);
  const weight = (a.n / n) * b.n;
  const comoment = new Float64Array(columns * columns);
  for (let j = 0, at = 0; j < columns; j++) {
    const scaled = weight * delta[j];
    for (let k = 0; k < columns; k++, at++) comoment[at] = a.comoment[at] + b.comoment[at] + scaled * delta[k];
  }
  return { n, mean, comoment };
}

/** Moments of no rows. */
export function emptyMoments(columns: number): Moments {
  return { n: 0, mean: new Float64Array(columns), comoment: new Float64Array(columns * columns) };
}

/**
 * Moments in one pass: blocks are centred on their own mean (two passes inside a block), and merged as a binary tree,
 * so rounding grows with the logarithm of the number of blocks.
 */
export class MomentAccumulator {
  private readonly padded: number;
  private readonly centred: Float64Array;
  private readonly product: Float64Array;
  /** level i holds the merged moments of 2^i blocks, or nothing */
  private readonly levels: (Moments | undefined)[] = [];

  constructor(readonly columns: number) {
    this.padded = paddedColumns(columns);
    this.centred = new Float64Array(this.padded * blockRows);
    this.product = new Float64Array(this.padded * this.padded);
  }

  /**
   * @param block column-major [columns, stride], finite values
   * @param rows  rows in use, at most `blockRows` and `stride`
   */
  addBlock(block: Float64Array, rows: number, stride: number): void {
    if (rows === 0) return;
    const mean = new Float64Array(this.columns);
    for (let j = 0; j < this.columns; j++) mean[j] = this.centre(block, j, rows, stride);
    this.product.fill(0);
    addCrossProducts(this.centred, this.centred, rows, blockRows, this.padded, this.product, true);
    this.push({ n: rows, mean, comoment: symmetric(this.product, this.padded, this.columns) });
  }

  /** Adds moments that were accumulated elsewhere. */
  addMoments(moments: Moments): void {
    if (moments.n > 0) this.push(moments);
  }

  total(): Moments {
    let sum = emptyMoments(this.columns);
    for (const level of this.levels) if (level) sum = mergeMoments(level, sum);
    return sum;
  }

  private centre(block: Float64Array, column: number, rows: number, stride: number): number {
    const from = column * stride;
    const to = column * blockRows;
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += block[from + r];
    const mean = sum / rows;
    for (let r = 0; r < rows; r++) this.centred[to + r] = block[from + r] - mean;
    return mean;
  }

  private push(moments: Moments): void {
    let carry = moments;
    let level = 0;
    for (; this.levels[level]; level++) {
      carry = mergeMoments(this.levels[level] as Moments, carry);
      this.levels[level] = undefined;
    }
    this.levels[level] = carry;
  }
}

/** Copies the lower triangle of a padded product into a full symmetric matrix. */
function symmetric(product: Float64Array, padded: number, columns: number): Float64Array {
  const full = new Float64Array(columns * columns);
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k <= j; k++) {
      full[j * columns + k] = product[j * padded + k];
      full[k * columns + j] = product[j * padded + k];
    }
  }
  return full;
}

/**
 * Moments of columns held in memory, of all rows or of the listed ones (repeats allowed, as in a bootstrap sample).
 * @param columns each [rows], finite
 */
export function momentsOfColumns(columns: readonly Float64Array[], rows?: Int32Array): Moments {
  const n = rows ? rows.length : columns[0].length;
  const accumulator = new MomentAccumulator(columns.length);
  const block = new Float64Array(columns.length * blockRows);
  for (let start = 0; start < n; start += blockRows) {
    const size = Math.min(blockRows, n - start);
    for (let j = 0; j < columns.length; j++) {
      const column = columns[j];
      const at = j * blockRows;
      const origin = column[0]; // a large common mean costs no digits
      if (rows) for (let r = 0; r < size; r++) block[at + r] = column[rows[start + r]] - origin;
      else for (let r = 0; r < size; r++) block[at + r] = column[start + r] - origin;
    }
    accumulator.addBlock(block, size, blockRows);
  }
  const total = accumulator.total();
  return { ...total, mean: total.mean.map((m, j) => m + columns[j][0]) };
}

/**
 * Covariance from moments, row-major [columns, columns].
 * @param divisor "n" (maximum likelihood) or "n-1" (unbiased)
 * @throws InputError with fewer than two rows
 */
export function covarianceOf(moments: Moments, divisor: "n" | "n-1" = "n-1"): Float64Array {
  if (moments.n < 2) throw new InputError(`a covariance needs at least 2 rows, got ${moments.n}`);
  const scale = 1 / (divisor === "n" ? moments.n : moments.n - 1);
  return moments.comoment.map((c) => c * scale);
}
