import { Matrix } from "ml-matrix";
import { InputError } from "../../errors.js";
import { symmetricEigen } from "../../math/linalg.js";
import { type ColumnScale, columnScale, crossProducts, rowProducts, standardiseRow } from "./gram.js";

/** Shape and penalty grid of a ridge fit. */
export interface RidgeOptions {
  /** Rows of `inputs` and `targets`; the widths follow from it. */
  readonly rows: number;
  /** Penalties tried, on standardised inputs (|y - Xb|^2 + alpha |b|^2). Default: rows x 10^-7 .. 10^3 in quarter decades. */
  readonly alphas?: readonly number[];
}

/** A fitted ridge regression. */
export interface RidgeModel {
  /** Chosen penalty per target. */
  readonly alpha: readonly number[];
  /** Generalised cross-validation error (mean squared, unit of the target squared) of the chosen penalty, per target. */
  readonly gcv: readonly number[];
  /** Coefficients [inputs, targets] of the standardised inputs, row-major. */
  readonly coefficients: Float64Array;
  /** Predictions [rows, targets] row-major, of raw inputs [rows, width] row-major. */
  predict(inputs: ArrayLike<number>): Float64Array;
}

/** Spectrum of the training data: beta(alpha) = basis * (projected / (values + alpha)). */
interface Spectrum {
  /** Eigenvalues of X'X (or of XX'), 0 along directions that carry nothing. [r] */
  readonly values: Float64Array;
  /** Targets along the eigenvectors of XX', u_j'y. [r, t] */
  readonly along: Float64Array;
  /** Coefficients [width, t] of the weights along the eigenvectors [r, t]. */
  coefficients(weights: Float64Array): Float64Array;
}

/**
 * Ridge regression of every target on all inputs jointly, with the penalty of each target chosen by generalised
 * cross-validation on the rows given here (Golub, Heath & Wahba 1979), so pass the training part only.
 *   GCV(alpha) = n RSS(alpha) / (n - 1 - sum_j values_j / (values_j + alpha))^2
 * One eigendecomposition serves every penalty and target: of X'X, or of XX' when there are more columns than rows.
 *
 * @param inputs  [rows, width] row-major, finite
 * @param targets [rows, t] row-major, finite
 * @throws InputError for fewer than 3 rows, sizes that are not whole rows, values that are not finite, or penalties <= 0
 */
export function fitRidge(inputs: ArrayLike<number>, targets: ArrayLike<number>, options: RidgeOptions): RidgeModel {
  const { rows } = options;
  checkInputs(inputs, targets, rows);
  const alphas = options.alphas ?? defaultAlphas(rows);
  if (alphas.length === 0 || alphas.some((a) => !(a > 0))) {
    throw new InputError(`ridge: penalties must be positive numbers, got [${alphas.join(", ")}]`);
  }
  const t = targets.length / rows;
  const width = inputs.length / rows;
  const scale = columnScale(inputs, rows, width);
  const centre = columnScale(targets, rows, t).mean;
  const centred = Float64Array.from(targets, (y, i) => y - centre[i % t]);
  const spectrum =
    width <= rows ? columnSpectrum(inputs, centred, rows, scale) : rowSpectrum(inputs, centred, rows, scale);
  const chosen = Array.from({ length: t }, (_, k) => choosePenalty(spectrum, centred, rows, t, k, alphas));
  const coefficients = spectrum.coefficients(shrunken(spectrum, t, (k) => chosen[k].alpha));
  return {
    alpha: chosen.map((c) => c.alpha),
    gcv: chosen.map((c) => c.gcv),
    coefficients,
    predict: (raw) => predictRows(raw, scale, centre, coefficients),
  };
}

function checkInputs(inputs: ArrayLike<number>, targets: ArrayLike<number>, rows: number): void {
  if (!Number.isInteger(rows) || rows < 3) throw new InputError(`ridge needs at least 3 rows, got ${rows}`);
  for (const [what, values] of [["inputs", inputs] as const, ["targets", targets] as const]) {
    if (values.length === 0 || values.length % rows !== 0) {
      throw new InputError(`ridge: ${values.length} values of the ${what} are not whole columns of ${rows} rows`);
    }
    const width = values.length / rows;
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      throw new InputError(`ridge: ${what} hold ${values[i]} in row ${Math.floor(i / width)}, column ${i % width}`);
    }
  }
}

/** Eigenvalues of X'X grow with the rows, and with them the penalty that matters. */
function defaultAlphas(rows: number): number[] {
  return Array.from({ length: 41 }, (_, i) => rows * 10 ** (i / 4 - 7));
}

