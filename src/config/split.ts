import { z } from "zod";
import { columnNameSchema as columnName } from "./column-name.js";
import { durationMs } from "./duration.js";

/** How rows are dealt out to training, validation and test. */
export const splitSchema = z
  .strictObject({
    by: z
      .enum(["random", "group", "time", "column", "file"])
      .default("random")
      .describe(
        "random: rows drawn with the seed (if `data.group` is set, whole groups, balanced in targets and number); group: the same, and `data.group` " +
          "must be set; time: consecutive rows of `data.order`, the earliest for training, the latest for the test; column: " +
          "read from `split.column`; file: row ids in `split.file`.",
      ),
    train: z
      .number()
      .positive()
      .max(1)
      .default(0.7)
      .describe("Share of rows for training; not used by `column` and `file`."),
    validation: z
      .number()
      .positive()
      .max(1)
      .default(0.1)
      .describe(
        "Share of rows for validation: early stopping and the reported atoms; not used by `column` and `file`.",
      ),
    test: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe("Share of rows for the test part; not used by `column` and `file`."),
    column: columnName
      .optional()
      .describe("With `by: column`: the column that holds the words train, validation or test."),
    file: z
      .string()
      .min(1)
      .optional()
      .describe(
        "With `by: file`: JSON file of row ids, {train: [..], validation: [..], test: [..]}, as `split.json` of a run; " +
          "rows that it does not name are left out.",
      ),
    blocks: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe(
        "With `by: time`: equal stretches of the order, each of which has its own training, validation and test rows in this " +
          "sequence. 1 if left out: the test is the future of all training rows. With more, every part has all seasons, and " +
          "rows train that are later than some of the test.",
      ),
    gap: z
      .union([z.int().min(0), z.string().trim().min(1)])
      .optional()
      .describe(
        "With `by: time`: what lies between rows of different parts, a number of rows, or where the order is of dates a " +
          "length of time (90s, 30min, 24h, 7d, 2w), from the end of the earlier row's moment, day or month. Training rows within it of validation or test rows, and validation " +
          "rows within it of test rows, are left out, with a count. 0 if left out.",
      ),
    stratify: z
      .int()
      .min(0)
      .max(100)
      .default(0)
      .describe(
        "Number of quantile bins of the (first) target that every part receives in equal shares; 0: not stratified.",
      ),
    seed: z.int().optional().describe("Seed of the split alone; left out, the seed of the run."),
  })
  .superRefine((split, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const sum = split.train + split.validation + split.test;
    if (Math.abs(sum - 1) > 1e-9) {
      const shares = `${split.train} + ${split.validation} + ${split.test} = ${Number(sum.toFixed(9))}`;
      issue("train", `train, validation and test must sum to 1; they are ${shares}`);
    }
    if (split.by === "column" && split.column === undefined) issue("column", "by: column needs the name of the column");
    if (split.by !== "column" && split.column !== undefined)
      issue("column", `goes with by: column, not by: ${split.by}`);
    if (split.by === "file" && split.file === undefined) issue("file", "by: file needs the name of the file");
    if (split.by !== "file" && split.file !== undefined) issue("file", `goes with by: file, not by: ${split.by}`);
    if ((split.by === "column" || split.by === "file") && split.stratify > 0)
      issue("stratify", `cannot stratify a split that a ${split.by} fixes`);
    if (split.by === "time" && split.stratify > 0)
      issue("stratify", "cannot stratify a split by time, whose parts are consecutive rows; take several `blocks`");
    for (const key of ["blocks", "gap"] as const) {
      if (split.by !== "time" && split[key] !== undefined) issue(key, `goes with by: time, not by: ${split.by}`);
    }
    if (typeof split.gap === "string" && durationMs(split.gap) === undefined) {
      const expected = "expected a number of rows, or a length of time: 90s, 30min, 24h, 7d, 2w";
      issue("gap", `"${split.gap}": ${expected} (months and years differ in length; a number stands without quotes)`);
    }
    if (split.stratify === 1) issue("stratify", "needs at least 2 bins, or 0 for a split that is not stratified");
  });

/** The resolved `split` section. */
export type SplitConfig = z.output<typeof splitSchema>;

/** The `split` section of a run whose rows are fixed in a file of row ids. @param file relative as `split.file` is */
export function splitByFile(split: SplitConfig, file: string): SplitConfig {
  return { ...split, by: "file", column: undefined, blocks: undefined, gap: undefined, stratify: 0, file };
}
