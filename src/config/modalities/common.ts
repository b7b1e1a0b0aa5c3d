import { z } from "zod";

/** `cost`, the same for every kind of modality. */
export const cost = z
  .number()
  .min(0)
  .max(1e12)
  .optional()
  .describe(
    "What acquiring this modality costs, in any unit; for `pidreg select` and `pidreg acquire`, without effect on training.",
  );