function columnSpectrum(inputs: ArrayLike<number>, centred: Float64Array, rows: number, scale: ColumnScale): Spectrum {
  const width = scale.mean.length;
  const t = centred.length / rows;
  const { gram, withTargets } = crossProducts(inputs, centred, rows, scale);
  const { values, vectors } = eigen(gram, width);
  const along = new Float64Array(width * t);
  for (let j = 0; j < width; j++) {
    if (values[j] === 0) continue;
    for (let i = 0; i < width; i++) {
      for (let k = 0; k < t; k++)
        along[j * t + k] += (vectors.get(i, j) * withTargets[i * t + k]) / Math.sqrt(values[j]);
    }
  }
  return {
    values,
    along,
    coefficients: (weights) => combine(width, width, t, weights, (i, j) => vectors.get(i, j) * Math.sqrt(values[j])),
  };
}

function rowSpectrum(inputs: ArrayLike<number>, centred: Float64Array, rows: number, scale: ColumnScale): Spectrum {
  const width = scale.mean.length;
  const t = centred.length / rows;
  const { values, vectors } = eigen(rowProducts(inputs, rows, scale), rows);
  const along = new Float64Array(rows * t);
  for (let j = 0; j < rows; j++) {
    if (values[j] === 0) continue;
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < t; k++) along[j * t + k] += vectors.get(i, j) * centred[i * t + k];
    }
  }
  const coefficients = (weights: Float64Array) => {
    const ofRows = combine(rows, rows, t, weights, (i, j) => vectors.get(i, j));
    const out = new Float64Array(width * t);
    const row = new Float64Array(width);
    for (let i = 0; i < rows; i++) {
      standardiseRow(inputs, i, scale, row);
      for (let j = 0; j < width; j++) for (let k = 0; k < t; k++) out[j * t + k] += row[j] * ofRows[i * t + k];
    }
    return out;
  };
  return { values, along, coefficients };
}

/** Eigenvalues below 1e-12 of the largest are rounding of collinear columns: they are set to 0 and carry nothing. */
function eigen(gram: Float64Array, size: number): { values: Float64Array; vectors: Matrix } {
  const { values, vectors } = symmetricEigen(Matrix.from1DArray(size, size, gram), "Gram matrix of the ridge inputs");
  const floor = 1e-12 * values[size - 1];
  for (let j = 0; j < size; j++) if (values[j] <= floor) values[j] = 0;
  return { values, vectors };
}

/** out[i, k] = sum_j basis(i, j) weights[j, k]. */
function combine(
  height: number,
  width: number,
  t: number,
  weights: Float64Array,
  basis: (i: number, j: number) => number,
): Float64Array {
  const out = new Float64Array(height * t);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const b = basis(i, j);
      for (let k = 0; k < t; k++) out[i * t + k] += b * weights[j * t + k];
    }
  }
  return out;
}

/** along / (values + alpha) [r, t]; 0 along directions that carry nothing. */
function shrunken({ values, along }: Spectrum, t: number, alpha: (target: number) => number): Float64Array {
  return along.map((u, i) => {
    const value = values[Math.floor(i / t)];
    return value === 0 ? 0 : u / (value + alpha(i % t));
  });
}

function choosePenalty(
  spectrum: Spectrum,
  centred: Float64Array,
  rows: number,
  t: number,
  target: number,
  alphas: readonly number[],
): { alpha: number; gcv: number } {
  let total = 0;
  for (let i = target; i < centred.length; i += t) total += centred[i] ** 2;
  const scored = alphas.map((alpha) => ({ alpha, gcv: generalisedError(spectrum, total, rows, t, target, alpha) }));
  return scored.reduce((best, next) => (next.gcv < best.gcv ? next : best));
}

function generalisedError(
  { values, along }: Spectrum,
  total: number,
  rows: number,
  t: number,
  target: number,
  alpha: number,
): number {
  let explained = 0;
  let shrunk = 0;
  let degrees = rows - 1;
  for (let j = 0; j < values.length; j++) {
    if (values[j] === 0) continue;
    const square = along[j * t + target] ** 2;
    explained += square;
    shrunk += square * (alpha / (values[j] + alpha)) ** 2;
    degrees -= values[j] / (values[j] + alpha);
  }
  // What no column can explain; the difference of two equal sums is 0 up to rounding when the columns span the rows.
  const unexplained = Math.max(0, total - explained);
  return (rows * (unexplained + shrunk)) / degrees ** 2;
}

function predictRows(
  inputs: ArrayLike<number>,
  scale: ColumnScale,
  centre: Float64Array,
  coefficients: Float64Array,
): Float64Array {
  const width = scale.mean.length;
  const t = centre.length;
  if (inputs.length % width !== 0) {
    throw new InputError(`ridge: ${inputs.length} values are not whole rows of the ${width} inputs it was fitted on`);
  }
  const rows = inputs.length / width;
  const out = new Float64Array(rows * t);
  const row = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    standardiseRow(inputs, i, scale, row);
    for (let k = 0; k < t; k++) {
      let sum = centre[k];
      for (let j = 0; j < width; j++) sum += row[j] * coefficients[j * t + k];
      out[i * t + k] = sum;
    }
  }
  return out;
}
