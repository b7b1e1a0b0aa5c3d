import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import tf from "../tensorflow.js";

/** One summand of the fused latent: a modality's latent, or the Hadamard product of two. */
export interface FusionTerm {
  /** `thickness`, or `thickness*volumes` for a product. */
  readonly name: string;
  /** Indices of the modalities that enter: one, or two. */
  readonly modalities: readonly number[];
}

/** How latents become what the predictor reads. */
export interface FusionOptions {
  /**
   * `pid` and `equal`: the weighted sum of the terms; `concatenate`: the weighted terms side by side; `low-rank`: sum
   * over ranks of the elementwise product of a linear map of every latent (Liu et al. 2018); `late`: every latent goes
   * to a predictor of its own, and their outputs are added.
   */
  readonly method: "pid" | "equal" | "concatenate" | "low-rank" | "late";
  /** Whether products of latents are terms; `low-rank` and `late` have none. */
  readonly interaction: "hadamard" | "none";
}

/** Terms of the fusion over `modalities`: every latent, then with `hadamard` every pair. */
export function fusionTerms(modalities: readonly string[], { method, interaction }: FusionOptions): FusionTerm[] {
  const single = modalities.map((name, i) => ({ name, modalities: [i] }));
  if (interaction === "none" || method === "low-rank" || method === "late") return single;
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
 * Latents as the fusion sees them when rows lack modalities: the mean of the latent in place of an absent one.
 * @param latents per modality [batch, d]
 * @param means   per modality [d]
 * @param present [batch, M], 1 where a row has the modality, 0 where it lacks it
 */
export function fillAbsent(latents: readonly Tensor2D[], means: readonly Tensor1D[], present: Tensor2D): Tensor2D[] {
  const columns = latents.length === 1 ? [present] : tf.split(present, latents.length, 1);
  return latents.map(
    (latent, m) => tf.add(tf.mul(latent, columns[m]), tf.mul(means[m], tf.sub(1, columns[m]))) as Tensor2D,
  );
}

/**
 * Weighted terms w_t term_t, each [batch, d]; their sum is the fused latent of the published method.
 * @param values  terms, each [batch, d]
 * @param weights [number of terms]
 */
export function weighTerms(values: readonly Tensor2D[], weights: Tensor1D): Tensor2D[] {
  const each = values.length === 1 ? [weights] : tf.split(weights, values.length);
  return values.map((value, t) => tf.mul(value, each[t]) as Tensor2D);
}

/**
 * Terms, some taken out: one with keep_t = 0 is replaced by its training mean.
 * @param keep  [number of terms], 1 keeps, 0 takes out
 * @param means [number of terms, d], mean of each term over the training rows
 */
export function keepTerms(values: readonly Tensor2D[], keep: Tensor1D, means: Tensor2D): Tensor2D[] {
  const keeps = values.length === 1 ? [keep] : tf.split(keep, values.length);
  const centres = values.length === 1 ? [means] : tf.split(means, values.length);
  return values.map((value, t) => tf.add(tf.mul(value, keeps[t]), tf.mul(centres[t], tf.sub(1, keeps[t]))) as Tensor2D);
}
