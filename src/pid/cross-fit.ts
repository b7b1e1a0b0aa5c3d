import { Matrix } from "ml-matrix";
import { InputError } from "../errors.js";
import { symmetricEigen } from "../math/linalg.js";
import type { Rng } from "../math/rng.js";
import { addCrossProducts, paddedColumns } from "./comoment-kernel.js";

/** Ridge penalties tried, as multiples of the mean eigenvalue of the training Gram matrix. */
const penalties = Array.from({ length: 25 }, (_, i) => 10 ** (-6 + i / 2.5));

/** Training part of one fold, reduced to principal axes: everything a ridge fit needs, for any target. */
interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** eigenvalues of X'X on the training rows, [k] */
  readonly eigenvalues: Float64Array;
  /** principal scores, [k][rows] */
  readonly trainScores: readonly Float64Array[];
  readonly testScores: readonly Float64Array[];
}

/**
 * Random folds of nearly equal size.
 * @returns [n] fold index of each row
 */
export function assignFolds(n: number, folds: number, rng: Rng): Int32Array {
  const order = rng.permutation(n);
  const fold = new Int32Array(n);
  for (let i = 0; i < n; i++) fold[order[i]] = i % folds;
  return fold;
}

/**
 * Cross-fitted ridge regression on one set of columns: every row is predicted by a fit that did not see it.
 * The penalty is chosen per target column and fold by generalised cross-validation inside the training rows
 * (Golub, Heath & Wahba 1979). The factorisations do not depend on the target and are kept for permutation tests.
 */
export class CrossFittedRidge {
  private readonly folds: readonly Fold[];

  /**
   * @param columns [width] arrays of n finite values
   * @param fold    [n] fold index of each row, from `assignFolds`
   */
  constructor(columns: readonly Float64Array[], fold: Int32Array) {
    const count = fold.reduce((most, f) => Math.max(most, f + 1), 0);
    if (count < 2) throw new InputError(`cross-fitting needs at least 2 folds, got ${count}; add rows.`);
    this.folds = Array.from({ length: count }, (_, f) => prepareFold(columns, fold, f));
  }

  /** Independent directions of the columns that the fits use: the most of any fold. */
  get rank(): number {
    return Math.max(...this.folds.map((fold) => fold.eigenvalues.length));
  }

  /** Held-out residuals of one target column, [n]. */
  residuals(target: Float64Array): Float64Array {
    const out = new Float64Array(target.length);
    for (const fold of this.folds) predictFold(fold, target, out);
    for (let i = 0; i < out.length; i++) out[i] = target[i] - out[i];
    return out;
  }
}

function prepareFold(columns: readonly Float64Array[], fold: Int32Array, index: number): Fold {
  const rows = Int32Array.from(fold.keys());
  const train = rows.filter((r) => fold[r] !== index);
  const test = rows.filter((r) => fold[r] === index);
  const trainColumns: Float64Array[] = [];
  const testColumns: Float64Array[] = [];
  for (const column of columns) {
    const { mean, scale } = standardisation(column, train);
    if (scale === 0) continue;
    trainColumns.push(Float64Array.from(train, (r) => (column[r] - mean) / scale));
    testColumns.push(Float64Array.from(test, (r) => (column[r] - mean) / scale));
  }
  return { train, test, ...principalAxes(trainColumns, testColumns, train.length, test.length) };
}

function standardisation(column: Float64Array, rows: Int32Array): { mean: number; scale: number } {
  let mean = 0;
  for (const r of rows) mean += column[r] / rows.length;
  let square = 0;
  for (const r of rows) square += (column[r] - mean) ** 2;
  const scale = Math.sqrt(square / rows.length);
  return { mean, scale: scale > 1e-12 * Math.abs(mean) ? scale : 0 };
}

