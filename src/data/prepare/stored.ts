import { z } from "zod";
import { columnNameSchema as name } from "../../config/column-name.js";
import { dateParts } from "../../config/modalities/table.js";
import { InputError } from "../../errors.js";
import type { Preprocessor } from "./preprocessor.js";

const finite = z.number();
const longList = z.array(finite).min(1).max(1_000_000);

/** Whether numbers ascend, strictly or with repetitions. */
export const ascending = (list: readonly number[], strictly: boolean) =>
  list.every((value, i) => i === 0 || value > list[i - 1] || (!strictly && value === list[i - 1]));

const quantile = z
  .strictObject({
    kind: z.literal("quantile"),
    y: longList.min(2),
    z: longList.min(2),
    clip: finite.positive(),
    fill: finite,
  })
  .refine((p) => p.y.length === p.z.length && ascending(p.y, true) && ascending(p.z, false), {
    error: "knots must be two ascending lists of equal length",
  });

const standardize = z.strictObject({
  kind: z.literal("standardize"),
  mean: finite,
  scale: finite.positive(),
  clip: finite.positive(),
  smooth: finite.positive().optional(),
  fill: finite,
});

/** The range of a column, ascending. */
export const columnRangeSchema = z
  .strictObject({
    ...{ min: finite, low: finite, q1: finite, median: finite, q3: finite, high: finite, max: finite },
    values: z.int().min(1),
    beyond: z.int().min(0),
  })
  .refine((r) => ascending([r.min, r.low, r.q1, r.median, r.q3, r.high, r.max], false) && r.beyond <= r.values, {
    error: "the range of a column must be ascending",
  });

/** The coding of a column of categories: two values make one column, others as many as there are. */
export const categoryCodingSchema = z
  .strictObject({
    column: name,
    levels: z.array(z.string().min(1)).max(1_000_000),
    shares: z.array(finite.min(0).max(1)).max(1_000_000),
  })
  .refine(
    (c) =>
      c.shares.length === (c.levels.length === 2 ? 1 : c.levels.length) && new Set(c.levels).size === c.levels.length,
    {
      error: "the shares of categories do not belong to their values",
    },
  );

/** The coding of a column of dates. */
const dateCodingSchema = z.strictObject({
  column: name,
  parts: z.array(z.enum(dateParts)).min(1),
  dayPlace: z.enum(["dayFirst", "monthFirst"]).optional(),
  reference: finite,
});

/** The preparation of the columns of one modality, every number checked. */
export const modalityPreparationSchema = z
  .strictObject({
    name,
    columns: z
      .array(
        z.strictObject({
          name,
          preparation: z.discriminatedUnion("kind", [quantile, standardize]),
          range: columnRangeSchema.optional(),
        }),
      )
      .min(1),
    indicators: z.array(name),
    dropped: z.array(z.strictObject({ name, reason: z.string() })),
    categories: z.array(categoryCodingSchema).min(1).optional(),
    dates: z.array(dateCodingSchema).min(1).optional(),
  })
  .refine((m) => m.indicators.every((indicator) => m.columns.some((column) => column.name === indicator)), {
    error: "an indicator names a column that is not used",
  });

const preprocessorSchema = z.strictObject({
  missing: z.enum(["error", "drop", "mean"]),
  modalities: z.array(z.unknown()).min(1),
});

/** Schemas of what was fitted for modalities that are no tables, by the `kind` that they bear. */
export type OtherKinds<P> = Readonly<Record<string, z.ZodType<P>>>;

/**
 * A preprocessor from parsed JSON, every number checked.
 * @param where the file, for the message
 * @throws InputError naming the path of the first fault
 */
export function preprocessorFromJSON<P = never>(
  stored: unknown,
  where: string,
  others: OtherKinds<P> = {},
): Pick<Preprocessor, "missing"> & { readonly modalities: readonly (Preprocessor["modalities"][number] | P)[] } {
  const { missing, modalities } = checkStored(preprocessorSchema, stored, where);
  const parsed = modalities.map((modality, i) => {
    const kind = (modality as { readonly kind?: unknown } | null)?.kind;
    const schema: z.ZodType<Preprocessor["modalities"][number] | P> =
      typeof kind === "string" && Object.hasOwn(others, kind) ? others[kind] : modalityPreparationSchema;
    return checkStored(schema, modality, where, ["modalities", i]);
  });
  return { missing, modalities: parsed };
}

/**
 * Stored JSON as its schema has it.
 * @param where the file, for the message
 * @throws InputError naming the path of the first fault
 */
export function checkStored<T>(
  schema: z.ZodType<T>,
  stored: unknown,
  where: string,
  place: readonly PropertyKey[] = [],
): T {
  const result = schema.safeParse(stored);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [...place, ...issue.path];
  const at = path.length === 0 ? "" : ` at ${path.join(".")}`;
  throw new InputError(`${where}: not a stored model of this version${at}: ${issue.message}. Train the model again.`);
}
