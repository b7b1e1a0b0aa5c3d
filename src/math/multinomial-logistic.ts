import { addDiagonal, backwardSolve, choleskyFactor, forwardSolve } from "./dense.js";
import { dot } from "./dot.js";

/** Coefficients of a multinomial logistic regression: logits = intercept + x' slopes. */
export interface LogisticFit {
  /** [classes] */
  readonly intercepts: Float64Array;
  /** [classes][width] */
  readonly slopes: readonly Float64Array[];
}

/** Columns and class of the rows that a regression is fitted on. */
export interface LogisticRows {
  /** [width][rows], about standard */
  readonly columns: readonly Float64Array[];
  /** [rows] 0 .. classes - 1 */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** Steps per penalty where nothing else is said. */
const usualSteps = 40;

/**
 * Multinomial logistic regressions with a ridge penalty, for a descending list of penalties, each begun where the one before
 * ended:
 *   minimise  -sum log p(y | x) + penalty rows / 2 sum |slopes|^2
 * by steps with the lower bound X'X / 2 of the curvature (Böhning 1992), which need one factorisation and never go up.
 * @param enough told of every fit; the path ends with the first one of which it says so
 */
export function logisticPath(
  { columns, labels, classes }: LogisticRows,
  penalties: readonly number[],
  steps = usualSteps,
  enough: (fit: LogisticFit) => boolean = () => false,
): LogisticFit[] {
  const rows = labels.length;
  const design = [new Float64Array(rows).fill(1), ...columns];
  const width = design.length;
  const gram = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      gram[i * width + j] = dot(design[i], design[j], rows) / 2;
      gram[j * width + i] = gram[i * width + j];
    }
  }
  const coefficients = startOf(labels, classes, width);
  const fits: LogisticFit[] = [];
  for (const penalty of penalties) {
    const weight = penalty * rows;
    const factor = choleskyFactor(addDiagonal(gram, width, weight), width, "curvature of the logistic regression");
    for (let s = 0; s < steps; s++) if (!step({ design, labels, classes, coefficients, factor, weight })) break;
    const intercepts = Float64Array.from(coefficients, ([intercept]) => intercept);
    const fit = { intercepts, slopes: coefficients.map((own) => own.slice(1)) };
    fits.push(fit);
    if (enough(fit)) break;
  }
  return fits;
}

/** The shares of the classes, with half a row more of each. */
function startOf(labels: Int32Array, classes: number, width: number): Float64Array[] {
  const counts = new Float64Array(classes).fill(0.5);
  for (const y of labels) counts[y]++;
  const logs = counts.map(Math.log);
  const mean = logs.reduce((a, b) => a + b, 0) / classes;
  return Array.from(logs, (log) => {
    const own = new Float64Array(width);
    own[0] = log - mean;
    return own;
  });
}

interface Step {
  readonly design: readonly Float64Array[];
  readonly labels: Int32Array;
  readonly classes: number;
  /** [classes][1 + width], intercept first; moved in place */
  readonly coefficients: readonly Float64Array[];
  readonly factor: Float64Array;
  readonly weight: number;
}

/** Whether anything moved. */
function step({ design, labels, classes, coefficients, factor, weight }: Step): boolean {
  const width = design.length;
  const probabilities = softmaxRows(
    coefficients.map((own) => weighted(design, own)),
    labels.length,
  );
  let moved = 0;
  for (let y = 0; y < classes; y++) {
    const left = leftOf(probabilities[y], labels, y);
    const gradient = Float64Array.from(design, (column) => dot(column, left, left.length));
    for (let j = 1; j < width; j++) gradient[j] -= weight * coefficients[y][j];
    const change = backwardSolve(factor, width, forwardSolve(factor, width, gradient, 1), 1);
    change.forEach((d, j) => {
      coefficients[y][j] += d;
      moved = Math.max(moved, Math.abs(d));
    });
  }
  return moved > 1e-6;
}

/** 1 in rows of the class, else 0, less its probability. */
function leftOf(probabilities: Float64Array, labels: Int32Array, y: number): Float64Array {
  const left = new Float64Array(probabilities.length);
  for (let r = 0; r < left.length; r++) left[r] = labels[r] === y ? 1 - probabilities[r] : -probabilities[r];
  return left;
}

function weighted(design: readonly Float64Array[], own: Float64Array): Float64Array {
  const out = new Float64Array(design[0].length);
  let j = 0;
  // four columns a pass, in their order, so that sums are those of single columns to the last bit
  for (; j + 4 <= design.length; j += 4) {
    const [a, b, c, d] = design.slice(j, j + 4);
    const [wa, wb, wc, wd] = own.subarray(j, j + 4);
    for (let r = 0; r < out.length; r++) out[r] = out[r] + wa * a[r] + wb * b[r] + wc * c[r] + wd * d[r];
  }
  for (; j < design.length; j++) {
    const [column, weight] = [design[j], own[j]];
    for (let r = 0; r < out.length; r++) out[r] += weight * column[r];
  }
  return out;
}

/** Softmax over the classes of each row. @param logits [classes][rows], overwritten */
function softmaxRows(logits: Float64Array[], rows: number): Float64Array[] {
  for (let r = 0; r < rows; r++) {
    const most = logits.reduce((max, own) => Math.max(max, own[r]), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (const own of logits) {
      own[r] = Math.exp(own[r] - most);
      sum += own[r];
    }
    for (const own of logits) own[r] /= sum;
  }
  return logits;
}

/** Logits of rows, row-major [rows, classes]. @param columns [width][rows] */
export function logisticLogits({ intercepts, slopes }: LogisticFit, columns: readonly Float64Array[], rows: number) {
  const classes = intercepts.length;
  const out = new Float64Array(rows * classes);
  for (let y = 0; y < classes; y++) {
    for (let r = 0; r < rows; r++) {
      let sum = intercepts[y];
      for (let j = 0; j < columns.length; j++) sum += slopes[y][j] * columns[j][r];
      out[r * classes + y] = sum;
    }
  }
  return out;
}
