import { z } from "zod";
import { targetUnits } from "../config/data.js";
import { compareErrors, comparisonWords } from "../evaluation/compared-errors.js";
import { count, type Stored } from "../files/document.js";
import { mean, standardDeviation } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import { said } from "../report/sentence.js";
import type { CheckedParts } from "../run/checked-parts.js";
import { storedTask } from "../tasks/tasks.js";
import { cautionSentences } from "./caution-sentences.js";
import type { SplitParts } from "./repeats.js";
import {
  atomsOverRunsSchema,
  checkedParts,
  heldToTrain,
  interval,
  learned,
  meanSd,
  splitParts,
} from "./results-schemas.js";
import type { FinishedRun } from "./study.js";
import { atomsOverRuns, evaluatedSplits } from "./summarise.js";
import type { Variant } from "./variants.js";

/** What leaving something out does, on the test rows. */
const ablationResult = z.object({
  name: z.string(),
  changes: z.record(z.string(), z.unknown()).describe("config keys that differ from the full config"),
  error: interval.describe("in the unit of the target; for several targets the mean of error over scale"),
  difference: interval.nullable().describe("error over that of the full config, less 1; null for the full config"),
  bySplit: z.array(z.number()).describe("errors split by split"),
  steps: meanSd.describe("steps of a training, over its trainings"),
  pid: atomsOverRunsSchema,
});

/** results.json of an ablation. */
export const ablateDocument = checkedParts.extend({
  kind: z.literal("ablate"),
  ...learned.shape,
  repeats: count.describe("splits of the rows; with one, all of this is for that split"),
  seeds: count.describe("trainings of each variant on every split"),
  rows: count.describe("of the test part of the first split"),
  setAside: count.describe("rows that `data.split` names for the test alone, where several splits are drawn"),
  resampled: z
    .string()
    .describe('what intervals were made by: "bootstrap over rows", "jackknife over 40 whole groups"'),
  heldToTrain,
  splits: splitParts,
  cautions: z.array(z.string()).describe("what intervals do not hold, as sentences"),
  atomsFrom: z.string().describe("`model.fusion.atoms`: the rows behind `pid`"),
  variants: z.array(ablationResult).describe("the full config first"),
});

/** results.json of an ablation. */
export type AblateResults = Stored<typeof ablateDocument>;

/** What was trained: variants, the full config first, what each changes, and per variant its trainings, split by split. */
export interface TrainedVariants {
  readonly variants: readonly Variant[];
  readonly changes: readonly Readonly<Record<string, unknown>>[];
  readonly runs: readonly (readonly FinishedRun[])[];
}

interface AblateOptions {
  readonly seed: number;
  readonly setAside: number;
  readonly parts: readonly SplitParts[];
  /** Of every split, rows that did not train over rows that did. */
  readonly heldToTrain: readonly number[];
}

/** Compares the trainings of variants with those of the full config. */
export function ablateResults(
  { variants, changes, runs }: TrainedVariants,
  { seed, setAside, parts, heldToTrain }: AblateOptions,
): Omit<AblateResults, keyof CheckedParts> {
  const [[{ files: full }]] = runs;
  const files = runs.map((trainings) => trainings.map((run) => run.files));
  const splits = evaluatedSplits(
    files,
    "test",
    heldToTrain.map((ratio) => ({ heldToTrain: ratio })),
  );
  const {
    errors,
    changes: differences,
    bySplit,
  } = compareErrors(splits, {
    rng: new Rng(seed).split("ablate"),
    error: full.task.metrics.headline,
  });
  const [repeats, seeds] = [splits.length, runs[0].length / splits.length];
  return {
    kind: "ablate",
    ...storedTask(full.task),
    ...{ repeats, seeds },
    targets: full.metrics.targets,
    ...targetUnits(full.metrics),
    rows: full.metrics.test.n,
    setAside,
    resampled: comparisonWords(splits),
    heldToTrain: mean(heldToTrain),
    splits: [...parts],
    cautions: said(cautionSentences, { repeats, seeds, compared: variants.length - 1 }),
    atomsFrom: variants[0].config.model.fusion.atoms,
    variants: variants.map(({ name }, v) => ({
      name,
      changes: changes[v],
      error: errors[v],
      difference: v === 0 ? null : differences[v],
      bySplit: [...bySplit[v]],
      steps: stepsOf(runs[v]),
      pid: atomsOverRuns(files[v]),
    })),
  };
}

/** How long trainings were, in steps: what metrics.jsonl holds, of an ensemble those of its first member. */
function stepsOf(trainings: readonly FinishedRun[]): AblateResults["variants"][number]["steps"] {
  const steps = trainings.map(({ files }) => Math.max(0, ...files.epochs.map(({ step = 0 }) => step)));
  return { mean: mean(steps), sd: steps.length > 1 ? standardDeviation(steps) : null };
}
