import { z } from "zod";
import { columnNameSchema as columnName, columnName as normalised } from "./column-name.js";
import { type HarmonisedSection, preservedColumns } from "./harmonise.js";
import { isTable } from "./modalities/kinds.js";

/** `data.confounds`: what the features are not to tell of. */
export const confoundSchema = z.strictObject({
  columns: z
    .array(columnName)
    .default([])
    .describe(
      "Confounds: columns of numbers, whose effect is a straight line, or of words, which are categories. No modality may hold them.",
    ),
  categories: z
    .array(columnName)
    .min(1)
    .optional()
    .describe("Confounds that are categories though their values are numbers (site 1, 2, 3). None if left out."),
  modalities: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Modalities that they are taken out of, tables only; all if left out."),
});

export type ConfoundConfig = z.output<typeof confoundSchema>;

/** What of a data section its confounds must fit. */
type ConfoundedSection = HarmonisedSection & { readonly confounds?: ConfoundConfig };

/** All columns of the confounds, as written. */
export function confoundNames({ columns, categories = [] }: ConfoundConfig): readonly string[] {
  return [...columns, ...categories];
}

/** Why the `confounds` section does not fit the rest of `data`: key below `confounds` and message of each fault. */
export function confoundProblems(data: ConfoundedSection): [key: string, message: string][] {
  const { target, modalities, harmonise, confounds } = data;
  if (confounds === undefined) return [];
  const names = confoundNames(confounds);
  const problems: [string, string][] = [];
  if (names.length === 0) problems.push(["columns", "names no confound; leave the section out where there is none"]);
  if (new Set(names.map(normalised)).size < names.length) problems.push(["columns", "names the same column twice"]);
  const targets = names.filter((name) => [target].flat().includes(name));
  if (targets.length > 0)
    problems.push(["columns", `${targets.join(", ")}: is the target; a confound has to be known before the target is`]);
  const numbers = harmonise === undefined ? [] : preservedColumns(data).numbers;
  const both = (confounds.categories ?? []).filter((name) => numbers.includes(name));
  if (both.length > 0)
    problems.push([
      "categories",
      `${both.join(", ")}: a number in harmonise.preserve; name it in harmonise.categories`,
    ]);
  const known = Object.keys(modalities);
  const unknown = (confounds.modalities ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    problems.push(["modalities", `no modality ${unknown.join(", ")}; there are ${known.join(", ")}`]);
  const arrays = (confounds.modalities ?? known).filter((name) => known.includes(name) && !isTable(modalities[name]));
  if (arrays.length > 0)
    problems.push([
      "modalities",
      `${arrays.join(", ")}: confounds are taken out of tables only; name the modalities that are tables`,
    ]);
  return problems;
}
