import { z } from "zod";
import { targetUnits } from "../../config/data.js";
import { aboveZero, relativeChange } from "../../evaluation/compared-errors.js";
import { correctedResampledInterval } from "../../evaluation/paired.js";
import { count, type Stored } from "../../files/document.js";
import { mean } from "../../math/descriptive.js";
import { partsSummary, unfitPart } from "../../record/data-schemas.js";
import { storedTask } from "../../tasks/tasks.js";
import type { FoldParts } from "../crossval-parts.js";
import { heldToTrain, interval, learned } from "../results-schemas.js";
import type { FinishedRun } from "../study.js";
import { decidingError, lastError, type TrialFound } from "./search.js";
import type { Space } from "./space.js";

/** What one outer fold chose and came to. */
const tunedFold = z.object({
  name: z.string(),
  repeat: count,
  fold: count,
  chosen: z.object({
    trial: count.describe("0 is the config as it is"),
    settings: z.record(z.string(), z.unknown()).describe("values of config keys"),
  }),
  searchChange: z
    .number()
    .describe(
      "error of the chosen trial over that of the config as it is, less 1, on the rows of the fold that chose it",
    ),
  test: z
    .object({ config: z.number(), tuned: z.number() })
    .describe("errors on the outer test fold, which chose nothing"),
  testRows: count,
  parts: partsSummary,
  unfit: z.array(unfitPart),
});

/** results.json of a cross-validation that tunes inside every fold. */
export const nestedTuneDocument = z.object({
  kind: z.literal("crossval-tune"),
  ...learned.shape,
  folds: count,
  repeats: count,
  outerGroup: z.string().nullable(),
  asked: z.object({ trials: count }),
  space: z.record(z.string(), z.unknown()),
  rows: z.object({ tested: count, setAside: count }),
  warnings: z.array(z.string()),
  heldToTrain,
  error: z.object({ config: interval, tuned: interval }).describe("over the outer folds"),
  change: interval.describe("error of tuning over that of the config as it is, less 1, over the outer folds"),
  keys: z
    .array(z.object({ key: z.string(), values: z.array(z.object({ value: z.unknown(), chosen: count })) }))
    .describe("in how many folds each value was chosen; that of the config as it is counted where no trial erred less"),
  runs: z.array(tunedFold),
});

export type NestedTuneResults = Stored<typeof nestedTuneDocument>;

/** What the plan keeps of an outer fold; its rows are in split files. */
export interface TuneFold extends FoldParts {
  readonly name: string;
  readonly repeat: number;
  readonly fold: number;
}

/** An outer fold with what its search found, and the trainings on it. */
export interface TunedFold extends TuneFold {
  readonly heldToTrain: number;
  readonly own: TrialFound;
  readonly chosen: TrialFound;
  readonly config: FinishedRun;
  readonly tuned: FinishedRun;
}

interface Options extends Pick<NestedTuneResults, "folds" | "repeats" | "outerGroup" | "asked" | "warnings"> {
  readonly space: Space;
  readonly setAside: number;
  /** Value of a key in the config as it is. */
  readonly ownValue: (key: string) => unknown;
}

/** Gathers what the outer folds say of tuning. */
export function nestedTuneResults(folds: readonly TunedFold[], options: Options): NestedTuneResults {
  const { space, setAside, ownValue, warnings, ...asked } = options;
  const runs = folds.map(foldResult);
  const ratio = mean(folds.map((fold) => fold.heldToTrain));
  const errors = (pick: "config" | "tuned") => runs.map(({ test }) => test[pick]);
  const over = (pick: "config" | "tuned") => aboveZero(correctedResampledInterval(errors(pick), ratio));
  const [{ config }] = folds;
  const first = runs.filter(({ repeat }) => repeat === 1);
  return {
    kind: "crossval-tune",
    ...storedTask(config.files.task),
    ...{ targets: config.files.metrics.targets, ...targetUnits(config.files.metrics) },
    ...{ ...asked, space: { ...space } },
    rows: { tested: first.reduce((sum, { testRows }) => sum + testRows, 0), setAside },
    ...{ warnings: [...warnings], heldToTrain: ratio },
    error: { config: over("config"), tuned: over("tuned") },
    change: relativeChange(errors("tuned"), errors("config"), ratio).interval,
    keys: Object.keys(space).map((key) => ({ key, values: counted(runs, key, ownValue(key)) })),
    runs,
  };
}

function foldResult({ name, repeat, fold, parts, unfit, own, chosen, config, tuned }: TunedFold) {
  return {
    ...{ name, repeat, fold, chosen: { trial: chosen.trial, settings: chosen.settings } },
    searchChange: lastError(chosen) / lastError(own) - 1,
    test: { config: decidingError(config), tuned: decidingError(tuned) },
    ...{ testRows: parts.test?.rows ?? 0, parts, unfit: [...unfit] },
  };
}

function counted(runs: NestedTuneResults["runs"], key: string, own: unknown) {
  const values = runs.map(({ chosen: { trial, settings } }) => (trial === 0 ? (own ?? null) : settings[key]));
  const distinct = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...distinct]
    .map(([text, value]) => ({ value, chosen: values.filter((other) => JSON.stringify(other) === text).length }))
    .toSorted((a, b) => b.chosen - a.chosen);
}
