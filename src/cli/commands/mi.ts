import type { CommandModule } from "yargs";
import { InputError } from "../../errors.js";
import {
  type BenchmarkEstimatorName,
  benchmarkEstimatorNames,
  type EstimatorName,
  estimatorNames,
  zooNames,
} from "../../mi/estimators/estimator-names.js";
import { dialectGiven, withDialect } from "../dialect-options.js";
import { type MiArguments, type MiRequest, readingArguments } from "../mi/options.js";
import { readingOptions } from "../reading-options.js";
import { splitList } from "../split-list.js";
import { print, printJson, tell } from "../terminal.js";

/** `pidreg mi`: mutual information of modalities and a target, or of two modalities, by several estimators. */
export const command: CommandModule<object, MiArguments> = {
  command: "mi [config]",
  describe: "mutual information of modalities and a target, or of two modalities, with standard errors",
  builder: (yargs) =>
    withDialect(yargs)
      .positional("config", {
        type: "string",
        describe: "config of a training, whose rows are read (in place of --data, --target, ..)",
      })
      .option("part", readingOptions.part)
      .option("set", readingOptions.set)
      .option("data", readingOptions.data)
      .option("target", readingOptions.target)
      .option("modality", readingOptions.modality)
      .option("between", {
        type: "string",
        nargs: 1,
        describe: "two modalities, A,B: what they tell about one another, in place of a target",
      })
      .option("estimator", {
        alias: "estimators",
        type: "string",
        nargs: 1,
        describe:
          `estimators, with commas: ${estimatorNames.join(", ")} (default: gaussian,ksg,density); ` +
          `with --benchmark also ${zooNames.join(", ")}, or all`,
      })
      .option("target-kind", readingOptions["target-kind"])
      .option("category", readingOptions.category)
      .option("group", readingOptions.group)
      .option("missing", readingOptions.missing)
      .option("missing-values", readingOptions["missing-values"])
      .option("folds", { type: "number", nargs: 1, describe: "folds of the estimators that learn (default: 5)" })
      .option("seed", { type: "number", default: 1, describe: "seed of everything drawn at random" })
      .option("figure", { type: "string", describe: "draw the estimates into this SVG file" })
      .option("json", { type: "boolean", default: false, describe: "print one JSON document" })
      .option("benchmark", {
        type: "boolean",
        default: false,
        describe: "run the estimators on generated rows whose information is known, in place of a table",
      })
      .option("tasks", {
        type: "string",
        nargs: 1,
        describe: "tasks of the benchmark: ids and globs (normal-*), with commas (default: all)",
      })
      .option("rows", { type: "number", nargs: 1, describe: "rows of each task of the benchmark (default: 1000)" })
      .option("seeds", { type: "number", nargs: 1, describe: "how often each is drawn, from --seed on (default: 1)" })
      .example(
        "pidreg mi --data brains.csv --target age --modality thickness='*_thickness' --modality volumes=155:204",
        "what thickness, volumes and both tell about age",
      )
      .example(
        "pidreg mi --data t.csv --modality a='a*' --modality b='b*' --between a,b --figure mi.svg",
        "what two modalities tell about one another",
      )
      .example(
        "pidreg mi --benchmark --tasks 'normal-*' --rows 2000",
        "how near the estimators come where the truth is known",
      )
      .example("pidreg mi pidreg.yaml --json", "the rows that training would read, the test part left out"),
  handler: async (args) => {
    if (args.benchmark) {
      await benchmark(args);
      return;
    }
    const request = await requestOf(args);
    await estimate(args, request);
  },
};

async function benchmark(args: MiArguments): Promise<void> {
  refuseTableChoices(args);
  const { checkOutputFile, writeOutput } = await import("../../files/output-file.js");
  if (args.figure !== undefined) await checkOutputFile(args.figure, []);
  const [{ benchmarkRows }, { benchmarkText }, { withSignals }] = await Promise.all([
    import("../mi/benchmark.js"),
    import("../../report/information/benchmark-text.js"),
    import("../signals.js"),
  ]);
  const { seed, folds, tasks, rows = 1000, seeds = 1 } = args;
  const plan = { estimators: benchmarkEstimatorsOf(args), tasks, rows, seeds, seed, folds };
  const found = await withSignals((signal) => benchmarkRows(plan, signal));
  if (args.figure !== undefined) {
    const { benchmarkFigure } = await import("../../report/information/benchmark-figure.js");
    await writeOutput(args.figure, await benchmarkFigure(found));
  }
  if (args.json) printJson({ rows: found });
  else print(benchmarkText(found));
}

async function estimate(args: MiArguments, request: MiRequest): Promise<void> {
  const { checkFigureFile } = await import("../figure-file.js");
  const inputs = [args.config ?? [], args.data ?? []].flat();
  if (args.figure !== undefined) await checkFigureFile(args.figure, inputs);
  const [{ runMi }, { StageProgress }, { withSignals }] = await Promise.all([
    import("../mi/run.js"),
    import("../decompose/progress.js"),
    import("../signals.js"),
  ]);
  const result = await withSignals((signal) => runMi(request, new StageProgress(), signal));
  if (args.figure !== undefined) {
    const [{ informationFigure }, { writeOutput }] = await Promise.all([
      import("../../report/information/information-figure.js"),
      import("../../files/output-file.js"),
    ]);
    await writeOutput(args.figure, await informationFigure(result));
  }
  for (const warning of result.table.warnings) tell(`Warning: ${warning}.`);
  if (args.json) {
    const { jsonDocument } = await import("../mi/output.js");
    printJson(jsonDocument(result, request));
    return;
  }
  const [{ informationText }, { accountText }] = await Promise.all([
    import("../../report/information/information-text.js"),
    import("../decompose/account-text.js"),
  ]);
  print([informationText(result), accountText(result.table.account)].filter((part) => part !== "").join("\n\n"));
}

