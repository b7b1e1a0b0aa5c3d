import { mean } from "../math/descriptive.js";

/** Quality of predicted probabilities of classes; `auc` is null where no class can be told from the others. */
export type ClassMetrics = {
  readonly logLoss: number;
  readonly balancedAccuracy: number;
  readonly auc: number | null;
  readonly brier: number;
  readonly ece: number;
};

/** Bins of equal width that the calibration of probabilities is read in. */
export const calibrationBins = 10;

/** Least probability that a logarithm is taken of: that of 1 in 10^15. */
const least = 1e-15;

/** Classes of predicted probabilities. @param truth [rows] class numbers @param prediction [rows, classes] */
export function classesOf(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  return prediction.length / truth.length;
}

/** -ln p of each row's own class, nats, [rows]. @param truth [rows] class numbers @param prediction [rows, classes] */
export function logLosses(truth: ArrayLike<number>, prediction: ArrayLike<number>): Float64Array {
  const classes = classesOf(truth, prediction);
  return Float64Array.from(truth, (y, i) => -Math.log(Math.max(least, prediction[i * classes + y])));
}

/** The likeliest class of each row, the first of equals. @param prediction [rows, classes] */
export function likeliest(prediction: ArrayLike<number>, classes: number): Int32Array {
  return Int32Array.from({ length: prediction.length / classes }, (_, i) => {
    let best = 0;
    for (let y = 1; y < classes; y++) if (prediction[i * classes + y] > prediction[i * classes + best]) best = y;
    return best;
  });
}

/** Brier score of all classes: mean of sum_y (p_y - [y is true])^2, between 0 and 2 (Brier 1950). */
export function brierScore(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  const classes = classesOf(truth, prediction);
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    for (let y = 0; y < classes; y++) sum += (prediction[i * classes + y] - Number(truth[i] === y)) ** 2;
  }
  return sum / truth.length;
}

/** Rows by true class, then by predicted one: [classes][classes] counts. */
export function confusionMatrix(truth: ArrayLike<number>, prediction: ArrayLike<number>): number[][] {
  const classes = classesOf(truth, prediction);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [i, predicted] of likeliest(prediction, classes).entries()) counts[truth[i]][predicted]++;
  return counts;
}

/** Mean over the classes that have rows of the share of their rows that is predicted right. */
export function balancedAccuracy(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  const recalls = confusionMatrix(truth, prediction).flatMap((row, y) => {
    const rows = row.reduce((a, b) => a + b, 0);
    return rows === 0 ? [] : [row[y] / rows];
  });
  return mean(recalls);
}

/**
 * Area under the curve of one class against the rest: probability that a row of the class has the higher probability of it,
 * ties count half (Mann & Whitney 1947); null where either side has no row.
 */
export function areaUnderCurve(truth: ArrayLike<number>, prediction: ArrayLike<number>, own: number): number | null {
  const classes = classesOf(truth, prediction);
  const scores = Float64Array.from(truth, (_, i) => prediction[i * classes + own]);
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  let [ranks, inside] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    for (let i = start; i < end; i++) {
      if (truth[order[i]] !== own) continue;
      ranks += (start + 1 + end) / 2;
      inside++;
    }
    start = end;
  }
  const outside = truth.length - inside;
  return inside === 0 || outside === 0 ? null : (ranks - (inside * (inside + 1)) / 2) / (inside * outside);
}

/** Mean over the classes of the area of each against the rest; null where no class has one. */
export function meanAreaUnderCurve(truth: ArrayLike<number>, prediction: ArrayLike<number>): number | null {
  const classes = classesOf(truth, prediction);
  const areas = Array.from({ length: classes }, (_, y) => areaUnderCurve(truth, prediction, y) ?? []).flat();
  return areas.length === 0 ? null : mean(areas);
}

/** Points of the curve of one class against the rest, from (0, 0) to (1, 1): shares of other rows and own rows above a threshold. */
export function rocCurve(truth: ArrayLike<number>, prediction: ArrayLike<number>, own: number): [number, number][] {
  const classes = classesOf(truth, prediction);
  const scores = Float64Array.from(truth, (_, i) => prediction[i * classes + own]);
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  const inside = order.filter((i) => truth[i] === own).length;
  const outside = order.length - inside;
  const points: [number, number][] = [[0, 0]];
  let [hits, misses] = [0, 0];
  order.forEach((i, at) => {
    if (truth[i] === own) hits++;
    else misses++;
    const next = order[at + 1];
    if (next === undefined || scores[next] !== scores[i]) points.push([misses / outside, hits / inside]);
  });
  return points;
}

/** Rows whose probability lies in one bin. */
export interface CalibrationBin {
  readonly rows: number;
  /** Their mean probability, and the share of them for which it came true. */
  readonly predicted: number;
  readonly observed: number;
}

/** Bins of equal width that hold a row, ascending. @param came [rows] whether what was predicted came true */
export function calibrationCurve(probabilities: ArrayLike<number>, came: ArrayLike<boolean>): CalibrationBin[] {
  const bins = Array.from({ length: calibrationBins }, () => ({ rows: 0, sum: 0, came: 0 }));
  for (let i = 0; i < probabilities.length; i++) {
    const bin = bins[Math.min(calibrationBins - 1, Math.floor(probabilities[i] * calibrationBins))];
    bin.rows++;
    bin.sum += probabilities[i];
    bin.came += Number(came[i]);
  }
  return bins.flatMap(({ rows, sum, came: right }) =>
    rows === 0 ? [] : [{ rows, predicted: sum / rows, observed: right / rows }],
  );
}

/** The calibration of one class: its probabilities in all rows. */
export function classCalibration(
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
  own: number,
): CalibrationBin[] {
  const classes = classesOf(truth, prediction);
  return calibrationCurve(
    Float64Array.from(truth, (_, i) => prediction[i * classes + own]),
    Array.from(truth, (y) => y === own),
  );
}

/**
 * Expected calibration error of the likeliest class: mean over rows of |share that is right - mean probability| of the row's bin,
 * ten bins of equal width (Guo et al. 2017).
 */
export function calibrationError(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  const classes = classesOf(truth, prediction);
  const best = likeliest(prediction, classes);
  const bins = calibrationCurve(
    Float64Array.from(best, (y, i) => prediction[i * classes + y]),
    Array.from(best, (y, i) => truth[i] === y),
  );
  return bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.observed - bin.predicted), 0) / truth.length;
}

/** All metrics of predicted probabilities. @param truth [rows] class numbers @param prediction [rows, classes] */
export function evaluateClasses(truth: ArrayLike<number>, prediction: ArrayLike<number>): ClassMetrics {
  return {
    logLoss: mean(logLosses(truth, prediction)),
    balancedAccuracy: balancedAccuracy(truth, prediction),
    auc: meanAreaUnderCurve(truth, prediction),
    brier: brierScore(truth, prediction),
    ece: calibrationError(truth, prediction),
  };
}
