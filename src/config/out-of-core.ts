import { z } from "zod";
import { isTable, type ModalityConfig } from "./modalities/kinds.js";

/** `data.outOfCore`: a table whose training rows stay on disk. */
export const outOfCoreSchema = z.strictObject({
  sample: z
    .int()
    .min(100)
    .max(100_000_000)
    .default(250_000)
    .describe(
      "Rows of the random sample that is held in memory: `split` deals it out to the parts, and preparation, validation, atoms, test " +
        "and all comparisons are of it; every other row trains. Without `group` they are so many rows.",
    ),
});

/** The section, every default filled in. */
export type OutOfCoreConfig = z.output<typeof outOfCoreSchema>;

/** What of a data section is looked at. */
interface Asked {
  readonly outOfCore?: OutOfCoreConfig | undefined;
  readonly harmonise?: unknown;
  readonly confounds?: unknown;
  readonly permuteTargets?: unknown;
  readonly order?: unknown;
  readonly join?: unknown;
  readonly split: { readonly by: string };
  readonly modalities: Readonly<Record<string, ModalityConfig>>;
}

/** What cannot be had of a table whose training rows stay on disk: path of the key, and what is wrong. */
export function outOfCoreProblems(data: Asked): [path: string[], message: string][] {
  if (data.outOfCore === undefined) return [];
  const asked: [boolean, string[], string][] = [
    [data.harmonise !== undefined, ["harmonise"], "leave it out, or harmonise the table first"],
    [data.confounds !== undefined, ["confounds"], "leave it out, or take confounds out of the table first"],
    [data.permuteTargets !== undefined, ["permuteTargets"], "targets are dealt anew among rows in memory"],
    [data.order !== undefined, ["order"], "leave it out; rows are in no order"],
    [
      data.split.by === "time" || data.split.by === "file",
      ["split", "by"],
      "write the part of each row into a column, and take `by: column`",
    ],
    [data.join !== undefined, ["join"], "join the tables into one file first"],
  ];
  const beside = Object.entries(data.modalities).filter(([, modality]) => !isTable(modality));
  return [
    ...asked.flatMap(([is, path, remedy]): [string[], string][] =>
      is ? [[path, `is not there for tables out of core (data.outOfCore): ${remedy}`]] : [],
    ),
    ...beside.map(([name]): [string[], string] => [
      ["modalities", name],
      "is no part of the table, and with data.outOfCore all modalities are; rows of other kinds are read from disk anyway " +
        "(data.streaming)",
    ]),
  ];
}
