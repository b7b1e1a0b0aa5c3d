import { z } from "zod";
import { parseConfig } from "../../config/load.js";
import type { Config } from "../../config/schema.js";
import { InputError } from "../../errors.js";
import { headlineOf } from "../../evaluation/headline.js";
import { permutationTest } from "../../evaluation/permutation-test.js";
import { byName, count, type Stored } from "../../files/document.js";
import { mean } from "../../math/descriptive.js";
import { derivedSeed } from "../../math/rng.js";
import { said } from "../../report/sentence.js";
import { withUnit } from "../../report/with-unit.js";
import { shown } from "../../shown.js";
import { digits } from "../markdown.js";
import { paragraphs, type TextBlock, table } from "../text-blocks.js";
import type { ArmFound, FoldRun } from "./arm.js";
import { type PermutationFacts, permutationSentences } from "./permutation-sentences.js";

/** The permutation test of a whole cross-validation, first repeat. */
export const permutationSchema = z.object({
  permutations: count,
  groups: z
    .string()
    .nullable()
    .describe("`data.group`: targets that vary in a group are dealt inside it, others as wholes"),
  within: z.string().nullable().describe("--outer-group: targets are dealt within its values"),
  targets: byName(
    z.object({
      value: z.number().describe("error of the config, mean over the folds of the first repeat"),
      mean: z.number(),
      sd: z.number().nullable(),
      least: z.number(),
      permuted: z.array(z.number()).describe("the error with permuted targets, one per permutation"),
      better: count.describe("permutations whose error is as low, or lower"),
      pValue: z.number().gt(0).max(1).describe("(1 + better) / (permutations + 1)"),
    }),
  ),
});

export type PermutationFound = Stored<typeof permutationSchema>;

/** @throws InputError for a number that is none, and for rows that cannot be exchanged */
export function checkPermutations(permutations: number, { data }: Pick<Config, "data">): void {
  if (!Number.isInteger(permutations) || permutations < 1) {
    throw new InputError(`--permutations ${permutations}: expected a whole number, at least 1`);
  }
  if (data.split.by === "time") {
    throw new InputError(
      `--permutations ${permutations}: rows that follow each other in time cannot be exchanged; it does not go with data.split.by: time`,
    );
  }
}

/** Name of the training of a fold on permuted targets. @param permutation from 1 */
export function permutationName(permutation: number, fold: string): string {
  return `permutation-${permutation}-${fold}`;
}

/**
 * The config of that training. What only describes a model, and changes no prediction, is left out.
 * @param fold  the config of the fold on the data as they are
 * @param outer column of groups that are tested as a whole, within which targets are dealt
 */
export function permutedConfig(fold: Config, study: Config, permutation: number, outer: string | undefined): Config {
  const seed = derivedSeed(study.seed, `crossval/permutation/${permutation}`);
  const within = outer === undefined || outer === study.data.group ? {} : { within: outer };
  // Parsed, so that its keys stand in the order of the schema: runs are told by the text of their config.
  return parseConfig({
    ...fold,
    name: `${fold.name} permutation ${permutation}`.slice(0, 100),
    data: { ...fold.data, permuteTargets: { seed, ...within } },
    evaluation: { ...fold.evaluation, check: "off", importance: "off" },
  });
}

/** What the test says of each target. @param permuted per permutation its folds, those of the first repeat of the config */
export function permutationFound(
  { runs, targets, task }: ArmFound,
  permuted: readonly (readonly Pick<FoldRun, "files">[])[],
  { groups, within }: Pick<PermutationFound, "groups" | "within">,
): PermutationFound {
  const error = (folds: readonly Pick<FoldRun, "files">[], target: string) =>
    mean(folds.map(({ files }) => headlineOf(files.metrics.test.perTarget[target], task.metrics.headline)));
  const first = runs.filter(({ repeat }) => repeat === 1);
  return {
    ...{ permutations: permuted.length, groups, within },
    targets: Object.fromEntries(
      Object.keys(targets).map((target) => [
        target,
        permutationTest(
          error(first, target),
          permuted.map((folds) => error(folds, target)),
        ),
      ]),
    ),
  };
}

/** The test as a table and its sentences. */
export function permutationBlocks(arm: ArmFound, found: PermutationFound): TextBlock[] {
  const { headline } = arm.task.metrics;
  const { permutations, groups, within } = found;
  const rows = Object.entries(found.targets).map(([target, { value, mean: centre, sd, least, better, pValue }]) => [
    `${headline.name} of ${withUnit(arm, target)}`,
    digits(value),
    `${digits(centre)} ± ${digits(sd, 2)}`,
    digits(least),
    `${better} of ${permutations}`,
    digits(pValue, 2),
  ]);
  const facts = (target: string): PermutationFacts => ({
    ...{ target: shown(target), permutations, error: headline.name },
    ...{ groups: groups === null ? null : shown(groups), within: within === null ? null : shown(within) },
    pValue: found.targets[target].pValue,
    better: found.targets[target].better,
  });
  const [first] = Object.keys(found.targets);
  return [
    ...paragraphs([howPermuted(facts(first))]),
    table([["permutation test", "as it is", "permuted", "least", "as low", "p"], ...rows]),
    ...Object.keys(found.targets).flatMap((target) => paragraphs(said(permutationSentences, facts(target)))),
  ];
}

function howPermuted({ permutations, groups, within }: PermutationFacts): string {
  const inside =
    groups === null
      ? "among the rows"
      : `inside each "${groups}" where it varies there, and among groups as wholes where it does not`;
  const outer = within === null || within === groups ? "" : `, within each "${within}"`;
  return (
    `Permutation test of the whole pipeline, folds of the first repeat: with targets dealt anew ${inside}${outer}, ${permutations} times, ` +
    "everything was trained again; p = (1 + permutations whose error is as low) / (permutations + 1)."
  );
}
