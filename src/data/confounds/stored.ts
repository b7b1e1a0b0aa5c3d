import { z } from "zod";
import { columnNameSchema } from "../../config/column-name.js";
import { InputError } from "../../errors.js";
import { codedColumns } from "../categories/coding.js";
import { categoryCodingSchema } from "../prepare/stored.js";
import type { ConfoundRemoval } from "./confounds.js";

const schema = z
  .strictObject({
    terms: z.array(z.strictObject({ name: columnNameSchema, mean: z.number(), low: z.number(), high: z.number() })),
    numbers: z.array(columnNameSchema),
    categories: z.array(categoryCodingSchema),
    modalities: z.array(
      z.strictObject({
        name: z.string(),
        columns: z.array(
          z.strictObject({
            name: columnNameSchema,
            mean: z.number(),
            slopes: z.array(z.number()).max(1_000_000),
            share: z.number().min(0).max(1),
          }),
        ),
      }),
    ),
  })
  .superRefine(({ terms, numbers, categories, modalities }, context) => {
    const issue = (message: string) => context.addIssue({ code: "custom", message });
    const made = [...numbers, ...categories.flatMap((coding) => codedColumns(coding, true))];
    if (made.join("\n") !== terms.map(({ name }) => name).join("\n")) issue("its terms are not those of its confounds");
    for (const { name, columns } of modalities) {
      const wrong = columns.find(({ slopes }) => slopes.length !== terms.length);
      if (wrong !== undefined) issue(`${name}: column "${wrong.name}" should hold ${terms.length} slopes`);
    }
  });

/**
 * A removal of confounds from parsed JSON, every number and size checked.
 * @param where the file, for the message
 * @throws InputError naming the first fault
 */
export function confoundsFromJSON(stored: unknown, where: string): ConfoundRemoval {
  const result = schema.safeParse(stored);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const at = issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw new InputError(`${where}: not a stored model of this version${at}: ${issue.message}. Train the model again.`);
}
