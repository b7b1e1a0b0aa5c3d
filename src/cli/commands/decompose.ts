import type { CommandModule } from "yargs";
import { checkChoices } from "../decompose/choices.js";
import { chosenMeasures, type DecomposeArguments } from "../decompose/options.js";
import type { WrittenShard } from "../decompose/partial.js";
import type { StageProgress } from "../decompose/progress.js";
import { withDialect } from "../dialect-options.js";
import { readingOptions } from "../reading-options.js";
import { print, printJson, tell } from "../terminal.js";

/** `pidreg decompose`: Gaussian partial information decomposition of a table or a covariance, without training. */
export const command: CommandModule<object, DecomposeArguments> = {
  command: "decompose [config]",
  describe: "unique, redundant and synergistic information of modalities in a table, without training",
  builder: (yargs) =>
    withDialect(yargs)
      .positional("config", {
        type: "string",
        describe:
          "config of a training, whose tables, modalities and groups are read (in place of --data, --target, ..)",
      })
      .option("part", readingOptions.part)
      .option("set", readingOptions.set)
      .option("data", readingOptions.data)
      .option("covariance", {
        type: "string",
        describe:
          'instead of a table: JSON {"cov": [[..]], "dm": targets, "dims": [d1, d2, ..], "n": rows}; ' +
          "prints JSON, on a terminal text",
      })
      .option("target", readingOptions.target)
      .option("modality", readingOptions.modality)
      .option("target-kind", readingOptions["target-kind"])
      .option("category", readingOptions.category)
      .option("by", { type: "string", describe: "column of groups: one decomposition per group, and the pooled one" })
      .option("group", readingOptions.group)
      .option("measure", {
        choices: chosenMeasures,
        requiresArg: true,
        default: "broja" as const,
        describe:
          "definition of unique information; idep for two modalities; flow: broja, and beside it the atoms of normalising flows, held out",
      })
      .option("transform", {
        choices: ["none", "inverse-normal"] as const,
        requiresArg: true,
        default: "none" as const,
        describe: "of the target columns: inverse-normal replaces values by the normal scores of their ranks",
      })
      .option("transform-modalities", {
        type: "boolean",
        default: false,
        describe: "apply --transform to the modalities' columns too (Gaussian copula)",
      })
      .option("estimator", {
        choices: ["auto", "bias-corrected", "cross-fitted", "plug-in"] as const,
        requiresArg: true,
        default: "auto" as const,
        describe: "auto: cross-fitted when the rows hardly exceed the columns, or do not",
      })
      .option("missing", readingOptions.missing)
      .option("missing-values", readingOptions["missing-values"])
      .option("bootstrap", {
        type: "number",
        default: 0,
        describe: "bootstrap replicates (1000 or more for intervals)",
      })
      .option("permutations", { type: "number", default: 0, describe: "shuffles of the target, for p-values" })
      .option("level", { type: "number", default: 0.95, describe: "coverage of the intervals" })
      .option("seed", { type: "number", default: 1, describe: "seed of everything drawn at random" })
      .option("check", {
        type: "boolean",
        describe:
          "ask whether the Gaussian reading is enough; unasked where it takes 20 seconds or less, --no-check leaves it out",
      })
      // The parser negates no option by itself, so that only what is told here is understood.
      .option("no-check", { type: "boolean", describe: "leave that check out, as --check=false does" })
      .option("stream", {
        type: "boolean",
        default: false,
        describe: "keep no rows, only their covariance; large tables are streamed by themselves",
      })
      .option("partial", {
        type: "string",
        requiresArg: true,
        describe: "decompose nothing: write the moments of the rows to this file, for --merge",
      })
      .option("merge", {
        type: "string",
        array: true,
        describe: "instead of a table: files of --partial, whose rows are decomposed together",
      })
      .option("around", {
        type: "string",
        requiresArg: true,
        describe:
          "with --partial: the merged moments of all shards; what is written then gives errors from the rows (--errors)",
      })
      .option("errors", {
        type: "string",
        array: true,
        describe: "with --merge: files of --around, of every shard; without, errors are those of normal rows",
      })
      .option("local", { type: "string", describe: "write per-row atoms to this CSV file" })
      .option("figure", { type: "string", describe: "draw the atoms into this SVG file" })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .example(
        "pidreg decompose --data brains.csv --target age --modality thickness='*_thickness' --modality volumes=155:204",
        "what thickness and volumes know about age",
      )
      .example(
        "pidreg decompose --data t.parquet --target y --modality a='a*' --modality b='b*' --by site --figure atoms.svg",
        "one decomposition per site",
      )
      .example(
        "pidreg decompose --data 'parts/*.parquet' --target y --modality a='a*' --modality b='b*'",
        "several files as one table",
      )
      .example(
        "pidreg decompose --data parts/7.parquet --target y --modality a='a*' --modality b='b*' --partial 7.partial",
        "the moments of one of them",
      )
      .example("pidreg decompose --merge *.partial", "the rows of all together")
      .example("pidreg decompose pidreg.yaml", "the rows that training would read, the test part left out")
      .example("pidreg decompose --covariance cov.json --json", "from a covariance matrix"),
  handler: async (said) => {
    checkChoices(said);
    const args = await prepared(said["no-check"] ? { ...said, check: false } : said);
    const [{ checkOutputFile }, { checkFigureFile }] = await Promise.all([
      import("../../files/output-file.js"),
      import("../figure-file.js"),
    ]);
    const inputs = [
      args.config ?? [],
      args.data ?? [],
      args.covariance ?? [],
      args.merge ?? [],
      args.around ?? [],
    ].flat();
    if (args.local !== undefined) await checkOutputFile(args.local, inputs);
    if (args.figure !== undefined) await checkFigureFile(args.figure, inputs);
    const [{ decompose }, { StageProgress }, output, { warningsOf }] = await Promise.all([
      import("../decompose/run.js"),
      import("../decompose/progress.js"),
      import("../decompose/output.js"),
      import("../decompose/warnings.js"),
    ]);
    const progress = new StageProgress();
    if (args.partial !== undefined) {
      await checkOutputFile(args.partial, inputs);
      const shard = await writeShard(args, progress);
      if (args.json) {
        for (const warning of shard.warnings) tell(warning);
        printJson(output.shardDocument(args.partial, shard));
      } else print(output.shardText(shard));
      return;
    }
    const result = await decompose(args, progress);
    progress.stop();
    if (args.local !== undefined && result.local !== null)
      await output.writeLocal(args.local, result.local, result.by, args.rows?.ids);
    if (args.figure !== undefined) await output.writeFigure(args.figure, result);
    // a matrix comes from a program and goes to one: as text on a terminal only
    const json = args.json || (args.covariance !== undefined && !process.stdout.isTTY);
    if (json) {
      for (const warning of warningsOf(result)) tell(warning);
      printJson(output.jsonDocument(result, args));
    } else print(output.terminalText(result, args).replace(/\n$/, ""));
  },
};

/** Writes the file of --partial. @returns what is to be said of it */
async function writeShard(args: DecomposeArguments, progress: StageProgress): Promise<WrittenShard> {
  const { makePartial, onlyWritten } = await import("../decompose/partial.js");
  if (args.merge !== undefined) return onlyWritten(await (await import("../decompose/merge.js")).mergePartials(args));
  if (args.around !== undefined)
    return onlyWritten(await (await import("../decompose/around.js")).makeErrors(args, progress));
  return makePartial(args, progress);
}

/** The arguments with the rows of a config in them; what was done with them is told. */
async function prepared(args: DecomposeArguments): Promise<DecomposeArguments> {
  if (args.config === undefined) return args;
  const { withConfigRows } = await import("../decompose/config-rows.js");
  const { args: read, messages } = await withConfigRows(args);
  for (const message of messages) tell(message);
  return read;
}
