import { InputError } from "../../errors.js";
import { dialectGiven } from "../dialect-options.js";
import type { DecomposeArguments } from "./options.js";

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
export function checkChoices(args: DecomposeArguments): void {
  const repeated = Object.entries(args).find(
    ([name, value]) => Array.isArray(value) && !["modality", "set", "merge", "errors", "_"].includes(name),
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
  if (args.around !== undefined && (args.partial === undefined || args.data === undefined)) {
    throw new InputError("--around goes with --data and --partial FILE: it reads the rows of a shard again");
  }
  if (args.errors !== undefined && (args.merge === undefined || args.partial !== undefined)) {
    throw new InputError("--errors goes with --merge, which decomposes the moments that they were made around");
  }
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
    ["missing", args.missing !== "error"],
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
