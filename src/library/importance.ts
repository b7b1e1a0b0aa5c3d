import type { Importance, ImportanceOptions } from "./importance-options.js";

/**
 * Permutation importance of columns and groups of columns under any model, as runs measure it on their test rows: root mean
 * squared error with the values of other rows minus that as they are. Of a linear model its square grows by 2 beta^2 var on
 * average.
 * @throws InputError where rows, columns and predictions do not fit together
 */
export async function permutationImportance(options: ImportanceOptions): Promise<Importance[]> {
  const { importanceInMemory } = await import("./importance-in-memory.js");
  return importanceInMemory(options);
}
