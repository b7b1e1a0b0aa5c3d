import type { Config } from "../config/schema.js";
import type { PreparedModality } from "../data/preprocessor.js";

/** Whether a model is trained for rows that lack whole modalities. */
export function takesAbsentModalities({ training }: Pick<Config, "training">): boolean {
  return training.modalityDropout > 0;
}

/**
 * Inputs as the network reads them. A network that was not trained for absent modalities reads filled features instead:
 * that is what it saw of such rows in training.
 */
export function networkInputs(
  inputs: readonly PreparedModality[],
  config: Pick<Config, "training">,
): readonly PreparedModality[] {
  if (takesAbsentModalities(config)) return inputs;
  return inputs.map(({ present: _present, ...input }) => input);
}

/** Modalities that each row lacks, by name, in the order of the model. */
export function absentNames(inputs: readonly PreparedModality[], rows: ArrayLike<number>): string[][] {
  return Array.from(rows, (row) => inputs.flatMap(({ name, present }) => (present?.[row] === 0 ? [name] : [])));
}
