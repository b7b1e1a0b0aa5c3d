import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { withGradient } from "./custom-gradient.js";
import { meanOfMarked } from "./present-rows.js";
import { requireShape } from "./shapes.js";

/** Gram matrices over the same batch, each [batch, batch], entries in (0, 1], ones on the diagonal. */
export interface ConditionalGrams {
  /** M, of the condition c. */
  readonly condition: Tensor2D;
  /** K, of the other variable t. */
  readonly other: Tensor2D;
  /** L, of the latent l. */
  readonly latent: Tensor2D;
  /** [batch], 1 for rows that count, at least one, 0 for the others; all count if left out. */
  readonly rows?: Tensor1D;
}

/**
 * Cauchy-Schwarz conditional mutual information I(latent; other | condition), in nats: the CS divergence between
 * p(c,t,l) p(c) and p(c,t) p(c,l). With row means m = mean_j M, km = mean_j K*M, lm = mean_j L*M, klm = mean_j K*L*M,
 *   I = -2 log mean(m km lm) + log mean(klm m^2) + log mean(km^2 lm^2 / klm)
 * computed in the equal form
 *   I = log(1 + sum_i p_i (r_i - r)^2 / (r_i r)),   r_i = klm m / (km lm),  p = m km lm / sum,  r = sum_i p_i r_i
 * which is >= 0 in floating point too, and keeps its relative accuracy near 0, where the three logarithms cancel. No
 * clamp: a clamp at 0 kills the gradient. The unit diagonals keep every row mean at least 1/batch, so that narrow
 * kernels give 0 and not 0/0.
 * Source: arXiv 2301.08970, formula of arXiv 2512.22102. The authors' published code conditions the first term on the
 * condition and the others on the latent, and clamps at 0.
 * The gradient flows into every matrix that carries one; nothing is computed for those that do not. `other` times
 * `condition` is shared when a second call swaps the two.
 * @throws RangeError for other shapes
 */
export function csConditionalMutualInformation({ condition, other, latent, rows }: ConditionalGrams): Scalar {
  requireGrams({ condition, other, latent });
  if (rows === undefined) return information(condition, other, latent);
  return tf.tidy(() => {
    const near = tf.mul(condition, tf.reshape(rows, [1, -1])) as Tensor2D;
    return information(near, other, latent, rows);
  });
}

/**
 * The information and its gradient, by hand: automatic differentiation takes half as many passes over [batch, batch] more, and
 * several times the vectors. With d_i = r_i / r - 1, s = sum_i p_i d_i^2 / (1 + d_i) and A = 1 + s, of which I is the logarithm,
 *   dI/dlm = -2 p (d + s (1 + d)) / (A (1 + d) lm),            dI/dkm the same with km,
 *   dI/dklm = p (d (2 + d) + s (1 + d)^2) / (A (1 + d) klm),   dI/dm = 2 p d / m,
 * in which nothing cancels near independence.
 * @param near the condition, 0 in the columns of rows that do not count
 */
function information(near: Tensor2D, other: Tensor2D, latent: Tensor2D, rows?: Tensor1D): Scalar {
  // Rows that do not count get sums of at least 1, which keeps their ratio finite, and no share of the mean.
  const sums = (x: Tensor) => (rows === undefined ? rowSums(x) : tf.add(rowSums(x), tf.sub(1, rows)));
  return withGradient<Scalar>([near, other, latent], (save) => {
    const latentNear = tf.mul(latent, near);
    const m = sums(near);
    const km = sums(tf.mul(other, near));
    const lm = sums(latentNear);
    const klm = sums(tf.mul(other, latentNear));
    const product = tf.mul(km, lm);
    const mass = tf.mul(m, rows === undefined ? product : tf.mul(product, rows));
    const share = tf.div(mass, tf.sum(mass));
    const ratio = tf.div(tf.mul(klm, m), product);
    const mean = tf.sum(tf.mul(share, ratio));
    const relative = tf.div(ratio, mean);
    const departure = tf.div(tf.sub(ratio, mean), mean);
    const spread = tf.sum(tf.mul(share, tf.div(tf.square(departure), relative)));
    const whole = tf.add(spread, 1);
    save([near, other, latent, m, km, lm, klm, share, relative, departure, spread, whole]);
    return { value: tf.log(whole) as Scalar, gradient: informationGradient };
  });
}

