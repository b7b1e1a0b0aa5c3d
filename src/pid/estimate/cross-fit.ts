import { InputError } from "../../errors.js";
import { concatenated } from "../../math/concatenated.js";
import { addCrossProducts, paddedColumns, symmetric } from "../../math/cross-products.js";
import { dot } from "../../math/dot.js";
import { RidgePath } from "../../math/ridge-path.js";
import type { Rng } from "../../math/rng.js";
import { countAbove } from "../../math/tridiagonal.js";
import type { RowGroups } from "./row-groups.js";

/** Ridge penalties tried, as multiples of the mean eigenvalue of the training Gram matrix. */
const penalties = Array.from({ length: 25 }, (_, i) => 10 ** (-6 + i / 2.5));

/** Directions with less than this share of the total variance are rounding of collinear columns. */
const rankTolerance = 1e-12;

/** Training part of one fold, reduced once: everything a ridge fit needs, for any target. */
interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
  readonly path: RidgePath;
  /** independent directions of the training columns */
  readonly rank: number;
  /** mean eigenvalue over these directions */
  readonly scale: number;
  /** Standardised training columns [width][rows], or null when the fit is in terms of the training rows. */
  readonly trainColumns: readonly Float64Array[] | null;
  /** What a coefficient multiplies on the test rows: a column, or a training row's products with the test rows. */
  readonly testVectors: readonly Float64Array[];
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
 * Folds of nearly equal size that no group straddles: groups in random order, the largest first, each to the fold that has
 * fewest rows.
 * @returns [n] fold index of each row
 */
export function assignGroupFolds({ of, sizes, count }: RowGroups, folds: number, rng: Rng): Int32Array {
  const order = Array.from(rng.permutation(count)).sort((a, b) => sizes[b] - sizes[a]);
  const filled = new Int32Array(Math.min(folds, count));
  const foldOf = new Int32Array(count);
  for (const g of order) {
    const fold = filled.indexOf(Math.min(...filled));
    foldOf[g] = fold;
    filled[fold] += sizes[g];
  }
  return of.map((g) => foldOf[g]);
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
    this.folds = partsOf(fold).map(({ train, test }) => prepareFold(columns, train, test));
  }

  /** Independent directions of the columns that the fits use: the most of any fold. */
  get rank(): number {
    return Math.max(...this.folds.map((fold) => fold.rank));
  }

  /** Held-out residuals of one target column, [n]. */
  residuals(target: Float64Array): Float64Array {
    const out = new Float64Array(target.length);
    for (const fold of this.folds) predictFold(fold, target, out);
    for (let i = 0; i < out.length; i++) out[i] = target[i] - out[i];
    return out;
  }

  /** What the same fits leave of the rows that they were fitted on, fold after fold, [folds][training rows] in one. */
  fittedResiduals(target: Float64Array): Float64Array {
    return concatenated(this.folds.map((fold) => fittedFold(fold, target)));
  }
}

/** Rows to fit on and rows to predict. */
type Parts = Pick<Fold, "train" | "test">;

/** Thousands of sets of columns are fitted on the same folds. */
const known = new WeakMap<Int32Array, readonly Parts[]>();

function partsOf(fold: Int32Array): readonly Parts[] {
  const found = known.get(fold);
  if (found !== undefined) return found;
  const count = fold.reduce((most, f) => Math.max(most, f + 1), 0);
  if (count < 2) throw new InputError(`cross-fitting needs at least 2 folds, got ${count}; add rows.`);
  const rows = Int32Array.from(fold.keys());
  const parts = Array.from({ length: count }, (_, f) => ({
    train: rows.filter((r) => fold[r] !== f),
    test: rows.filter((r) => fold[r] === f),
  }));
  known.set(fold, parts);
  return parts;
}

