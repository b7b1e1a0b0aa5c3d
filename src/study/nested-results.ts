import { z } from "zod";
import { targetUnits } from "../config/data.js";
import type { Config } from "../config/schema.js";
import { aboveZero, relativeChange } from "../evaluation/compared-errors.js";
import { correctedResampledInterval } from "../evaluation/paired.js";
import { meanErrors } from "../evaluation/paired-errors.js";
import { count, type Stored } from "../files/document.js";
import { mean } from "../math/descriptive.js";
import { partsSummary, unfitPart } from "../record/data-schemas.js";
import { storedTask } from "../tasks/tasks.js";
import type { FoldParts } from "./crossval-parts.js";
import { heldToTrain, interval, learned } from "./results-schemas.js";
import { candidatesOf, chosenOf, compareSubsets, costOf, evaluatedOn, type TrainedSubset } from "./select-decision.js";
import { isSubset } from "./select-results.js";
import type { ConstantPrediction } from "./variants.js";

const subsetName = z.array(z.string()).describe("modalities; empty: what is predicted from none");

/** What one outer fold came to. */
const nestedFold = z.object({
  name: z.string(),
  repeat: count,
  fold: count,
  chosen: subsetName,
  change: z
    .number()
    .describe("error of the chosen subset over that of all modalities, less 1, on the validation rows, which decided"),
  bound: z.number().describe("its upper end at 95 %, one-sided, for all subsets together"),
  test: z
    .object({ full: z.number(), chosen: z.number(), none: z.number() })
    .describe("errors on the outer test fold, which decided nothing"),
  testRows: count,
  parts: partsSummary,
  unfit: z.array(unfitPart),
  validationOfTrainedGroups: count
    .optional()
    .describe("with --outer-group: validation rows, which decided, whose group has training rows too"),
});

/** results.json of a nested selection. */
export const nestedDocument = z.object({
  kind: z.literal("select-nested"),
  ...learned.shape,
  folds: count,
  repeats: count,
  outerGroup: z.string().nullable().describe("column whose values are tested as a whole"),
  seeds: count.describe("trainings of each subset in every fold"),
  margin: z.number(),
  greedy: z.boolean().describe("whether subsets were searched by backward elimination"),
  rows: z.object({ tested: count, lacking: count, setAside: count }),
  warnings: z.array(z.string()),
  heldToTrain,
  error: z
    .object({ full: interval, chosen: interval, none: interval })
    .describe("over the outer folds: all modalities, what was chosen in each fold, and what is predicted from none"),
  change: interval.describe("error of the selection over that of all modalities, less 1, over the outer folds"),
  bound: z.number().describe("upper end of that change at 95 %, one-sided"),
  cost: z
    .object({ full: z.number(), chosen: z.number() })
    .nullable()
    .describe("of all modalities, and mean over the folds; null when the config gives none"),
  modalities: z
    .array(z.object({ modality: z.string(), chosen: count }))
    .describe("in how many outer folds each is chosen"),
  subsets: z
    .array(
      z.object({
        modalities: subsetName,
        chosen: count.describe("in how many outer folds"),
        test: z.number().nullable().describe("mean error over the outer test folds; null where not trained in all"),
      }),
    )
    .describe("those chosen most often first"),
  runs: z.array(nestedFold),
});

export type NestedResults = Stored<typeof nestedDocument>;

/** What the plan keeps of a fold; its rows are in a split file. */
export interface NestedFold extends FoldParts {
  readonly name: string;
  readonly repeat: number;
  readonly fold: number;
  readonly constant: ConstantPrediction;
}

/** An outer fold with what was trained in it, all modalities first. */
export interface TrainedFold extends NestedFold {
  readonly heldToTrain: number;
  readonly trained: readonly TrainedSubset[];
}

interface Options extends Pick<NestedResults, "folds" | "repeats" | "seeds" | "margin" | "greedy" | "warnings"> {
  readonly config: Config;
  readonly outerGroup?: string | undefined;
  readonly lacking: number;
  readonly setAside: number;
}

