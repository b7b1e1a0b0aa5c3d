import type { CommandModule } from "yargs";
import type { EngineName } from "../../config/engines.js";
import { InputError } from "../../errors.js";
import { infiniteAsNull } from "../../files/json.js";
import { type DialectArguments, dialectGiven, withDialect } from "../dialect-options.js";
import { print, printJson, tell } from "../terminal.js";

interface EvaluateArguments extends DialectArguments {
  run: string;
  data?: string;
  array: string[];
  engine: string;
  json: boolean;
}

/** `pidreg evaluate RUN`: metrics and atoms on the test part, or on another table. */
export const command: CommandModule<object, EvaluateArguments> = {
  command: "evaluate <run>",
  describe: "metrics and atoms on the test part, or on another table",
  builder: (yargs) =>
    withDialect(yargs)
      .positional("run", { type: "string", demandOption: true, describe: "run folder that `pidreg train` wrote" })
      .option("data", { type: "string", describe: "another table with the same columns and the target" })
      .option("array", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "NAME=FILE: the array of that modality for this table; that of the training if left out",
      })
      .option("engine", { type: "string", default: "auto", describe: "auto, onnx, wasm, cpu, tensorflow, .." })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg evaluate runs/brain-age", "the test part of the run")
      .example("pidreg evaluate runs/brain-age --data other-site.csv --json", "an external table"),
  handler: async ({ run, data, array, engine, json, ...written }) => {
    const { namedArrays } = await import("../../run/apply/array-files.js");
    const arrays = namedArrays(array);
    const { evaluateTable, evaluateTestPart } = await import("../../run/apply/evaluate-run.js");
    const { engineNamed } = await import("../engine-option.js");
    const { dialectOf } = await import("../dialect-of.js");
    const { decodingTold } = await import("../decoding-lines.js");
    const name: EngineName = engineNamed(engine);
    if (data === undefined && array.length > 0) throw new InputError("--array goes with --data");
    const [strange] = dialectGiven(written);
    if (data === undefined && strange !== undefined) throw new InputError(`--${strange} goes with --data`);
    const evaluation =
      data === undefined
        ? await evaluateTestPart(run)
        : await evaluateTable(run, data, name, { arrays, dialect: dialectOf(written), progress: decodingTold(tell) });
    // On a terminal they are among the warnings, below the numbers.
    const warned = json ? [] : evaluation.warnings.map(({ text }) => text);
    for (const message of evaluation.messages) if (!warned.includes(message)) tell(message);
    if (json) {
      printJson({ ...evaluation, pid: infiniteAsNull(evaluation.pid) });
      return;
    }
    const { evaluationSummary } = await import("../run-summary.js");
    print(evaluationSummary(evaluation));
  },
};
