import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import { shown } from "../../shown.js";
import { type DialectArguments, dialectGiven, withDialect } from "../dialect-options.js";
import { print, printJson, tell } from "../terminal.js";

interface CompareArguments extends DialectArguments {
  runs: string[];
  data?: string[];
  array: string[];
  group?: string;
  engine?: string;
  out?: string;
  json: boolean;
}

/** `pidreg compare RUN RUN..`: several runs, or cross-validations, in one table and one report. */
export const command: CommandModule<object, CompareArguments> = {
  command: "compare <runs..>",
  describe: "several runs side by side: mean and spread, paired differences, atoms",
  builder: (yargs) =>
    withDialect(yargs)
      .positional("runs", {
        type: "string",
        array: true,
        demandOption: true,
        describe:
          "finished run folders; runs of equal config are one group, the first is what others are compared with. Or study folders of " +
          "cross-validations on the same folds",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "folder to write compare.html and its figures into",
      })
      .option("data", {
        type: "string",
        array: true,
        nargs: 1,
        describe:
          "compare the trained models on this table, which has their columns and the target; given several times, tables that are " +
          "joined as those of the training were",
      })
      .option("array", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "with --data, NAME=FILE: the array of that modality for this table",
      })
      .option("group", {
        type: "string",
        nargs: 1,
        describe:
          "with --data: column of rows that depend on one another (default: data.group of the first run, if the table has it)",
      })
      .option("engine", { type: "string", describe: "with --data: auto, onnx, wasm, cpu, tensorflow, .." })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg compare runs/brain-age runs/brain-age-2 runs/brain-age-3", "three seeds of one config")
      .example("pidreg compare runs/plain runs/fused --out compared", "two configs, with a report")
      .example("pidreg compare runs/plain runs/fused --data other-site.csv", "two trained models on an external table")
      .example("pidreg compare runs/plain-crossval runs/fused-crossval", "two cross-validations, fold by fold"),
  handler: async ({ runs, out, json, data, array, group, engine, ...dialect }) => {
    const { checkOutputFolder } = await import("../../files/output-file.js");
    if (out !== undefined) await checkOutputFolder(out);
    const folders = runs.map(String);
    if (data !== undefined) {
      const { printOnTable } = await import("../compare-on-table.js");
      return printOnTable(folders, { data, array, group, engine, written: dialect, out, json });
    }
    const [strange] = [
      ...(array.length > 0 ? ["array"] : []),
      ...(group === undefined ? [] : ["group"]),
      ...(engine === undefined ? [] : ["engine"]),
      ...dialectGiven(dialect),
    ];
    if (strange !== undefined) throw new InputError(`--${strange} goes with --data`);
    const { areStudies, printStudies } = await import("../compare-studies.js");
    if (await areStudies(folders)) return printStudies(folders, { out, json });
    const { compareRuns } = await import("../../study/compare/compare-runs.js");
    const comparison = await compareRuns(folders);
    for (const message of comparison.messages) tell(message);
    const { writeComparison } = await import("../../report/compare/write-comparison.js");
    const written = out === undefined ? null : await writeComparison(comparison, out);
    if (json) {
      const report = written === null ? {} : { report: written.file };
      printJson({ ...comparison, ...report });
      return;
    }
    const { comparisonText } = await import("../compare-text.js");
    print(comparisonText(comparison));
    if (written !== null) print(`\nreport  ${shown(written.file)}`);
  },
};