/** Chooses in every fold on its validation part, and gathers what the test folds say of it. */
export function nestedResults(folds: readonly TrainedFold[], options: Options): NestedResults {
  const { config, outerGroup = null, lacking, setAside, warnings, ...asked } = options;
  const decided = folds.map((fold) => decidedFold(fold, options));
  const ratio = mean(folds.map((fold) => fold.heldToTrain));
  const errors = (pick: "full" | "chosen" | "none") => decided.map(({ run }) => run.test[pick]);
  const over = (pick: "full" | "chosen" | "none") => aboveZero(correctedResampledInterval(errors(pick), ratio));
  const { interval: change, upper } = relativeChange(errors("chosen"), errors("full"), ratio);
  const [{ files }] = folds[0].trained[0].runs;
  const names = Object.keys(config.data.modalities);
  const runs = decided.map(({ run }) => run);
  const first = runs.filter(({ repeat }) => repeat === 1);
  const all = costOf(config, names);
  const priced =
    all === null ? null : { full: all, chosen: mean(runs.map(({ chosen }) => costOf(config, chosen) ?? 0)) };
  return {
    kind: "select-nested",
    ...storedTask(files.task),
    targets: files.metrics.targets,
    ...targetUnits(files.metrics),
    ...asked,
    outerGroup,
    rows: { tested: first.reduce((sum, { testRows }) => sum + testRows, 0), lacking, setAside },
    warnings: [...warnings],
    heldToTrain: ratio,
    error: { full: over("full"), chosen: over("chosen"), none: over("none") },
    ...{ change, bound: upper, cost: priced },
    modalities: names.map((modality) => ({
      modality,
      chosen: runs.filter(({ chosen }) => chosen.includes(modality)).length,
    })),
    subsets: subsetsOver(decided),
    runs,
  };
}

interface DecidedFold {
  readonly run: NestedResults["runs"][number];
  readonly candidates: readonly (readonly string[])[];
  /** Of every candidate, on the outer test fold. */
  readonly test: readonly number[];
}

function decidedFold(fold: TrainedFold, { config, margin }: Options): DecidedFold {
  const {
    trained,
    name,
    repeat,
    fold: place,
    parts,
    unfit,
    constant,
    heldToTrain: ratio,
    validationOfTrainedGroups,
  } = fold;
  const splits = [{ heldToTrain: ratio, constant }];
  const decision = { config, margin, decideOn: "validation", splits } as const;
  const compared = compareSubsets(trained, "validation", decision);
  const candidates = candidatesOf(trained);
  const chosen = chosenOf(candidates, compared, decision);
  const at = candidates.findIndex((modalities) => isSubset(modalities, chosen));
  const [{ models, scales }] = evaluatedOn(trained, "test", splits);
  const [{ files }] = trained[0].runs;
  const test = meanErrors(models, { error: files.task.metrics.headline, scales });
  return {
    ...{ candidates, test },
    run: {
      ...{
        name,
        repeat,
        fold: place,
        chosen: [...chosen],
        change: compared.changes[at].value,
        bound: compared.bounds[at],
      },
      test: { full: test[0], chosen: test[at], none: test[test.length - 1] },
      ...{ testRows: parts.test?.rows ?? 0, parts, unfit: [...unfit] },
      ...(validationOfTrainedGroups === undefined ? {} : { validationOfTrainedGroups }),
    },
  };
}

function subsetsOver(folds: readonly DecidedFold[]): NestedResults["subsets"] {
  const all = new Map(folds.flatMap(({ candidates }) => candidates.map((names) => [JSON.stringify(names), names])));
  const subsets = [...all.values()].map((modalities) => {
    const errors = folds.flatMap(({ candidates, test }) => {
      const at = candidates.findIndex((names) => isSubset(names, modalities));
      return at < 0 ? [] : [test[at]];
    });
    return {
      modalities: [...modalities],
      chosen: folds.filter(({ run }) => isSubset(run.chosen, modalities)).length,
      test: errors.length === folds.length ? mean(errors) : null,
    };
  });
  return subsets.sort((a, b) => b.chosen - a.chosen);
}
