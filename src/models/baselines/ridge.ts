import { InputError } from "../../errors.js";
import { type RidgeFit, RidgePath } from "../../math/ridge-path.js";
import { countedRow } from "../../row-number.js";
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

/**
 * Ridge regression of every target on all inputs jointly, with the penalty of each target chosen by generalised
 * cross-validation on the rows given here (Golub, Heath & Wahba 1979), so pass the training part only.
 *   GCV(alpha) = n RSS(alpha) / (n - 1 - trace of the hat matrix)^2
 * One reduction serves every penalty and target: of X'X, or of XX' when there are more columns than rows.
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
  const chosen =
    width <= rows
      ? fitByColumns(inputs, centred, rows, scale, alphas)
      : fitByRows(inputs, centred, rows, scale, alphas);
  const coefficients = new Float64Array(width * t);
  chosen.forEach((fit, k) => {
    for (let j = 0; j < width; j++) coefficients[j * t + k] = fit.coefficients[j];
  });
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
      throw new InputError(
        `ridge: ${what} hold ${values[i]} in ${countedRow(Math.floor(i / width))}, column ${i % width}`,
      );
    }
  }
}

/** Eigenvalues of X'X grow with the rows, and with them the penalty that matters. */
function defaultAlphas(rows: number): number[] {
  return Array.from({ length: 41 }, (_, i) => rows * 10 ** (i / 4 - 7));
}

/** One fit per target, coefficients [width]. */
function fitByColumns(
  inputs: ArrayLike<number>,
  centred: Float64Array,
  rows: number,
  scale: ColumnScale,
  alphas: readonly number[],
): RidgeFit[] {
  const width = scale.mean.length;
  const { gram, withTargets } = crossProducts(inputs, centred, rows, scale);
  const path = new RidgePath(gram, width, "columns", rows);
  const t = centred.length / rows;
  return targetColumns(withTargets, t).map((side, k) => path.best(side, sumOfSquares(centred, t, k), alphas));
}

/** The same from the rows' inner products: b = X' (XX' + alpha)^-1 y. */
function fitByRows(
  inputs: ArrayLike<number>,
  centred: Float64Array,
  rows: number,
  scale: ColumnScale,
  alphas: readonly number[],
): RidgeFit[] {
  const width = scale.mean.length;
  const path = new RidgePath(rowProducts(inputs, rows, scale), rows, "rows", rows);
  const t = centred.length / rows;
  const row = new Float64Array(width);
  return targetColumns(centred, t).map((side, k) => {
    const fit = path.best(side, sumOfSquares(centred, t, k), alphas);
    const coefficients = new Float64Array(width);
    for (let i = 0; i < rows; i++) {
      standardiseRow(inputs, i, scale, row);
      for (let j = 0; j < width; j++) coefficients[j] += row[j] * fit.coefficients[i];
    }
    return { ...fit, coefficients };
  });
}

/** Columns of row-major values [_, t]. */
function targetColumns(values: Float64Array, t: number): Float64Array[] {
  const rows = values.length / t;
  return Array.from({ length: t }, (_, k) => Float64Array.from({ length: rows }, (_row, i) => values[i * t + k]));
}

function sumOfSquares(values: Float64Array, t: number, target: number): number {
  let total = 0;
  for (let i = target; i < values.length; i += t) total += values[i] ** 2;
  return total;
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
