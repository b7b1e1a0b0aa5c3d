import type { CommandModule } from "yargs";
import type { EngineName } from "../../config/engines.js";
import { InputError } from "../../errors.js";
import { infiniteAsNull } from "../../files/json.js";
import type { EvaluateTableOptions } from "../../run/apply/evaluate-run.js";
import type { Evaluation } from "../../run/apply/evaluation.js";
import { shown } from "../../shown.js";
import { type DialectArguments, withDialect } from "../dialect-options.js";
import { modelOptions, refuseWithoutTable } from "../model-options.js";
import { print, printJson, tell } from "../terminal.js";

interface EvaluateArguments extends DialectArguments {
  run: string;
  data?: string[];
  array: string[];
  out?: string;
  engine: string;
  importance?: string;
  json: boolean;
}

/** `pidreg evaluate RUN`: metrics and atoms on the test part, or on another table. */
export const command: CommandModule<object, EvaluateArguments> = {
  command: "evaluate <run>",
  describe: "metrics and atoms on the test part, or on another table",
  builder: (yargs) =>
    withDialect(yargs)
      .positional("run", { type: "string", demandOption: true, describe: "run folder that `pidreg train` wrote" })
      .option("data", modelOptions.otherTable)
      .option("array", modelOptions.array)
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "with --data: folder to write evaluation.json, report.html and its figures into",
      })
      .option("engine", modelOptions.engine)
      .option("importance", {
        type: "string",
        describe: "CSV file for the permutation importance of every column on the other table",
      })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg evaluate runs/brain-age", "the test part of the run")
      .example("pidreg evaluate runs/brain-age --data other-site.csv --json", "an external table")
      .example("pidreg evaluate runs/brain-age --data other-site.csv --out other-site", "with a report of it")
      .example(
        "pidreg evaluate runs/brain-age --data people.tsv --data lh=lh.tsv --data aseg.tsv",
        "new tables, joined as those of the training",
      )
      .epilogue(
        "The report says which table and rows it is of, and sets their errors beside those of the run's own test part, whose report is " +
          "report.html in the run folder.",
      ),
  handler: async ({ run, data, array, out, engine, importance, json, ...written }) => {
    const { namedArrays } = await import("../../run/apply/array-files.js");
    const arrays = namedArrays(array);
    const { engineNamed } = await import("../engine-option.js");
    const { dialectOf } = await import("../dialect-of.js");
    const { decodingTold } = await import("../decoding-lines.js");
    const name: EngineName = engineNamed(engine);
    refuseWithoutTable(data, array, written);
    if (data === undefined && importance !== undefined) {
      throw new InputError("--importance goes with --data; that of the test part is importance.csv of the run folder");
    }
    if (data === undefined && out !== undefined) {
      throw new InputError("--out goes with --data; the report of the run itself is made by pidreg report");
    }
    const { importanceFile } = await import("../importance-file.js");
    const file = await importanceFile(importance, data);
    const how = { arrays, dialect: dialectOf(written), progress: decodingTold(tell) };
    const options = { ...how, importance: file !== null, ...(out && { out }) };
    const { evaluation, report } = await evaluated(run, data, name, options);
    if (evaluation.importance !== undefined) await file?.write(evaluation.importance);
    // On a terminal they are among the warnings, below the numbers.
    const warned = json ? [] : evaluation.warnings.map(({ text }) => text);
    for (const message of evaluation.messages) if (!warned.includes(message)) tell(message);
    if (json) {
      printJson({ ...evaluation, pid: infiniteAsNull(evaluation.pid), ...(report && { report }) });
      return;
    }
    const [{ evaluationSummary }, { tablesTitle }] = await Promise.all([
      import("../run-summary.js"),
      import("../../run/apply/given-tables.js"),
    ]);
    print(evaluationSummary({ ...evaluation, title: data === undefined ? undefined : tablesTitle(data) }));
    if (report !== undefined) print(`\nreport  ${shown(report)}`);
  },
};

/** Evaluates, and writes where that is asked for. */
async function evaluated(
  run: string,
  data: string[] | undefined,
  engine: EngineName,
  { out, ...options }: EvaluateTableOptions & { readonly out?: string },
): Promise<{ readonly evaluation: Evaluation; readonly report?: string }> {
  const { evaluateTable, evaluateTestPart } = await import("../../run/apply/evaluate-run.js");
  if (data === undefined) return { evaluation: await evaluateTestPart(run) };
  if (out === undefined) return { evaluation: await evaluateTable(run, data, engine, options) };
  const { writeEvaluation } = await import("../../run/apply/write-evaluation.js");
  return writeEvaluation(run, data, engine, { ...options, out });
}
