import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { normalQuantile } from "../math/special.js";
import tf from "../tensorflow.js";
import { withGradient } from "./custom-gradient.js";
import { meanOfMarked } from "./present-rows.js";
import { requireShape } from "./shapes.js";

/** Whitening of joint rows, constant during a step: `math/whitening` makes it from earlier rows. */
export interface Whitening {
  /** [D] */
  readonly mean: Tensor1D;
  /** U, [D, D] upper triangular: row v = (row - mean) U has unit covariance. */
  readonly whitening: Tensor2D;
}

/**
 * Joint Gaussianity of target and latents: -log W of Shapiro and Francia over all entries of the whitened rows, >= 0.
 *   v = (values - mean) U, all n D entries sorted;  W = (sum m_i v_(i))^2 / (|m|^2 |v - mean(v)|^2)
 * Computed as log(1 + R / (b^2 |m|^2)) with the regression v = b m + rest, R = |rest|^2: equal, never negative, and
 * accurate where W is close to 1. The gradient flows through v only: mean and whitening are constants, because no
 * Cholesky factor can be taken inside a compiled step, and the order of the entries is a constant permutation.
 * Source: Shapiro & Francia 1972; arXiv 2512.22102. The authors' code adds a correction to m without renormalising (its
 * W exceeds 1) and differentiates through a singular value decomposition.
 * @param values    [rows, D]: the transformed target in the first columns, then the latents
 * @param whitening `mean` and `whitening` of rows like these
 * @param scores    m, [rows D], ascending with mean 0: `blomScores(rows * D)`, a constant input; where only n rows count
 *   `blomScoresOf(n * D, rows * D)`
 * @param counted   [rows], 1 for rows that count, at least one, 0 for the others; all count if left out
 * @throws RangeError for other shapes
 */
export function shapiroFrancia(
  values: Tensor2D,
  { mean, whitening }: Whitening,
  scores: Tensor1D,
  counted?: Tensor1D,
): Scalar {
  requireShape("values", values, ["rows", "D"]);
  const [rows, width] = values.shape;
  requireShape("mean", mean, [width]);
  requireShape("whitening", whitening, [width, width]);
  requireShape("scores", scores, [rows * width]);
  return tf.tidy(() => {
    const white = tf.matMul(tf.sub(values, mean) as Tensor2D, whitening);
    const entries = tf.reshape(white, [rows * width]) as Tensor1D;
    if (counted === undefined) return negativeLogW(entries, scores);
    requireShape("counted", counted, [rows]);
    const marks = tf.mul(tf.reshape(counted, [rows, 1]), tf.ones([1, width]));
    return negativeLogW(entries, scores, tf.reshape(marks, [rows * width]));
  });
}

/** Where entries that do not count are sorted to: behind all others. */
const beyond = 1e30;

/**
 * -log W of the entries v [n]; gradient (2 / |c|^2) (rest - R / (b |m|^2) q), c centred v, q the score of each entry.
 * Entries that are not marked are sorted behind the others, where the scores are 0, and have c = 0.
 */
function negativeLogW(v: Tensor1D, scores: Tensor1D, marks?: Tensor1D): Scalar {
  return withGradient<Scalar>([v], (save) => {
    const sorted = marks === undefined ? v : tf.add(tf.mul(v, marks), tf.mul(tf.sub(1, marks), beyond));
    const entryScores = scoreOfEach(sorted as Tensor1D, scores);
    const squaredScores = tf.sum(tf.square(scores));
    const centred = marks === undefined ? tf.sub(v, tf.mean(v)) : centredMarked(v, marks);
    const slope = tf.div(tf.sum(tf.mul(entryScores, centred)), squaredScores);
    const rest = tf.sub(centred, tf.mul(entryScores, slope));
    const unexplained = tf.sum(tf.square(rest));
    const explained = tf.mul(tf.square(slope), squaredScores);
    const pullOfScores = tf.div(unexplained, tf.mul(slope, squaredScores));
    save([rest, entryScores, pullOfScores, tf.add(explained, unexplained)]);
    return {
      value: tf.log(tf.add(tf.div(unexplained, explained), 1)) as Scalar,
      gradient: (upstream, [remainder, q, coefficient, total]) => [
        tf.mul(tf.sub(remainder, tf.mul(q, coefficient)), tf.div(tf.mul(upstream, 2), total)),
      ],
    };
  });
}

function centredMarked(v: Tensor1D, marks: Tensor1D): Tensor {
  return tf.mul(marks, tf.sub(v, meanOfMarked(tf.mean(tf.mul(v, marks)), marks)));
}

/** The score that belongs to the rank of each entry, [n]: the i-th smallest entry gets scores[i]. */
function scoreOfEach(v: Tensor1D, scores: Tensor1D): Tensor {
  const n = v.shape[0];
  const { indices } = tf.topk(tf.neg(v), n, true);
  return tf.scatterND(tf.reshape(indices, [n, 1]), scores, [n]);
}

/**
 * Blom's approximation of the expected order statistics of n standard normal draws, ascending.
 *   m_i = Phi^-1((i - 3/8) / (n + 1/4)),  i = 1..n
 * Source: Blom 1958.
 * @throws RangeError unless n is an integer of at least 2
 */
export function blomScores(n: number): Float32Array {
  if (!Number.isInteger(n) || n < 2) throw new RangeError(`n: expected an integer of at least 2, got ${n}`);
  const scores = new Float32Array(n);
  for (let i = 0; i < n >> 1; i++) {
    scores[i] = normalQuantile((i + 1 - 0.375) / (n + 0.25));
    scores[n - 1 - i] = -scores[i]; // exactly antisymmetric, hence with mean exactly 0
  }
  return scores;
}

/** Blom scores of n entries, and 0 for those up to `length` that do not count and are sorted behind them. */
export function blomScoresOf(n: number, length: number): Float32Array {
  const scores = new Float32Array(length);
  scores.set(blomScores(n));
  return scores;
}
