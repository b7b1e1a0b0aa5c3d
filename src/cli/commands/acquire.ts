import type { CommandModule } from "yargs";
import { type DialectArguments, withDialect } from "../dialect-options.js";
import { modelOptions, refuseWithoutTable } from "../model-options.js";
import { print, printJson, tell } from "../terminal.js";

interface AcquireArguments extends DialectArguments {
  run: string;
  data?: string[];
  array: string[];
  cost: string[];
  figure?: string;
  engine: string;
  json: boolean;
}

/** `pidreg acquire RUN`: what each modality is worth for each row, against one order for all rows. */
export const command: CommandModule<object, AcquireArguments> = {
  command: "acquire <run>",
  describe: "what to acquire next for each row: error against cost, beside one order for all rows",
  builder: (yargs) =>
    withDialect(yargs)
      .positional("run", { type: "string", demandOption: true, describe: "run folder, trained with modality dropout" })
      .option("data", modelOptions.otherTable)
      .option("array", modelOptions.array)
      .option("cost", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "NAME=NUMBER: what that modality costs; that of the config if left out, 0 for one that every row has",
      })
      .option("figure", { type: "string", requiresArg: true, describe: "draw the curves into this SVG file" })
      .option("engine", modelOptions.engine)
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg acquire runs/nhanes-age --cost body=10 --cost blood=15 --cost chemistry=60", "on its test rows")
      .example("pidreg acquire runs/nhanes-age --data new.csv --figure acquire.svg", "on another table, with a figure")
      .epilogue(
        "Every row is taken as if it had nothing but what costs 0, and is given one modality after the other: the one of the largest " +
          "expected drop of the error for its cost. Needs a model that was trained with training.modalityDropout; " +
          "`pidreg predict --next` says for new rows what to acquire.",
      ),
  handler: async ({ run, data, array, cost, figure, engine, json, ...written }) => {
    refuseWithoutTable(data, array, written);
    const [
      { acquireRun },
      { namedCosts },
      { namedArrays },
      { tableFiles, tablesTitle },
      { engineNamed },
      { dialectOf },
      { decodingTold },
      { checkFigureFile },
    ] = await Promise.all([
      import("../../run/acquisition/acquire-run.js"),
      import("../../run/acquisition/costs.js"),
      import("../../run/apply/array-files.js"),
      import("../../run/apply/given-tables.js"),
      import("../engine-option.js"),
      import("../dialect-of.js"),
      import("../decoding-lines.js"),
      import("../figure-file.js"),
    ]);
    if (figure !== undefined) await checkFigureFile(figure, data === undefined ? [] : tableFiles(data));
    const found = await acquireRun({
      ...{ run, data, arrays: namedArrays(array), costs: namedCosts(cost), dialect: dialectOf(written) },
      ...{ engine: engineNamed(engine), progress: decodingTold(tell) },
    });
    for (const message of found.messages) tell(message);
    if (figure !== undefined) {
      const [{ acquisitionFigure }, { writeOutput }] = await Promise.all([
        import("../../report/acquisition-figure.js"),
        import("../../files/output-file.js"),
      ]);
      await writeOutput(figure, await acquisitionFigure({ ...found, ...found.curves }));
    }
    if (json) {
      printJson(found);
      return;
    }
    const { acquisitionSummary } = await import("../acquire/text.js");
    print(acquisitionSummary({ ...found, title: data === undefined ? undefined : tablesTitle(data) }));
  },
};
