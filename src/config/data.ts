import { z } from "zod";
import { columnNameSchema as columnName } from "./column-name.js";
import { confoundProblems, confoundSchema } from "./confounds.js";
import { dialectKeys, joinedTableSchema, keyColumns, tableProblems, tablesOf } from "./dialect.js";
import { harmoniseProblems, harmoniseSchema } from "./harmonise.js";
import { isInheritedName } from "./keys.js";
import { tooManyModalities } from "./limits.js";
import { frozenOf } from "./modalities/frozen.js";
import { isTable, type ModalityConfig, modalitySchema } from "./modalities/kinds.js";
import { datesOf } from "./modalities/table.js";
import { outOfCoreProblems, outOfCoreSchema } from "./out-of-core.js";
import { splitSchema } from "./split.js";
import { streamingSchema } from "./streaming.js";
import { targetKind, targetNames, targetSchema } from "./target.js";

export { targetKind, targetNames } from "./target.js";

/**
 * Why `name` cannot name a modality, or undefined if it can. Letters, digits, `_` and `-` only: names become keys of
 * results and parts of column names such as `a*b`.
 */
export function modalityNameProblem(name: string): string | undefined {
  if (isInheritedName(name)) return "is a reserved name of JavaScript objects; choose another modality name";
  if (/^[\p{L}_][\p{L}\p{N}_-]{0,63}$/u.test(name)) return undefined;
  return "cannot name a modality: start with a letter and use letters, digits, _ and - (at most 64)";
}

/** How raw feature columns become network inputs; everything is fitted on the training part. */
export const inputSchema = z.strictObject({
  preparation: z
    .enum(["auto", "quantile", "standardize", "robust"])
    .default("auto")
    .describe(
      "auto: quantile or robust, whichever a linear map (ridge) errs less with in training rows; quantile: each column mapped to a standard normal by its training ranks; standardize: mean 0, variance 1; robust: median 0, " +
        "distance of the quartiles 1, smoothly clipped at 3 (RealMLP, arXiv 2407.04491).",
    ),
  clip: z
    .number()
    .positive()
    .max(100)
    .default(3.5)
    .describe("Largest absolute prepared value of quantile columns, in standard deviations."),
  standardizedClip: z
    .number()
    .positive()
    .max(100)
    .default(5)
    .describe("Largest absolute prepared value of standardised columns, in standard deviations."),
  tieShare: z
    .number()
    .positive()
    .max(1)
    .default(0.3)
    .describe(
      "With quantile: a column whose most frequent training value has at least this share of the rows is standardised.",
    ),
  knots: z
    .int()
    .min(16)
    .max(100_000)
    .default(1000)
    .describe("With quantile: most knots kept per column, evenly spaced on the normal scale."),
});

