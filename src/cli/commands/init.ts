import type { CommandModule } from "yargs";
import type { InitResult } from "../../data/init/init-config.js";
import { InputError } from "../../errors.js";
import { shellQuoted } from "../../shell-quoted.js";
import { shown } from "../../shown.js";
import { type DialectArguments, withDialect } from "../dialect-options.js";
import { print, printJson, tell } from "../terminal.js";

interface InitArguments extends DialectArguments {
  tables: string[];
  target: string;
  group?: string;
  id?: string;
  join?: string;
  out: string;
  force: boolean;
  json: boolean;
}

/** `pidreg init TABLE.. --target COL`: a commented config of tables as they are. */
export const command: CommandModule<object, InitArguments> = {
  command: "init <tables..>",
  describe: "look through tables and write a commented config to start from",
  builder: (yargs) =>
    withDialect(yargs)
      .positional("tables", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "tables: csv, tsv, txt, parquet or json lines, plain or .gz; several are joined on a key",
      })
      .option("target", {
        type: "string",
        nargs: 1,
        demandOption: true,
        describe: "column to predict, or several with commas",
      })
      .option("group", { type: "string", nargs: 1, describe: "column of subjects or sites whose rows stay together" })
      .option("id", {
        type: "string",
        nargs: 1,
        describe: "column that names rows (default: found, else the row number)",
      })
      .option("join", {
        type: "string",
        nargs: 1,
        describe: "column on which several tables are matched, or two with a comma (default: found)",
      })
      .option("out", { type: "string", nargs: 1, default: "pidreg.yaml", describe: "config to write" })
      .option("force", { type: "boolean", default: false, describe: "replace a config that is there" })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example("pidreg init brains.csv --target age", "writes pidreg.yaml, with the reason for every guess in it")
      .example(
        "pidreg init people.csv lh.csv rh.csv --target age --group site",
        "three tables, joined on a key that is found",
      )
      .example(
        "pidreg init a.tsv b.tsv --target score --join participant_id,session_id --out score.yaml",
        "a key that is said",
      ),
  handler: async (args) => {
    const [{ checkOutputFile, writeOutput }, { refuseExisting, writeNew }, { initConfig }, { splitList }] =
      await Promise.all([
        import("../../files/output-file.js"),
        import("../../files/new-file.js"),
        import("../../data/init/init-config.js"),
        import("../split-list.js"),
      ]);
    const { out, force, tables } = args;
    await checkOutputFile(out, tables);
    if (!force) await refuseExisting(out);
    const { dialectOf } = await import("../dialect-of.js");
    const targets = splitList(args.target);
    if (targets.length === 0) throw new InputError("--target: names no column");
    const result = await initConfig({
      ...{ files: tables, out, targets },
      dialect: dialectOf(args),
      join: args.join === undefined ? [] : splitList(args.join),
      ...(args.group === undefined ? {} : { group: args.group.trim() }),
      ...(args.id === undefined ? {} : { id: args.id.trim() }),
    });
    if (force) await writeOutput(out, result.text);
    else await writeNew(out, result.text);
    for (const guess of result.guesses) tell(guess);
    if (args.json) printJson(documentOf(result, out));
    else print(summary(result, out));
  },
};

function documentOf({ draft, rows, guesses }: InitResult, out: string) {
  const modalities = draft.modalities.map(({ name, columns, categories, exclude }) => [
    name,
    { columns, categories: categories.map(({ column }) => column), exclude },
  ]);
  return { config: out, rows, modalities: Object.fromEntries(modalities), guesses };
}

function summary({ draft, rows, guesses }: InitResult, out: string): string {
  const modalities = draft.modalities.map(({ name, columns, categories }) => {
    const words = categories.length === 0 ? "" : `, ${categories.length} of categories`;
    return `  ${shown(name)}: ${columns.length} columns of numbers${words}`;
  });
  return [
    `${shown(out)}: ${rows} rows, target ${shown(draft.targets.join(", "))}, ${draft.modalities.length} modalities`,
    ...modalities,
    `Look at ${guesses.length === 1 ? "the guess" : `the ${guesses.length} guesses`} above, which stand in the file with their reasons: are these the`,
    "modalities, is the split right for the rows, is no feature known from the target only? Then",
    `  pidreg decompose ${shellQuoted(out)}`,
    `  pidreg train ${shellQuoted(out)}`,
  ].join("\n");
}
