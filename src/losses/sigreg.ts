import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { withGradient } from "./custom-gradient.js";
import { meanOfMarked } from "./present-rows.js";
import { requireShape } from "./shapes.js";

/** Knots t = step, 2 step, .., 5 of the quadrature over [-5, 5]; the integrand is even and 0 at t = 0. */
const knotCount = 8;
const knotStep = 0.625;
const knots = Array.from({ length: knotCount }, (_, i) => (i + 1) * knotStep);

/**
 * Sketched Gaussianity of a sample (SIGReg): the Epps-Pulley distance of its one-dimensional projections from N(0, 1),
 * averaged over directions. Linear in the batch; 0 for a perfect fit.
 *   mean_k  integral |phi_k(t) - exp(-t^2/2)|^2 exp(-t^2/2) dt,   phi_k(t) = mean_b exp(i t a_k'z_b)
 * The integral is the trapezoidal rule with 17 knots on [-5, 5]. For exactly normal latents the expectation is
 * 1.0594 / batch. Source: arXiv 2511.08544; there the value is multiplied by the batch size, here it is not, so that its
 * weight means the same at every batch size and is of the order of `csGaussianity`.
 * @param latents    z, [batch, dim]
 * @param directions [dim, K], any non-zero columns (draw them from N(0, I)); scaled to unit length here; constant for
 *                   the gradient
 * @param rows       [batch], 1 for rows that count, at least one, 0 for the others; all count if left out
 * @throws RangeError for other shapes
 */
export function sigreg(latents: Tensor2D, directions: Tensor2D, rows?: Tensor1D): Scalar {
  requireShape("latents", latents, ["batch", "dim"]);
  requireShape("directions", directions, [latents.shape[1], "directions"]);
  return tf.tidy(() => {
    const lengths = tf.sqrt(tf.sum(tf.square(directions), 0));
    return eppsPulley(tf.matMul(latents, tf.div(directions, lengths)) as Tensor2D, rows);
  });
}

/** Mean over columns of the Epps-Pulley distance of each column from N(0, 1). @param columns [batch, K] */
function eppsPulley(columns: Tensor2D, rows?: Tensor1D): Scalar {
  const [batch, count] = columns.shape;
  return withGradient<Scalar>([columns], (save) => {
    const t = tf.tensor(knots, [1, knotCount, 1]);
    const angles = tf.reshape(tf.mul(tf.expandDims(columns, 1), t), [batch, knotCount * count]);
    const cosines = tf.cos(angles);
    const sines = tf.sin(angles);
    const spread = (values: number[]) => tf.tensor(values, [knotCount, 1]);
    // What each row counts in a mean over all: 1 without `rows`.
    const shares = rows === undefined ? null : tf.reshape(meanOfMarked(rows, rows), [batch, 1]);
    const byKnot = (x: Tensor) => tf.reshape(tf.mean(shares === null ? x : tf.mul(x, shares), 0), [knotCount, count]);
    const real = tf.sub(byKnot(cosines), spread(knots.map(normalCharacteristic)));
    const imaginary = byKnot(sines);
    const weights = spread(knotWeights(count));
    save([cosines, sines, real, imaginary, ...(shares === null ? [] : [shares])]);
    return {
      value: tf.sum(tf.mul(tf.add(tf.square(real), tf.square(imaginary)), weights)),
      gradient: (upstream, saved) => [tf.mul(eppsPulleyGradient(saved), upstream)],
    };
  });
}

/** d value / d p_b = sum_t (2 w_t t / batch) (imaginary_t cos(t p_b) - real_t sin(t p_b)), [batch, K]. */
function eppsPulleyGradient([cosines, sines, real, imaginary, shares]: Tensor[]): Tensor2D {
  const batch = cosines.shape[0] as number;
  const count = real.shape[1] as number;
  const slopes = tf.tensor(
    knotWeights(count).map((w, i) => (2 * w * knots[i]) / batch),
    [knotCount, 1],
  );
  const perColumn = (x: Tensor) => tf.reshape(tf.mul(x, slopes), [knotCount * count]);
  const terms = tf.sub(tf.mul(cosines, perColumn(imaginary)), tf.mul(sines, perColumn(real)));
  const each = tf.sum(tf.reshape(terms, [batch, knotCount, count]), 1) as Tensor2D;
  return shares === undefined ? each : tf.mul(each, shares);
}

function normalCharacteristic(t: number): number {
  return Math.exp((-t * t) / 2);
}

/** Trapezoidal weights times the Gaussian weight, doubled for the negative knots, divided by the number of directions. */
function knotWeights(directions: number): number[] {
  return knots.map((t, i) => {
    const trapezoid = (i === knotCount - 1 ? 0.5 : 1) * knotStep;
    return (2 * trapezoid * normalCharacteristic(t)) / directions;
  });
}