/** The `data:` section of a run config. */
export const dataSchema = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Table with the target: csv, tsv, txt, parquet (also a folder of parts) or json lines (.jsonl, .ndjson), plain or .gz; " +
          "relative to the config file. May be left out when every modality has its own file and one of them holds the target.",
      ),
    join: keyColumns
      .optional()
      .describe(
        "Column on which the rows of several files are matched, or a list of columns that name a row together " +
          "([participant_id, session_id]). A file that calls them otherwise says so with `key` in its modality; ids have to be " +
          "spelled alike, or see `normaliseKeys`. Of rows that cannot be matched `missing` says whether they are left out.",
      ),
    normaliseKeys: z
      .enum(["bids"])
      .optional()
      .describe(
        "bids: keys of `join` are compared without blanks, case, `sub-` and `ses-` in front, zeros in front of a number and " +
          "a trailing .0; rows keep the names that the first file gives them. As they are spelled if left out.",
      ),
    tables: z
      .array(joinedTableSchema)
      .min(1)
      .max(128)
      .optional()
      .describe(
        "Further tables whose rows are matched on `join`, for a table that no modality lies in and that holds a target, a group or " +
          "confounds: `[{ file: participants.tsv }]`, instead of `file`. Columns beside the modalities are looked for in every table " +
          "where `file` is left out, else in `file`. None if left out.",
      ),
    ...dialectKeys,
    target: targetSchema.describe(
      "Column to predict, or a list of columns; numbers in any unit. `{ column: diagnosis, kind: class }` says that values, text or " +
        "numbers, name classes, of which probabilities are predicted; left out, text is read as classes and numbers as numbers.",
    ),
    units: z
      .record(columnName, z.string().trim().min(1).max(30))
      .optional()
      .describe(
        "Units of targets, `{ age: years }`, for axes, tables and messages; left out, errors are shown without. Without " +
          "effect on training.",
      ),
    modalities: z
      .record(z.string(), modalitySchema)
      .describe(
        "Modalities: name -> its columns, or with `kind` another source; at least one, at least two for something to decompose, at most 128. No column may belong to two modalities.",
      ),
    group: columnName
      .optional()
      .describe(
        "Column whose equal values mark rows (of one subject, site, ..) that never straddle a split. Any text is a name, " +
          '"NA" too; only an empty cell is refused.',
      ),
    id: columnName
      .optional()
      .describe(
        "Column that names a row in saved splits and predictions; the join key, else the row number, if left out.",
      ),
    order: columnName
      .optional()
      .describe(
        "Column that says where rows stand in time, or in another order: numbers, or dates and time stamps (2024-12-31, " +
          "2024-12-31T23:59:00Z; UTC where they name no zone). Values may be equal; rows without one are refused, and left out " +
          "where `missing` is drop or mean. No feature unless a modality lists it. With it, runs have the baseline " +
          "nearest-in-time, and `split.by: time` can be asked for.",
      ),
    split: splitSchema.prefault({}).describe("How rows are dealt out to training, validation and test."),
    missing: z
      .enum(["error", "drop", "mean"])
      .default("error")
      .describe(
        "Missing feature values: error: refuse the table; drop: leave the row out; mean: fill with the mean of the " +
          "prepared training values. Rows without a target are always left out, with a count. Rows that another file " +
          "lacks, or without a join key: error: refused; drop and mean: left out.",
      ),
    missingValues: z
      .array(z.union([z.number(), z.string().trim().min(1)]))
      .optional()
      .describe(
        'What else stands for a missing number, `[-9999, "-", "?"]`, in features, targets and `harmonise.preserve`: numbers in ' +
          "any spelling, texts as they are but for blanks around them. Columns of names (`id`, `join`, `group`, sites, " +
          "split) are left alone: there only the empty cell is missing. Kept with the model, for every table that it " +
          "reads. None if left out.",
      ),
    missingIndicator: z
      .boolean()
      .default(false)
      .describe(
        "With `missing: mean`: add one 0/1 input per column that has missing values in the training part. Columns of tables only.",
      ),
    targetTransform: z
      .enum(["standardize", "inverse-normal"])
      .default("standardize")
      .describe("Scale on which the prediction loss sees the target; fitted on the training part."),
    permuteTargets: z
      .strictObject({
        seed: z.int().describe("Seed of the permutation alone: every training with it sees the same one."),
        within: columnName
          .optional()
          .describe("Column within whose values targets are dealt; among all rows if left out."),
      })
      .optional()
      .describe(
        "Targets are dealt anew among the rows, so that features say nothing of them: what `crossval --permutations` trains on. Groups " +
          "of `data.group` in which targets vary deal them inside; groups in which they are constant, or of one row, deal theirs " +
          "among one another as wholes. Off if left out.",
      ),
    harmonise: harmoniseSchema
      .optional()
      .describe("Differences between sites taken out of the features, fitted on the training part; off if left out."),
    confounds: confoundSchema
      .optional()
      .describe(
        "What columns tell of the features taken out of them, by linear regressions fitted on the training part (of every fold); " +
          "`[sex, icv]` is short for `{ columns: [sex, icv] }`. Off if left out.",
      ),
    inputs: inputSchema.prefault({}).describe("How feature columns become network inputs."),
    outOfCore: outOfCoreSchema
      .optional()
      .describe(
        "For tables larger than memory: training rows stay on disk, in a random order, and are read batch by batch; `outOfCore: {}` " +
          "takes the defaults. All rows are held in memory if left out.",
      ),
    streaming: streamingSchema
      .optional()
      .describe(
        "How rows of modalities beside the table are read, and where rows are kept on disk; the defaults if left out. Without effect " +
          "on results.",
      ),
  })
  .superRefine((data, context) => {
    const issue = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
    const entries = Object.entries(data.modalities);
    if (entries.length === 0) issue(["modalities"], "needs at least one modality");
    const many = tooManyModalities(entries.length);
    if (many !== undefined) issue(["modalities"], many);
    const targets = targetNames(data);
    if (new Set(targets).size < targets.length) issue(["target"], "names the same column twice");
    const reserved = targets.find(isInheritedName);
    if (reserved !== undefined) {
      issue(["target"], `"${reserved}" is a reserved name of JavaScript objects; rename the column`);
    }
    if (targetKind(data) === "class" && data.targetTransform !== "standardize") {
      issue(["targetTransform"], "is a scale of numbers, and the target is of classes; leave it out");
    }
    const unknown = Object.keys(data.units ?? {}).filter((name) => !targets.includes(name));
    if (unknown.length > 0) {
      issue(["units"], `no target ${unknown.join(", ")}; the target is ${targets.join(", ")}`);
    }
    for (const [name, modality] of entries) {
      const problem = modalityNameProblem(name);
      if (problem !== undefined) issue(["modalities", name], problem);
      if (frozenOf(modality) !== undefined && "augment" in modality && modality.augment !== undefined)
        issue(["modalities", name, "augment"], "goes without a frozen network, which rows go through only once");
      if (data.file === undefined && modality.file === undefined) {
        issue(["modalities", name, "file"], "needs a file, or `data.file` for all modalities");
      }
    }
    for (const [name, modality] of entries) {
      if (!isTable(modality)) continue;
      if (modality.columns.length + (modality.categories?.length ?? 0) + datesOf(modality).length > 0) continue;
      issue(["modalities", name, "columns"], "missing; expected a list of columns, `categories` or `dates`");
    }
    const priced = entries.filter(([, { cost }]) => cost !== undefined).map(([name]) => name);
    if (priced.length > 0 && priced.length < entries.length) {
      const [without] = entries.find(([, { cost }]) => cost === undefined) ?? [""];
      issue(["modalities", without, "cost"], `is missing; ${priced.join(", ")} has one: give it for all or for none`);
    }
    if (dataFiles(data).length > 1 && data.join === undefined) {
      issue(["join"], "several files need `join`: the column, or columns, on which their rows are matched");
    }
    for (const [path, message] of tableProblems(data)) issue(path, message);
    for (const [path, message] of outOfCoreProblems(data)) issue(path, message);
    for (const [key, message] of harmoniseProblems(data)) issue(["harmonise", key], message);
    for (const [key, message] of confoundProblems(data)) issue(["confounds", key], message);
    if (data.missingIndicator && data.missing !== "mean") issue(["missingIndicator"], "goes with `missing: mean` only");
    if (data.split.by === "group" && data.group === undefined) issue(["group"], "`split.by: group` needs `group`");
    if (data.split.by === "time" && data.order === undefined) {
      issue(
        ["order"],
        "`split.by: time` needs `order`, the column of dates or numbers by which rows follow each other",
      );
    }
    if (data.order !== undefined && targets.includes(data.order)) {
      issue(["order"], `"${data.order}" is a target; name the column that says where rows stand in time`);
    }
    if (data.split.stratify > 0 && data.group !== undefined) {
      issue(
        ["split", "stratify"],
        "rows are dealt out in whole groups, which are balanced in the targets anyway; drop one of the two",
      );
    }
  });

/** The resolved `data:` section, every default filled in. */
export type DataConfig = z.output<typeof dataSchema>;
/** The `data:` section as a user may write it. */
export type DataConfigInput = z.input<typeof dataSchema>;
export type InputConfig = z.output<typeof inputSchema>;

/** Units of targets as results record them: the key `units`, or nothing where the section names none. */
export function targetUnits({ units }: Pick<DataConfig, "units">): {
  readonly units?: Readonly<Record<string, string>>;
} {
  return units === undefined || Object.keys(units).length === 0 ? {} : { units };
}

/** Distinct tables of the section as written, `data.file` first. */
export function dataFiles(
  data: Pick<DataConfig, "file" | "tables"> & { modalities: Record<string, ModalityConfig> },
): string[] {
  return tablesOf(data).map(({ file }) => file);
}
