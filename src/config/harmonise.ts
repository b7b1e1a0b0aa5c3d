import { z } from "zod";
import { columnNameSchema as columnName } from "./column-name.js";
import { isTable, type ModalityConfig } from "./modalities/kinds.js";
import { type TargetConfig, targetNames } from "./target.js";

/** `data.harmonise`: differences between the sites, scanners or batches that rows come from are taken out of features. */
export const harmoniseSchema = z.strictObject({
  site: columnName.describe("Column that names the site (scanner, batch, device) of each row."),
  method: z
    .enum(["combat"])
    .default("combat")
    .describe(
      "combat: location and scale of every column per site, shrunk towards what the site's other columns show.",
    ),
  preserve: z
    .array(columnName)
    .default([])
    .describe(
      "Number columns whose effect on the features is kept where sites differ in them (age, sex as 0/1, ..). Other " +
        "columns than targets are needed in every table that is predicted; a target enters the fit on training rows only.",
    ),
  categories: z
    .array(columnName)
    .min(1)
    .optional()
    .describe(
      "Columns of categories (sex as F and M, a diagnosis) whose effect is kept likewise. Columns of `preserve` that a modality " +
        "names in its `categories` are such too. None if left out.",
    ),
  modalities: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "Modalities that are harmonised, tables only; all if left out. Columns named in `preserve` stay as they are.",
    ),
  minRows: z
    .int()
    .min(2)
    .max(1_000_000)
    .default(5)
    .describe("Sites with fewer training rows are pooled; what is still fewer is left as it is, like an unseen site."),
});

export type HarmoniseConfig = z.output<typeof harmoniseSchema>;

/** What of a data section a harmonisation must fit. */
export interface HarmonisedSection {
  readonly target: TargetConfig;
  readonly modalities: Readonly<Record<string, ModalityConfig>>;
  readonly harmonise?: HarmoniseConfig;
}

/** Why the `harmonise` section does not fit the rest of `data`: key below `harmonise` and message of each fault. */
export function harmoniseProblems({
  target,
  modalities,
  harmonise,
}: HarmonisedSection): [key: string, message: string][] {
  if (harmonise === undefined) return [];
  const { site, preserve, modalities: chosen = [] } = harmonise;
  const known = Object.keys(modalities);
  const unknown = chosen.filter((name) => !known.includes(name));
  const problems: [string, string][] = [];
  if (unknown.length > 0)
    problems.push(["modalities", `no modality ${unknown.join(", ")}; there are ${known.join(", ")}`]);
  const arrays = (harmonise.modalities ?? known).filter((name) => known.includes(name) && !isTable(modalities[name]));
  if (arrays.length > 0)
    problems.push([
      "modalities",
      `${arrays.join(", ")}: only tables are harmonised; name the modalities that are tables`,
    ]);
  if (new Set(preserve).size < preserve.length) problems.push(["preserve", "names the same column twice"]);
  const listed = [...preserve, ...(harmonise.categories ?? [])];
  if (new Set(preserve).size === preserve.length && new Set(listed).size < listed.length)
    problems.push(["categories", "names a column twice, or one that is in `preserve` too"]);
  const targets = targetNames({ target });
  if (harmonise.categories?.some((name) => targets.includes(name)))
    problems.push(["categories", "holds a target; name it in `preserve`"]);
  if (listed.includes(site))
    problems.push(["preserve", "cannot hold the site itself: its effect is what is taken out"]);
  if (targets.includes(site)) problems.push(["site", "is a target; a site has to be known before the target is"]);
  return problems;
}

/** Preserved columns that are numbers, and those that are categories: named as such there, or in a modality. */
export function preservedColumns({ modalities, harmonise }: HarmonisedSection): {
  readonly numbers: readonly string[];
  readonly categories: readonly string[];
} {
  if (harmonise === undefined) return { numbers: [], categories: [] };
  const known = Object.values(modalities).flatMap((modality) =>
    "categories" in modality ? (modality.categories ?? []) : [],
  );
  const numbers = harmonise.preserve.filter((name) => !known.includes(name));
  const own = harmonise.preserve.filter((name) => known.includes(name));
  return { numbers, categories: [...own, ...(harmonise.categories ?? [])] };
}
