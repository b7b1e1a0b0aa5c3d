import { type InputConfig, inputSchema } from "../../src/config/data.js";
import type { FittedInputs } from "../../src/data/prepare/fitted-inputs.js";

/** Settings of the inputs with ranks where the preparation is left to the training rows. */
export function rankedInputs(inputs: InputConfig = inputSchema.parse({})): FittedInputs {
  const { preparation } = inputs;
  return { ...inputs, preparation: preparation === "auto" ? "quantile" : preparation };
}
