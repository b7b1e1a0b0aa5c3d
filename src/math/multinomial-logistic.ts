import { addDiagonal, backwardSolve, choleskyFactor, forwardSolve } from "./dense.js";
import { dot } from "./dot.js";
import { LogisticLoss, type LogisticRows } from "./logistic-loss.js";
import { minimise } from "./quasi-newton.js";

/** Coefficients of a multinomial logistic regression: logits = intercept + x' slopes. */
export interface LogisticFit {
  /** [classes] */
  readonly intercepts: Float64Array;
  /** [classes][width] */
  readonly slopes: readonly Float64Array[];
}

/** Steps per penalty where nothing else is said. */
const usualSteps = 15;
/** A path goes on to the next penalty where no coefficient moves by more. */
const tolerance = 1e-6;

/**
 * Multinomial logistic regressions with a ridge penalty, for a descending list of penalties, each begun where the one before
 * ended:
 *   minimise  -sum log p(y | x) + penalty rows / 2 sum |slopes|^2
 * by quasi-Newton steps that begin with the lower bound X'X / 2 of the curvature (Böhning 1992), which needs one factorisation.
 * @param enough told of every fit; the path ends with the first one of which it says so
 */
export function logisticPath(
  rows: LogisticRows,
  penalties: readonly number[],
  steps = usualSteps,
  enough: (fit: LogisticFit) => boolean = () => false,
): LogisticFit[] {
  const loss = new LogisticLoss(rows);
  const { width, classes } = loss;
  const gram = halfGram(loss.design, width);
  let coefficients = startOf(rows, width);
  const fits: LogisticFit[] = [];
  for (const penalty of penalties) {
    const weight = penalty * rows.labels.length;
    const factor = choleskyFactor(addDiagonal(gram, width, weight), width, "curvature of the logistic regression");
    coefficients = minimise({
      evaluate: (at) => loss.evaluate(at, weight),
      precondition: (gradient) => backwardSolve(factor, width, forwardSolve(factor, width, gradient, classes), classes),
      start: coefficients,
      steps,
      tolerance,
    });
    const fit = fitOf(coefficients, width, classes);
    fits.push(fit);
    if (enough(fit)) break;
  }
  return fits;
}

/** X'X / 2, [width, width]. @param design [width][rows] */
function halfGram(design: readonly Float64Array[], width: number): Float64Array {
  const gram = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      gram[i * width + j] = dot(design[i], design[j], design[i].length) / 2;
      gram[j * width + i] = gram[i * width + j];
    }
  }
  return gram;
}

/** The shares of the classes, with half a row more of each; [width, classes]. */
function startOf({ labels, classes }: LogisticRows, width: number): Float64Array {
  const counts = new Float64Array(classes).fill(0.5);
  for (const y of labels) counts[y]++;
  const logs = counts.map(Math.log);
  const mean = logs.reduce((a, b) => a + b, 0) / classes;
  const out = new Float64Array(width * classes);
  out.set(logs.map((log) => log - mean));
  return out;
}

function fitOf(coefficients: Float64Array, width: number, classes: number): LogisticFit {
  const slopes = Array.from({ length: classes }, (_, y) =>
    Float64Array.from({ length: width - 1 }, (_value, j) => coefficients[(j + 1) * classes + y]),
  );
  return { intercepts: coefficients.slice(0, classes), slopes };
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
