import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";
import { meanOfMarked } from "./present-rows.js";
import { requireShape } from "./shapes.js";

/**
 * Squared distance of two predictions of each row: mean over columns of (a - b)^2, [batch], in squared units of the target.
 * @param a [batch, dm]
 * @param b [batch, dm]
 * @throws RangeError for other shapes
 */
export function squaredDistances(a: Tensor2D, b: Tensor2D): Tensor1D {
  requirePair(a, b);
  return tf.tidy(() => tf.mean(tf.square(tf.sub(a, b)), 1));
}

/**
 * Jensen-Shannon divergence of the classes that two rows of logits predict, [batch], nats, at most log 2.
 *   D = H((p + q) / 2) - (H(p) + H(q)) / 2 = (KL(p || m) + KL(q || m)) / 2,   m = (p + q) / 2
 * @param a logits [batch, classes]
 * @param b logits [batch, classes]
 * @throws RangeError for other shapes
 */
export function jensenShannonDivergences(a: Tensor2D, b: Tensor2D): Tensor1D {
  requirePair(a, b);
  return tf.tidy(() => {
    const [logP, logQ] = [tf.logSoftmax(a), tf.logSoftmax(b)];
    const [p, q] = [tf.exp(logP), tf.exp(logQ)];
    // A class of neither has no logarithm: the smallest normal float32 stands in, and is multiplied by 0.
    const logM = tf.log(tf.maximum(tf.mul(tf.add(p, q), 0.5), 1.2e-38));
    const terms = tf.add(tf.mul(p, tf.sub(logP, logM)), tf.mul(q, tf.sub(logQ, logM)));
    return tf.mul(tf.sum(terms, 1), 0.5) as Tensor1D;
  });
}

/**
 * Each row of a batch moved to the next place, the last one to the first. Batches are drawn in random order, so that this is
 * as good as a random permutation that leaves no row where it is, and needs none to be fed.
 * @param rows [batch, width]
 */
export function movedOn(rows: Tensor2D): Tensor2D {
  const [batch, width] = rows.shape;
  if (batch < 2) return rows;
  return tf.tidy(() =>
    tf.concat([tf.slice(rows, [batch - 1, 0], [1, width]), tf.slice(rows, [0, 0], [batch - 1, width])], 0),
  );
}

/**
 * Functional Fisher information of a prediction about one modality, by finite differences, averaged over the rows:
 *   F = E_e |grad_e D|^2 / D = 4 E_e |grad_e sqrt(D)|^2 = 4 E_{e,v} [ (sqrt D(e + t v) - sqrt D(e)) / t ]^2 + O(t)
 * with D(e) the distance of the prediction from the one whose modality was shifted by e, and v ~ N(0, I). By the logarithmic
 * Sobolev inequality s^2 F / 2 is at least the functional entropy Ent(D) = E[D log D] - E[D] log E[D] for e ~ N(0, s^2 I)
 * (arXiv 2010.10802). The root takes the place of the quotient: it needs no second derivative and no division by D.
 * @param near [batch] D(e)
 * @param far  [batch] D(e + t v), same rows
 * @param step t > 0, in the units of e
 * @param rows [batch], 1 for rows that count, at least one, 0 for the others; all count if left out
 * @throws RangeError for other shapes or steps
 */
export function functionalFisher(near: Tensor1D, far: Tensor1D, step: number, rows?: Tensor1D): Scalar {
  requireShape("near", near, ["batch"]);
  requireShape("far", far, near.shape);
  if (!(step > 0 && Number.isFinite(step))) throw new RangeError(`step: expected a finite number above 0, got ${step}`);
  return tf.tidy(() => {
    const slopes = tf.mul(tf.sub(rootOf(far), rootOf(near)), 2 / step);
    const each = tf.square(slopes);
    return (rows === undefined ? tf.mean(each) : meanOfMarked(tf.mean(tf.mul(each, rows)), rows)) as Scalar;
  });
}

/**
 * What is minimised to make that information large: -log F. The paper minimises 1 / F, which goes up the same way and has a
 * gradient without bound where a network starts, with predictions that hardly depend on anything.
 * @param information F >= 0, scalar
 */
export function lackOfInformation(information: Tensor): Scalar {
  return tf.tidy(() => tf.neg(tf.log(tf.add(information, leastInformation)))) as Scalar;
}

/** The root has no slope at 0: distances begin here, far below what a prediction is off by. */
const leastDistance = 1e-6;
/** Keeps the logarithm finite where a prediction does not see a modality at all. */
const leastInformation = 1e-6;

function rootOf(distances: Tensor1D): Tensor {
  return tf.sqrt(tf.add(distances, leastDistance));
}

function requirePair(a: Tensor2D, b: Tensor2D): void {
  requireShape("a", a, ["batch", "dm"]);
  requireShape("b", b, a.shape);
}
