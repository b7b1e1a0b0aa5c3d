import { addDiagonal, backwardSolve, choleskyFactor, forwardSolve } from "../../../math/dense.js";
import { softmaxOf } from "../../../math/softmax.js";

/** What several predictors say of classes: each [rows, classes], log q(y | row) less the log share of y in what it learned from. */
export interface PooledEvidence {
  readonly evidence: readonly Float64Array[];
  readonly classes: number;
}

/** Newton steps at most; the loss is convex in the powers. */
const steps = 50;
/** Penalty on squared powers, of the mean loss: predictors may say the same. */
const penalty = 1e-3;
/** Rows that the powers to start from are worth: few rows tell the powers of several predictors apart only by chance. */
const priorRows = 1;

/** Probabilities share_y exp(sum_j power_j evidence_j,y), normalised, [rows, classes]. */
export function pooled(
  { evidence, classes }: PooledEvidence,
  powers: ArrayLike<number>,
  shares: ArrayLike<number>,
): Float64Array {
  const logits = evidence[0].map((_, i) => {
    let sum = Math.log(shares[i % classes]);
    for (let j = 0; j < evidence.length; j++) sum += powers[j] * evidence[j][i];
    return sum;
  });
  return softmaxOf(logits, classes).map((p) => Math.max(p, Number.MIN_VALUE));
}

/**
 * Powers of a logarithmic pool (Genest & Zidek 1986) under which the given rows are most likely, by Newton's method with halved
 * steps, drawn a little towards the last predictor as it is. One predictor: its power is one over a temperature. As few numbers as there
 * are predictors, whatever the classes.
 * @param labels [rows] class numbers @param rows positions that count
 */
export function fitPowers(
  { evidence, classes }: PooledEvidence,
  labels: ArrayLike<number>,
  shares: ArrayLike<number>,
  rows: ArrayLike<number>,
): Float64Array {
  const width = evidence.length;
  let powers = new Float64Array(width);
  let { loss, gradient, curvature } = lossAt({ evidence, classes }, labels, shares, rows, powers);
  for (let step = 0; step < steps; step++) {
    const factor = choleskyFactor(addDiagonal(curvature, width, 1e-9), width, "curvature of the pool of classes");
    const change = backwardSolve(factor, width, forwardSolve(factor, width, gradient, 1), 1);
    let [scale, moved] = [1, false];
    for (let half = 0; half < 30 && !moved; half++, scale /= 2) {
      const next = powers.map((w, j) => w - scale * change[j]);
      const at = lossAt({ evidence, classes }, labels, shares, rows, next);
      if (!(at.loss < loss)) continue;
      moved = loss - at.loss > 1e-12 * Math.abs(loss);
      [powers, loss, gradient, curvature] = [next, at.loss, at.gradient, at.curvature];
      if (!moved) return powers;
    }
    if (!moved) return powers;
  }
  return powers;
}

/** Mean loss with its penalty, and its first two derivatives by the powers. */
function lossAt(
  given: PooledEvidence,
  labels: ArrayLike<number>,
  shares: ArrayLike<number>,
  rows: ArrayLike<number>,
  powers: Float64Array,
) {
  const { evidence, classes } = given;
  const width = evidence.length;
  const p = pooled(given, powers, shares);
  const n = rows.length;
  const prior = priorRows / n;
  const off = powers.map((w, j) => w - Number(j === width - 1));
  let loss = powers.reduce((sum, w, j) => sum + penalty * w * w + prior * off[j] * off[j], 0);
  const gradient = powers.map((w, j) => 2 * (penalty * w + prior * off[j]));
  const curvature = new Float64Array(width * width);
  for (let j = 0; j < width; j++) curvature[j * width + j] = 2 * (penalty + prior);
  const means = new Float64Array(width);
  for (let r = 0; r < n; r++) {
    const from = rows[r] * classes;
    const own = from + labels[rows[r]];
    loss -= Math.log(p[own]) / n;
    means.fill(0);
    for (let j = 0; j < width; j++) for (let y = 0; y < classes; y++) means[j] += p[from + y] * evidence[j][from + y];
    for (let j = 0; j < width; j++) {
      gradient[j] += (means[j] - evidence[j][own]) / n;
      for (let k = 0; k <= j; k++) {
        let both = -means[j] * means[k];
        for (let y = 0; y < classes; y++) both += p[from + y] * evidence[j][from + y] * evidence[k][from + y];
        curvature[j * width + k] += both / n;
        if (k < j) curvature[k * width + j] += both / n;
      }
    }
  }
  return { loss, gradient, curvature };
}