function informationGradient(upstream: Scalar, saved: Tensor[]): Tensor[] {
  const [near, other, latent, m, km, lm, klm, share, relative, d, spread, whole] = saved;
  const column = (v: Tensor) => tf.reshape(v, [-1, 1]);
  const pulled = tf.mul(share, upstream);
  const ofProducts = tf.div(pulled, tf.mul(relative, whole));
  const first = tf.mul(tf.mul(ofProducts, tf.add(d, tf.mul(relative, spread))), -2);
  const ofKlm = tf.add(tf.mul(d, tf.add(relative, 1)), tf.mul(tf.square(relative), spread));
  const dKlm = column(tf.div(tf.mul(ofProducts, ofKlm), klm));
  const dKm = column(tf.div(first, km));
  const dLm = column(tf.div(first, lm));
  const dM = column(tf.mul(tf.div(tf.mul(pulled, d), m), 2));
  const dOther = tf.mul(near, tf.add(tf.mul(latent, dKlm), dKm));
  const dLatent = tf.mul(near, tf.add(tf.mul(other, dKlm), dLm));
  const dNear = tf.add(tf.add(tf.mul(other, tf.add(tf.mul(latent, dKlm), dKm)), tf.mul(latent, dLm)), dM);
  return [dNear, dOther, dLatent];
}

/**
 * Cauchy-Schwarz mutual information of two variables, in nats: the CS divergence between p(a,b) and p(a) p(b).
 *   I = log mean(A*B) + log(mean A mean B) - 2 log mean_i(mean_j A_ij mean_j B_ij)
 * >= 0 up to rounding (about 1e-6 in float32); never clamped. Source: arXiv 2301.08970.
 * The gradient flows into every matrix that carries one.
 * @param gramA [batch, batch], as in `ConditionalGrams`
 * @param gramB [batch, batch]
 * @param rows  as in `ConditionalGrams`
 * @throws RangeError for other shapes
 */
export function csMutualInformation(gramA: Tensor2D, gramB: Tensor2D, rows?: Tensor1D): Scalar {
  requireGrams({ gramA, gramB });
  return tf.tidy(() => {
    const overColumns = (x: Tensor) =>
      rows === undefined ? tf.mean(x, 1) : meanOfMarked(tf.mean(tf.mul(x, rows), 1), rows);
    const overRows = (x: Tensor) => (rows === undefined ? tf.mean(x) : meanOfMarked(tf.mean(tf.mul(x, rows)), rows));
    const a = overColumns(gramA);
    const b = overColumns(gramB);
    const meanA = overRows(a);
    const meanB = overRows(b);
    // Everything relative to the means: the logarithms are then of numbers near 1 and do not cancel.
    const joint = overRows(overColumns(tf.mul(gramA, gramB)));
    const together = tf.div(joint, tf.mul(meanA, meanB));
    const apart = overRows(tf.mul(tf.div(a, meanA), tf.div(b, meanB)));
    return tf.sub(tf.log(together), tf.mul(tf.log(apart), 2));
  });
}

function rowSums(x: Tensor): Tensor1D {
  return tf.sum(x, 1);
}

function requireGrams(grams: Readonly<Record<string, Tensor2D>>): void {
  const entries = Object.entries(grams);
  requireShape(entries[0][0], entries[0][1], ["batch", "batch"]);
  const batch = entries[0][1].shape[0];
  for (const [name, gram] of entries) requireShape(name, gram, [batch, batch]);
}
