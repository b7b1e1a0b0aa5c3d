import { Matrix } from "ml-matrix";
import { InputError } from "../errors.js";
import { symmetricEigen } from "../math/linalg.js";
import type { Rng } from "../math/rng.js";

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

/** Works on the smaller of X'X [width, width] and X X' [rows, rows]. */
function principalAxes(train: Float64Array[], test: Float64Array[], trainRows: number, testRows: number) {
  const width = train.length;
  if (width === 0) return { eigenvalues: new Float64Array(0), trainScores: [], testScores: [] };
  const x = new Matrix(train).transpose();
  const z = new Matrix(test).transpose();
  const wide = width > trainRows;
  const { values, vectors } = symmetricEigen(wide ? x.mmul(x.transpose()) : x.transpose().mmul(x), "ridge Gram matrix");
  const kept = [...values.keys()].filter((k) => values[k] > 1e-11 * values[values.length - 1]);
  const basis = vectors.subMatrixColumn(kept);
  const axes = wide ? x.transpose().mmul(basis) : basis;
  if (wide) for (const [i, k] of kept.entries()) axes.mulColumn(i, 1 / Math.sqrt(values[k]));
  const scores = (rows: Matrix, count: number) => {
    const product = rows.mmul(axes);
    return kept.map((_, i) => Float64Array.from({ length: count }, (_, r) => product.get(r, i)));
  };
  return {
    eigenvalues: Float64Array.from(kept, (k) => values[k]),
    trainScores: scores(x, trainRows),
    testScores: scores(z, testRows),
  };
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
