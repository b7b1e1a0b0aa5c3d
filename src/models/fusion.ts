import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";

/** One summand of the fused latent: a modality's latent, or the Hadamard product of two. */
export interface FusionTerm {
  /** `thickness`, or `thickness*volumes` for a product. */
  readonly name: string;
  /** Indices of the modalities that enter: one, or two. */
  readonly modalities: readonly number[];
}

/** Terms of the fusion over `modalities`: every latent, then with `hadamard` every pair. */
export function fusionTerms(modalities: readonly string[], interaction: "hadamard" | "none"): FusionTerm[] {
  const single = modalities.map((name, i) => ({ name, modalities: [i] }));
  if (interaction === "none") return single;
  const pairs = modalities.flatMap((first, i) =>
    modalities.slice(i + 1).map((second, k) => ({ name: `${first}*${second}`, modalities: [i, i + 1 + k] })),
  );
  return [...single, ...pairs];
}

/** Values of the terms, each [batch, d]: latents as they are, products elementwise. */
export function termValues(terms: readonly FusionTerm[], latents: readonly Tensor2D[]): Tensor2D[] {
  return terms.map(({ modalities: [first, second] }) =>
    second === undefined ? latents[first] : (tf.mul(latents[first], latents[second]) as Tensor2D),
  );
}

/**
 * Fused latent z = sum_t w_t term_t, [batch, d].
 * @param values  terms, each [batch, d]
 * @param weights [number of terms]
 */
export function fuse(values: readonly Tensor2D[], weights: Tensor1D): Tensor2D {
  const each = values.length === 1 ? [weights] : tf.split(weights, values.length);
  return values.map((value, t) => tf.mul(value, each[t]) as Tensor2D).reduce((a, b) => tf.add(a, b));
}

/**
 * Fused latent with terms taken out: a term with keep_t = 0 is replaced by its training mean.
 * @param keep  [number of terms], 1 keeps, 0 takes out
 * @param means [number of terms, d], mean of each term over the training rows
 */
export function fuseKeeping(values: readonly Tensor2D[], weights: Tensor1D, keep: Tensor1D, means: Tensor2D): Tensor2D {
  const keeps = values.length === 1 ? [keep] : tf.split(keep, values.length);
  const centres = values.length === 1 ? [means] : tf.split(means, values.length);
  const kept = values.map(
    (value, t) => tf.add(tf.mul(value, keeps[t]), tf.mul(centres[t], tf.sub(1, keeps[t]))) as Tensor2D,
  );
  return fuse(kept, weights);
}
