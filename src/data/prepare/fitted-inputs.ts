import type { InputConfig } from "../../config/data.js";

/** Settings of the inputs, with a preparation that can be fitted column by column. */
export type FittedInputs = InputConfig & { readonly preparation: Exclude<InputConfig["preparation"], "auto"> };
