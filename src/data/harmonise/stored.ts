import { z } from "zod";
import { columnNameSchema } from "../../config/column-name.js";
import { InputError } from "../../errors.js";
import { categoryCodingSchema } from "../prepare/stored.js";
import type { Harmonisation } from "./harmonisation.js";

const name = z.string();
const list = z.array(z.number()).max(1_000_000);

const columnSchema = z.strictObject({
  name: columnNameSchema,
  grandMean: z.number(),
  slopes: list,
  shift: list,
  spread: z.array(z.number().positive()).max(1_000_000),
});

const schema = z
  .strictObject({
    site: columnNameSchema,
    sites: z
      .array(z.strictObject({ name, rows: z.int().min(1), estimate: z.int().min(0).nullable() }))
      .min(2)
      .max(1_000_000),
    estimates: z.int().min(2),
    covariates: z.array(z.strictObject({ name: columnNameSchema, mean: z.number() })),
    categories: z.array(categoryCodingSchema).min(1).optional(),
    withSites: z.array(columnNameSchema).min(1).optional(),
    fitOnly: z.array(columnNameSchema),
    modalities: z.array(z.strictObject({ name, columns: z.array(columnSchema) })),
    unadjusted: z.array(name),
  })
  .superRefine(({ sites, estimates, covariates, modalities }, context) => {
    const issue = (message: string) => context.addIssue({ code: "custom", message });
    if (sites.some(({ estimate }) => estimate !== null && estimate >= estimates)) {
      issue(`a site names an estimate that is not among the ${estimates} estimates`);
    }
    for (const { name, columns } of modalities) {
      const wrong = columns.find(
        ({ slopes, shift, spread }) =>
          slopes.length !== covariates.length || shift.length !== estimates || spread.length !== estimates,
      );
      if (wrong !== undefined) {
        issue(`${name}: column "${wrong.name}" should hold ${estimates} estimates and ${covariates.length} slopes`);
      }
    }
  });

/**
 * A harmonisation from parsed JSON, every number and size checked.
 * @param where the file, for the message
 * @throws InputError naming the first fault
 */
export function harmonisationFromJSON(stored: unknown, where: string): Harmonisation {
  const result = schema.safeParse(stored);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const at = issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw new InputError(`${where}: not a stored model of this version${at}: ${issue.message}. Train the model again.`);
}
