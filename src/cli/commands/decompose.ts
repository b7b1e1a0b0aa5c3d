import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import { chosenMeasures, type DecomposeArguments } from "../decompose/options.js";
import { dialectGiven, withDialect } from "../dialect-options.js";
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
    checkArguments(said);
    const args = await prepared(said["no-check"] ? { ...said, check: false } : said);
    const [{ checkOutputFile }, { checkFigureFile }] = await Promise.all([
      import("../../files/output-file.js"),
      import("../figure-file.js"),
    ]);
    const inputs = [args.config ?? [], args.data ?? [], args.covariance ?? [], args.merge ?? []].flat();
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
      const written =
        args.merge === undefined
          ? await (await import("../decompose/partial.js")).makePartial(args, progress)
          : await (await import("../decompose/merge.js")).mergePartials(args);
      if (args.json) printJson({ partial: args.partial });
      else print(written);
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

/** The arguments with the rows of a config in them; what was done with them is told. */
async function prepared(args: DecomposeArguments): Promise<DecomposeArguments> {
  if (args.config === undefined) return args;
  const { withConfigRows } = await import("../decompose/config-rows.js");
  const { args: read, messages } = await withConfigRows(args);
  for (const message of messages) tell(message);
  return read;
}

/** What a config says, which options must not contradict. */
function refuseConfigChoices(args: DecomposeArguments): void {
  const given = [
    ["data", args.data !== undefined],
    ["covariance", args.covariance !== undefined],
    ["target", args.target !== undefined],
    ["modality", args.modality !== undefined],
    ["category", args.category !== undefined],
    ["missing-values", args["missing-values"] !== undefined],
    ["stream", args.stream],
    ...dialectGiven(args).map((name) => [name, true] as const),
  ] as const;
  const wrong = given.find(([, used]) => used);
  if (wrong === undefined) return;
  const why = wrong[0] === "stream" ? "rows of a config are joined in memory" : `${args.config} says that`;
  throw new InputError(`--${wrong[0]} cannot go with a config: ${why}; change it there, or leave the config out`);
}

/** @throws InputError for choices that are missing, impossible together, or out of range */
function checkArguments(args: DecomposeArguments): void {
  const repeated = Object.entries(args).find(
    ([name, value]) => Array.isArray(value) && !["modality", "set", "merge", "_"].includes(name),
  );
  if (repeated !== undefined) throw new InputError(`--${repeated[0]}: given twice; give it once`);
  if (args.check && args["no-check"]) throw new InputError("--check and --no-check: give one of the two");
  if (args.config !== undefined) refuseConfigChoices(args);
  else if (args.part !== undefined) throw new InputError("--part goes with a config, whose split it speaks of");
  else if (args.set !== undefined) throw new InputError("--set goes with a config, whose keys it changes");
  if (args.merge !== undefined) refuseWithMerge(args);
  if ([args.config, args.data, args.covariance, args.merge].every((given) => given === undefined)) {
    throw new InputError(
      "give a table with --data FILE, a config, a matrix with --covariance FILE.json, or shards with --merge FILES",
    );
  }
  if (args.partial !== undefined) refuseWithPartial(args);
  if (args.covariance !== undefined) refuseTableChoices(args, "covariance");
  else if (args.merge !== undefined) refuseTableChoices(args, "merge");
  else if (args.config === undefined && args.target === undefined)
    throw new InputError("--target COL is missing: the column that is to be known");
  if (args["transform-modalities"] && args.transform === "none") {
    throw new InputError("--transform-modalities needs a transform: give --transform inverse-normal too");
  }
  const count = (name: string, value: number) => {
    if (!Number.isInteger(value) || value < 0) throw new InputError(`--${name}: expected a whole number, got ${value}`);
  };
  count("bootstrap", args.bootstrap);
  count("permutations", args.permutations);
  if (!(args.level > 0 && args.level < 1)) {
    throw new InputError(`--level: expected a coverage between 0 and 1, for example 0.95, got ${args.level}`);
  }
  if (!Number.isInteger(args.seed)) throw new InputError(`--seed: expected a whole number, got ${args.seed}`);
}

/** @throws InputError for another input beside the shards */
function refuseWithMerge({ config, data, covariance, merge = [] }: DecomposeArguments): void {
  const other = Object.entries({ "a config": config, "--data": data, "--covariance": covariance }).find(
    ([, given]) => given !== undefined,
  );
  if (other !== undefined) throw new InputError(`--merge decomposes the rows of its files; leave ${other[0]} out`);
  if (merge.length === 0) throw new InputError("--merge: names no file of decompose --partial");
}

/** @throws InputError for what a file of moments has no place for */
function refuseWithPartial(args: DecomposeArguments): void {
  const given = [
    ["a config", args.config !== undefined],
    ["--covariance", args.covariance !== undefined],
    ["--figure", args.figure !== undefined],
    ["--target-kind class", args["target-kind"] === "class"],
    [`--measure ${args.measure}`, args.measure !== "broja"],
    [`--estimator ${args.estimator}`, args.estimator !== "auto" && args.estimator !== "cross-fitted"],
  ] as const;
  const wrong = given.find(([, used]) => used);
  if (wrong === undefined) return;
  const why = {
    "--target-kind class": "classes are counted, and tables of counts are not merged",
    "a config": "rows of a config are joined in memory",
  }[wrong[0] as string];
  throw new InputError(
    `--partial writes moments of the rows of --data: ${wrong[0]} does not go with it${why === undefined ? "; say it to --merge" : `; ${why}`}`,
  );
}

/** @param instead what is decomposed in place of a table */
function refuseTableChoices(args: DecomposeArguments, instead: "covariance" | "merge"): void {
  const given = [
    ["data", args.data !== undefined],
    ["target", args.target !== undefined],
    ["target-kind", args["target-kind"] !== "auto"],
    ["modality", args.modality !== undefined],
    ["category", args.category !== undefined],
    ["by", args.by !== undefined],
    ["group", args.group !== undefined],
    ["local", args.local !== undefined],
    ["missing-values", args["missing-values"] !== undefined],
    ["bootstrap", args.bootstrap > 0],
    ["permutations", args.permutations > 0],
    ["transform", args.transform !== "none"],
    ["estimator", args.estimator === "cross-fitted"],
    ["measure flow", args.measure === "flow"],
    ["stream", args.stream],
    ...dialectGiven(args).map((name) => [name, true] as const),
    ["check", args.check === true],
  ] as const;
  const wrong = given.find(([, used]) => used);
  if (wrong !== undefined) {
    throw new InputError(
      instead === "covariance"
        ? `--${wrong[0]} needs the rows of a table and cannot go with --covariance`
        : `--${wrong[0]} needs the rows of a table, which --merge has not; what is said of columns is said to --partial`,
    );
  }
}