/** What is asked for, with the rows of a config in it; what was done with them is told. */
async function requestOf(args: MiArguments): Promise<MiRequest> {
  checkArguments(args);
  const { seed, folds } = args;
  const reading = readingArguments(args, args.between === undefined ? undefined : pairOf(args.between));
  const request = { reading, estimators: estimatorsOf(args), seed, folds };
  if (args.config === undefined) return request;
  const { withConfigRows } = await import("../decompose/config-rows.js");
  const { args: read, messages } = await withConfigRows(reading);
  for (const message of messages) tell(message);
  return { ...request, reading: read };
}

/** @throws InputError for a name that no estimator has, and for one that only a benchmark takes */
function estimatorsOf({ estimator }: MiArguments): EstimatorName[] {
  return namedEstimators(estimator, estimatorNames, (name) =>
    name === "all" || zooNames.some((each) => each === name)
      ? `"${name}" goes with --benchmark only; of a table give ${estimatorNames.join(", ")}`
      : `"${name}" is none of ${estimatorNames.join(", ")}`,
  );
}

/** The same of a benchmark, which takes those of the literature too, and `all`. */
function benchmarkEstimatorsOf({ estimator }: MiArguments): BenchmarkEstimatorName[] {
  if (estimator === "all") return [...benchmarkEstimatorNames];
  const known = benchmarkEstimatorNames.join(", ");
  return namedEstimators(estimator, benchmarkEstimatorNames, (name) => `"${name}" is none of ${known}, and not "all"`);
}

function namedEstimators<Name extends string>(
  list: string | undefined,
  known: readonly Name[],
  refusal: (name: string) => string,
): Name[] {
  const wanted = list === undefined ? ["gaussian", "ksg", "density"] : splitList(list);
  const names = wanted.map((name) => {
    const found = known.find((each) => each === name);
    if (found !== undefined) return found;
    throw new InputError(`--estimator: ${refusal(name)}`);
  });
  if (names.length === 0) throw new InputError("--estimator names no estimator");
  return [...new Set(names)];
}

function pairOf(between: string): readonly [string, string] {
  const names = splitList(between);
  if (names.length === 2 && names[0] !== names[1]) return [names[0], names[1]];
  throw new InputError(`--between "${between}": expected the names of two modalities, A,B`);
}

/** What only a benchmark takes, and what it does not. */
function refuseTableChoices(args: MiArguments): void {
  const taken = ["config", "data", "target", "modality", "between", "category", "group", "missing-values"] as const;
  const [wrong] = [...taken.filter((name) => args[name] !== undefined), ...dialectGiven(args)];
  if (wrong !== undefined)
    throw new InputError(
      `--benchmark draws its own rows, and ${wrong === "config" ? "a config" : `--${wrong}`} belongs to a table`,
    );
  checkSeedAndFolds(args);
  for (const [name, least] of [
    ["rows", 10],
    ["seeds", 1],
  ] as const) {
    const value = args[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= least))
      throw new InputError(`--${name}: expected a whole number, at least ${least}, got ${value}`);
  }
}

/** @throws InputError for choices that are missing, impossible together, or out of range */
function checkArguments(args: MiArguments): void {
  const only = (["tasks", "rows", "seeds"] as const).find((name) => args[name] !== undefined);
  if (only !== undefined) throw new InputError(`--${only} belongs to the benchmark; give --benchmark too`);
  if (args.config !== undefined) refuseConfigChoices(args);
  else {
    if (args.part !== undefined) throw new InputError("--part goes with a config, whose split it speaks of");
    if (args.set !== undefined) throw new InputError("--set goes with a config, whose keys it changes");
    if (args.data === undefined) throw new InputError("give a table with --data FILE, or a config");
    if (args.target === undefined && args.between === undefined)
      throw new InputError(
        "--target COL is missing: the column that is to be known; or name two modalities, --between A,B",
      );
    if (args.target !== undefined && args.between !== undefined)
      throw new InputError("--between is about two modalities and no target; leave --target out");
  }
  checkSeedAndFolds(args);
}

function checkSeedAndFolds(args: MiArguments): void {
  if (!Number.isInteger(args.seed)) throw new InputError(`--seed: expected a whole number, got ${args.seed}`);
  if (args.folds !== undefined && !(Number.isInteger(args.folds) && args.folds >= 2))
    throw new InputError(`--folds: expected a whole number, at least 2, got ${args.folds}`);
}

/** What a config says, which options must not contradict. */
function refuseConfigChoices(args: MiArguments): void {
  const given = (["data", "target", "modality", "category", "missing-values"] as const).filter(
    (name) => args[name] !== undefined,
  );
  const [wrong] = [...given, ...dialectGiven(args)];
  if (wrong === undefined) return;
  throw new InputError(
    `--${wrong} cannot go with a config: ${args.config} says that; change it there, or leave the config out`,
  );
}
