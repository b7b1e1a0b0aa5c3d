import type { NamedWeights } from "./pid-schemas.js";

/** A term of the fusion: one modality, or the product of two. */
interface NamedTerm {
  readonly name: string;
  readonly modalities: readonly number[];
}

/** Fusion weights of the terms by their names. */
export function namedWeights(terms: readonly NamedTerm[], weights: readonly number[]): NamedWeights {
  const pick = (count: number) =>
    Object.fromEntries(
      terms.flatMap(({ name, modalities }, t) => (modalities.length === count ? [[name, weights[t]]] : [])),
    );
  return { byModality: pick(1), interaction: pick(2) };
}