/** Axes of the smaller of X'X [width, width] and X X' [rows, rows]; directions without variance are left out. */
function principalAxes(train: Float64Array[], test: Float64Array[], trainRows: number, testRows: number) {
  if (train.length === 0) return { eigenvalues: new Float64Array(0), trainScores: [], testScores: [] };
  const wide = train.length > trainRows;
  const rows = wide ? transposed(train, trainRows) : [];
  const { values, vectors } = symmetricEigen(gram(wide ? rows : train), "ridge Gram matrix");
  const kept = [...values.keys()].filter((k) => values[k] > 1e-11 * values[values.length - 1]);
  const eigenvalues = Float64Array.from(kept, (k) => values[k]);
  const basis = kept.map((k) => Float64Array.from(vectors.getColumn(k)));
  if (!wide) {
    const scores = (columns: Float64Array[], count: number) => basis.map((axis) => weightedSum(columns, axis, count));
    return { eigenvalues, trainScores: scores(train, trainRows), testScores: scores(test, testRows) };
  }
  // X = U Λ^1/2 V', so V never has to be formed: a test row's score is its products with the training rows, by U Λ^-1/2
  const roots = eigenvalues.map(Math.sqrt);
  const products = rows.map((row) => weightedSum(test, row, testRows));
  return {
    eigenvalues,
    trainScores: basis.map((u, i) => u.map((v) => v * roots[i])),
    testScores: basis.map((u, i) => weightedSum(products, u, testRows).map((v) => v / roots[i])),
  };
}

/** Σ_j weights_j columns_j, [rows] */
function weightedSum(columns: readonly Float64Array[], weights: Float64Array, rows: number): Float64Array {
  const out = new Float64Array(rows);
  for (let j = 0; j < columns.length; j++) {
    const column = columns[j];
    const weight = weights[j];
    for (let r = 0; r < rows; r++) out[r] += weight * column[r];
  }
  return out;
}

function transposed(columns: readonly Float64Array[], rows: number): Float64Array[] {
  return Array.from({ length: rows }, (_, r) => Float64Array.from(columns, (column) => column[r]));
}

/** Inner products of vectors of equal length. */
function gram(vectors: readonly Float64Array[]): Matrix {
  const size = vectors.length;
  const length = vectors[0].length;
  const padded = paddedColumns(size);
  const block = new Float64Array(padded * length);
  vectors.forEach((vector, j) => void block.set(vector, j * length));
  const product = new Float64Array(padded * padded);
  addCrossProducts(block, block, length, length, padded, product, true);
  return new Matrix(
    Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) => product[Math.max(i, j) * padded + Math.min(i, j)]),
    ),
  );
}

/** Writes predictions of the fold's test rows into `out`. */
function predictFold(fold: Fold, target: Float64Array, out: Float64Array): void {
  const { train, test, eigenvalues, trainScores, testScores } = fold;
  let mean = 0;
  for (const r of train) mean += target[r] / train.length;
  let total = 0;
  for (const r of train) total += (target[r] - mean) ** 2;
  const projection = trainScores.map((score) => {
    let sum = 0;
    for (let i = 0; i < train.length; i++) sum += score[i] * (target[train[i]] - mean);
    return sum;
  });
  const penalty = bestPenalty(eigenvalues, projection, total, train.length);
  const weights = projection.map((g, k) => g / (eigenvalues[k] + penalty));
  for (let i = 0; i < test.length; i++) {
    let value = mean;
    for (let k = 0; k < weights.length; k++) value += weights[k] * testScores[k][i];
    out[test[i]] = value;
  }
}

/** Minimiser of the generalised cross-validation score n RSS / (n - degrees)² over the grid of penalties. */
function bestPenalty(eigenvalues: Float64Array, projection: number[], total: number, n: number): number {
  const scale = eigenvalues.reduce((sum, v) => sum + v, 0) / Math.max(1, eigenvalues.length);
  let best = Number.POSITIVE_INFINITY;
  let chosen = scale * penalties[penalties.length - 1];
  for (const multiple of penalties) {
    const penalty = scale * multiple;
    let rss = total;
    let degrees = 1;
    for (let k = 0; k < projection.length; k++) {
      const shrink = eigenvalues[k] / (eigenvalues[k] + penalty);
      rss -= ((projection[k] * projection[k]) / eigenvalues[k]) * shrink * (2 - shrink);
      degrees += shrink;
    }
    const score = rss / (n - degrees) ** 2;
    if (n - degrees > 1 && score < best) {
      best = score;
      chosen = penalty;
    }
  }
  return chosen;
}
