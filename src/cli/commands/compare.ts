import type { CommandModule } from "yargs";
import { shown } from "../../shown.js";
import { print, printJson, tell } from "../terminal.js";

interface CompareArguments {
  runs: string[];
  out?: string;
  json: boolean;
}

/** `pidreg compare RUN RUN..`: several runs in one table and one report. */
export const command: CommandModule<object, CompareArguments> = {
  command: "compare <runs..>",
  describe: "several runs side by side: mean and spread, paired differences, atoms",
  builder: (yargs) =>
    yargs
      .positional("runs", {
        type: "string",
        array: true,
        demandOption: true,
        describe:
          "finished run folders; runs of equal config are one group, the first is what others are compared with",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "folder to write compare.html and its figures into",
      })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg compare runs/brain-age runs/brain-age-2 runs/brain-age-3", "three seeds of one config")
      .example("pidreg compare runs/plain runs/fused --out compared", "two configs, with a report"),
  handler: async ({ runs, out, json }) => {
    const [{ compareRuns }, { checkOutputFolder }] = await Promise.all([
      import("../../study/compare/compare-runs.js"),
      import("../../files/output-file.js"),
    ]);
    if (out !== undefined) await checkOutputFolder(out);
    const comparison = await compareRuns(runs.map(String));
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
