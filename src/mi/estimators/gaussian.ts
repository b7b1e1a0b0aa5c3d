import { InputError } from "../../errors.js";
import { forwardSolve, tryCholesky } from "../../math/dense.js";
import { dot } from "../../math/dot.js";
import { closedForm, spareRows } from "../closed-form.js";
import { bitsPerNat, errorOfMean } from "../estimate.js";
import { normalScores } from "../normal-scores.js";
import type { Estimator } from "./estimator.js";

/** Share of its variance that a column must have beside those before it. */
const leastOwn = 1e-10;
/** Rows per column below which the standard error says too little. */
const rowsPerColumn = 10;

/**
 * The Gaussian reading: normal scores of the ranks of every column, and the closed form of their covariance, bias-corrected:
 *   I = 1/2 log2 (det S_x det S_y / det S_xy) - bias
 * The standard error is that of the mean of the pointwise information of the fitted normal law. It sees how ranks rise and fall
 * together along straight lines and nothing else.
 */
export const gaussian: Estimator = {
  name: "gaussian",
  is: "estimate",
  looksAt: "straight relations of ranks",
  refusal: ({ x, y, classes }) => {
    if (classes !== null) return "it is a reading of numbers, not of classes";
    const columns = x.length + y.length;
    return y[0].length < columns + spareRows ? `${y[0].length} rows are too few for ${columns} columns` : null;
  },
  estimate: async ({ x: ofX, y: ofY, groups }) => {
    const { x, y } = { x: independentColumns(ofX.map(centredScores)), y: independentColumns(ofY.map(centredScores)) };
    const bits = closedForm(x, y);
    if (bits === null) {
      throw new InputError("columns of one side are combinations of those of the other, which is infinite information");
    }
    const n = y[0].length;
    const [inX, inY, inBoth] = [x, y, [...x, ...y]].map(distances);
    const pointwise = inBoth.map((d, r) => bits / bitsPerNat + 0.5 * (inX[r] + inY[r] - d));
    const columns = x.length + y.length;
    return {
      bits,
      standardError: errorOfMean(pointwise, groups) * bitsPerNat,
      n,
      converged: true,
      warnings:
        n >= rowsPerColumn * columns
          ? []
          : [`${columns} columns are many for ${n} rows: the value is uncertain by more than its standard error`],
    };
  },
};

function centredScores(column: Float64Array): Float64Array {
  const scores = normalScores(column);
  const mean = scores.reduce((sum, v) => sum + v, 0) / scores.length;
  return scores.map((v) => v - mean);
}

/** Columns that are no combination of those before them (Gram-Schmidt). */
function independentColumns(columns: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  return columns.filter((column) => {
    const left = column.slice();
    const whole = dot(column, column, column.length);
    for (const direction of basis) {
      const share = dot(left, direction, left.length);
      for (let r = 0; r < left.length; r++) left[r] -= share * direction[r];
    }
    const rest = dot(left, left, left.length);
    if (rest <= leastOwn * whole) return false;
    basis.push(left.map((v) => v / Math.sqrt(rest)));
    return true;
  });
}

/** [rows] z' S^-1 z of each row, S their covariance. */
function distances(columns: readonly Float64Array[]): Float64Array {
  const d = columns.length;
  const n = columns[0].length;
  const covariance = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) covariance[i * d + j] = dot(columns[i], columns[j], n) / n;
  }
  const factor = tryCholesky(covariance, d) as Float64Array;
  const rows = new Float64Array(d * n);
  columns.forEach((column, j) => void rows.set(column, j * n));
  const whitened = forwardSolve(factor, d, rows, n);
  const out = new Float64Array(n);
  for (let j = 0; j < d; j++) for (let r = 0; r < n; r++) out[r] += whitened[j * n + r] ** 2;
  return out;
}
