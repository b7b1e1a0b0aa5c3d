import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
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
  return tf.tidy(() => {
    const near = rows === undefined ? condition : tf.mul(condition, tf.reshape(rows, [1, -1]));
    // Rows that do not count get sums of at least 1, which keeps their ratio finite, and no share of the mean.
    const sums = (x: Tensor) => (rows === undefined ? rowSums(x) : tf.add(rowSums(x), tf.sub(1, rows)));
    const latentCondition = tf.mul(latent, near);
    const m = sums(near);
    const km = sums(tf.mul(other, near));
    const lm = sums(latentCondition);
    const klm = sums(tf.mul(other, latentCondition));
    const product = tf.mul(km, lm);
    const mass = tf.mul(m, rows === undefined ? product : tf.mul(product, rows));
    const share = tf.div(mass, tf.sum(mass));
    const ratio = tf.div(tf.mul(klm, m), product);
    const mean = tf.sum(tf.mul(share, ratio));
    const spread = tf.div(tf.square(tf.sub(ratio, mean)), tf.mul(ratio, mean));
    return tf.log(tf.add(tf.sum(tf.mul(share, spread)), 1)) as Scalar;
  });
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
