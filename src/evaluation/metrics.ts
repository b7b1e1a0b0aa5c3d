import { InputError } from "../errors.js";
import { mean } from "../math/descriptive.js";
import { countedRow } from "../row-number.js";

/**
 * Prediction quality on one part of the rows. `r2` is null where the truth is constant, `pearson` where the truth or
 * the prediction is: the quantity does not exist there, and 0 would claim something else.
 */
export type Metrics = {
  readonly mae: number;
  readonly rmse: number;
  readonly r2: number | null;
  readonly pearson: number | null;
};

/** The metrics of any task by name; null where one does not exist. */
export type AnyMetrics = Readonly<Record<string, number | null>>;

/** Metrics of one part (validation or test): `n` rows, every target in its own unit, and their mean. */
export interface Part<M extends AnyMetrics = AnyMetrics> {
  readonly n: number;
  /** Unweighted mean over the targets of each metric; for one target the metrics of that target. */
  readonly overall: M;
  readonly perTarget: Readonly<Record<string, M>>;
}

/** Mean absolute error, in the unit of the target: mean |y - p|. */
export function mae(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += Math.abs(truth[i] - prediction[i]);
  return sum / truth.length;
}

/** Root mean squared error, in the unit of the target: sqrt(mean (y - p)^2). */
export function rmse(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  return Math.sqrt(squaredError(truth, prediction) / truth.length);
}

/** Coefficient of determination 1 - sum (y - p)^2 / sum (y - mean y)^2; null for a constant truth. */
export function r2(truth: ArrayLike<number>, prediction: ArrayLike<number>): number | null {
  const total = centredProduct(truth, truth);
  return total > 0 ? 1 - squaredError(truth, prediction) / total : null;
}

/** Pearson correlation of truth and prediction, in [-1, 1]; null when either is constant. */
export function pearson(truth: ArrayLike<number>, prediction: ArrayLike<number>): number | null {
  const scale = Math.sqrt(centredProduct(truth, truth) * centredProduct(prediction, prediction));
  if (!(scale > 0)) return null;
  return Math.max(-1, Math.min(1, centredProduct(truth, prediction) / scale));
}

/** All four metrics of one target. */
export function evaluateTarget(truth: ArrayLike<number>, prediction: ArrayLike<number>): Metrics {
  return {
    mae: mae(truth, prediction),
    rmse: rmse(truth, prediction),
    r2: r2(truth, prediction),
    pearson: pearson(truth, prediction),
  };
}

/** As `evaluatePart`: metrics of one part of the rows, row-major [n, targets]. */
export type EvaluatePart = (
  targets: readonly string[],
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
) => Part;

/**
 * Metrics of one part, per target and overall.
 *
 * `overall` is the unweighted mean over the targets of each metric. Errors of targets in different units are averaged
 * as they are, so for several targets read `perTarget` for mae and rmse, and `overall` for r2 and pearson.
 *
 * @param targets    names of the t targets
 * @param truth      [n, t] row-major, in the units of the targets
 * @param prediction [n, t] row-major
 * @throws InputError when the sizes disagree, there are no rows, or a value is not finite
 */
export function evaluatePart(
  targets: readonly string[],
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
): Part<Metrics> {
  const n = truth.length / targets.length;
  if (!Number.isInteger(n) || n === 0 || prediction.length !== truth.length) {
    throw new InputError(
      `metrics need the same rows of truth and prediction for ${targets.length} target(s); ` +
        `got ${truth.length} true and ${prediction.length} predicted values`,
    );
  }
  const perTarget: Record<string, Metrics> = {};
  targets.forEach((name, t) => {
    perTarget[name] = evaluateTarget(
      column(truth, targets.length, t, `true "${name}"`),
      column(prediction, targets.length, t, `predicted "${name}"`),
    );
  });
  return { n, overall: meanMetrics(Object.values(perTarget)), perTarget };
}

function meanMetrics(all: readonly Metrics[]): Metrics {
  const meanOf = (pick: (m: Metrics) => number) => mean(all.map(pick));
  const meanOrNull = (pick: (m: Metrics) => number | null) =>
    all.some((m) => pick(m) === null) ? null : meanOf((m) => pick(m) as number);
  return {
    mae: meanOf((m) => m.mae),
    rmse: meanOf((m) => m.rmse),
    r2: meanOrNull((m) => m.r2),
    pearson: meanOrNull((m) => m.pearson),
  };
}

function column(values: ArrayLike<number>, width: number, index: number, what: string): Float64Array {
  const out = new Float64Array(values.length / width);
  for (let i = 0; i < out.length; i++) {
    const value = values[i * width + index];
    if (!Number.isFinite(value))
      throw new InputError(`${what} is ${value} in ${countedRow(i)}; metrics need finite numbers`);
    out[i] = value;
  }
  return out;
}

function squaredError(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += (truth[i] - prediction[i]) ** 2;
  return sum;
}

/**
 * sum (a - mean a)(b - mean b), two passes. Exactly 0 for a constant, whose computed mean may be off by a rounding
 * error: that noise must not pass for variance.
 */
function centredProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (isConstant(a) || isConstant(b)) return 0;
  const meanA = mean(a);
  const meanB = mean(b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - meanA) * (b[i] - meanB);
  return sum;
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