function prepareFold(columns: readonly Float64Array[], train: Int32Array, test: Int32Array): Fold {
  const trainColumns: Float64Array[] = [];
  const testColumns: Float64Array[] = [];
  for (const column of columns) {
    const { mean, scale } = standardisation(column, train);
    if (scale === 0) continue;
    trainColumns.push(Float64Array.from(train, (r) => (column[r] - mean) / scale));
    testColumns.push(Float64Array.from(test, (r) => (column[r] - mean) / scale));
  }
  return { train, test, ...reduce(trainColumns, testColumns, train.length, test.length) };
}

function standardisation(column: Float64Array, rows: Int32Array): { mean: number; scale: number } {
  let mean = 0;
  for (const r of rows) mean += column[r] / rows.length;
  let square = 0;
  for (const r of rows) square += (column[r] - mean) ** 2;
  const scale = Math.sqrt(square / rows.length);
  return { mean, scale: scale > 1e-12 * Math.abs(mean) ? scale : 0 };
}

/** Reduces the smaller of X'X [width, width] and X X' [rows, rows]. */
function reduce(train: Float64Array[], test: Float64Array[], trainRows: number, testRows: number) {
  const wide = train.length > trainRows;
  const vectors = wide ? transposed(train, trainRows) : train;
  const size = vectors.length;
  const inner = gram(vectors);
  let trace = 0;
  for (let i = 0; i < size; i++) trace += inner[i * size + i];
  const path = new RidgePath(inner, size, wide ? "rows" : "columns", trainRows);
  const rank = countAbove(path.reduced, rankTolerance * trace);
  return {
    path,
    rank,
    scale: trace / Math.max(1, rank),
    trainColumns: wide ? null : train,
    testVectors: wide ? vectors.map((row) => weightedSum(test, row, testRows)) : test,
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

/** Inner products of vectors of equal length, [size, size] row-major. */
function gram(vectors: readonly Float64Array[]): Float64Array {
  const size = vectors.length;
  if (size === 0) return new Float64Array(0);
  const length = vectors[0].length;
  const padded = paddedColumns(size);
  const block = new Float64Array(padded * length);
  vectors.forEach((vector, j) => void block.set(vector, j * length));
  const product = new Float64Array(padded * padded);
  addCrossProducts(block, block, length, length, padded, product, true);
  return symmetric(product, padded, size);
}

/** The fit of a fold's training rows; null where no column varies. */
function fitFold({ train, path, scale, trainColumns }: Fold, target: Float64Array) {
  let mean = 0;
  for (const r of train) mean += target[r] / train.length;
  const centred = Float64Array.from(train, (r) => target[r] - mean);
  const side =
    trainColumns === null ? centred : Float64Array.from(trainColumns, (column) => dot(column, centred, centred.length));
  const alphas = penalties.map((multiple) => multiple * scale);
  const fit = scale > 0 ? path.best(side, dot(centred, centred, centred.length), alphas) : null;
  return { mean, centred, fit };
}

/** Residuals of the training rows; of a fit in terms of rows they are alpha times its weights. */
function fittedFold(fold: Fold, target: Float64Array): Float64Array {
  const { centred, fit } = fitFold(fold, target);
  if (fit === null) return centred;
  const { alpha, coefficients } = fit;
  if (fold.trainColumns === null) return coefficients.map((c) => alpha * c);
  const slopes = weightedSum(fold.trainColumns, coefficients, centred.length);
  return centred.map((v, i) => v - slopes[i]);
}

/** Writes predictions of the fold's test rows into `out`. */
function predictFold(fold: Fold, target: Float64Array, out: Float64Array): void {
  const { test, testVectors } = fold;
  const { mean, fit } = fitFold(fold, target);
  const predicted = new Float64Array(test.length).fill(mean);
  if (fit !== null) {
    const slopes = weightedSum(testVectors, fit.coefficients, test.length);
    for (let i = 0; i < test.length; i++) predicted[i] += slopes[i];
  }
  for (let i = 0; i < test.length; i++) out[test[i]] = predicted[i];
}
