import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import { withDialect } from "../dialect-options.js";
import type { ScreenArguments } from "../screen/options.js";
import { print, printJson } from "../terminal.js";

/** `pidreg screen`: what each column of a table tells about a target by itself. */
export const command: CommandModule<object, ScreenArguments> = {
  command: "screen",
  describe: "which columns of a table tell about a target, one by one: bits, tests, false discovery rate",
  builder: (yargs) =>
    withDialect(yargs)
      .option("data", {
        type: "string",
        demandOption: true,
        requiresArg: true,
        describe: "table: csv, tsv, txt, parquet or json lines, plain or .gz",
      })
      .option("target", {
        type: "string",
        demandOption: true,
        requiresArg: true,
        describe: "target column: numbers, or classes",
      })
      .option("columns", {
        type: "string",
        nargs: 1,
        describe: "columns to screen: names, globs (lh_*), 0-based index ranges (5:155), with commas; default: all",
      })
      .option("exclude", { type: "string", nargs: 1, describe: "columns that are not screened, in the same way" })
      .option("category", {
        type: "string",
        nargs: 1,
        describe: "columns of codes that are categories (site, zip codes); columns of words are without being named",
      })
      .option("target-kind", {
        choices: ["auto", "class", "number"] as const,
        requiresArg: true,
        default: "auto" as const,
        describe: "how the target is read; auto: text and at most 10 different numbers are classes",
      })
      .option("missing-values", {
        type: "string",
        nargs: 1,
        describe: "what else stands for a missing number, with commas: --missing-values=-9999,-,?",
      })
      .option("bins", {
        type: "number",
        nargs: 1,
        describe: "bins of equal frequency of a column of numbers, 2 to 64; default: 8, fewer below 320 rows",
      })
      .option("level", { type: "number", default: 0.05, describe: "level of the false discovery rate" })
      .option("top", { type: "number", default: 20, describe: "columns that are listed at most" })
      .option("out", { type: "string", requiresArg: true, describe: "write all columns to this CSV file" })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document, with all columns" })
      .example("pidreg screen --data brains.csv --target age", "all columns beside the target")
      .example(
        "pidreg screen --data genes.parquet --target diagnosis --columns 'g_*' --out screened.csv",
        "classes, and the whole list as a table",
      )
      .epilogue(
        "Bits are those of ranks in bins, less their bias; p of the G-test; q by Benjamini and Hochberg. One column at a time: " +
          "what two tell only together is not seen. Choose columns inside the folds of a study, never before the split.",
      ),
  handler: async (args) => {
    if (!(Number.isInteger(args.top) && args.top > 0)) {
      throw new InputError(`--top: expected a whole number of columns, got ${args.top}`);
    }
    const [{ screenTable }, { byInformation, screenCsv, screenText }, { StageProgress }, output] = await Promise.all([
      import("../screen/run.js"),
      import("../screen/text.js"),
      import("../decompose/progress.js"),
      import("../../files/output-file.js"),
    ]);
    if (args.out !== undefined) await output.checkOutputFile(args.out, [args.data]);
    const screened = await screenTable(args, new StageProgress());
    if (args.out !== undefined) await output.writeOutput(args.out, screenCsv(screened));
    if (args.json) printJson({ unit: "bits", ...screened, columns: byInformation(screened) });
    else print(screenText(screened, args.top));
  },
};
