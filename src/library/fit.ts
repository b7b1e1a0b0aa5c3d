import type { FitOptions } from "./fit-options.js";
import type { FittedModel } from "./fitted-model.js";

/**
 * Trains on rows in memory, as `trainRun` does on a table in files: the same rows give the same model to the last bit.
 * @throws InputError naming what the caller can mend, RunError when training diverges, Interrupted when the signal fires
 */
export async function fit(options: FitOptions): Promise<FittedModel> {
  const { fitInMemory } = await import("./fit-in-memory.js");
  return fitInMemory(options);
}
