import { z } from "zod";
import { targetUnits } from "../config/data.js";
import { errorInterval, relativeDifference, resampleErrors } from "../evaluation/paired-errors.js";
import { count, type Stored } from "../files/document.js";
import { mean, standardDeviation } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import { said } from "../report/sentence.js";
import type { CheckedParts } from "../run/checked-parts.js";
import { storedTask } from "../tasks/tasks.js";
import { cautionSentences } from "./caution-sentences.js";
import { atomsOverRunsSchema, checkedParts, interval, learned, meanSd } from "./results-schemas.js";
import type { FinishedRun } from "./study.js";
import { atomsOverRuns, errorScales, resamplingText, rowCosts } from "./summarise.js";
import type { Variant } from "./variants.js";

/** What leaving something out does, on the test rows. */
const ablationResult = z.object({
  name: z.string(),
  changes: z.record(z.string(), z.unknown()).describe("config keys that differ from the full config"),
  error: interval.describe("in the unit of the target; for several targets the mean of error over scale"),
  difference: interval.nullable().describe("error over that of the full config, less 1; null for the full config"),
  steps: meanSd.describe("steps of a training, over its trainings"),
  pid: atomsOverRunsSchema,
});

/** results.json of an ablation. */
export const ablateDocument = checkedParts.extend({
  kind: z.literal("ablate"),
  ...learned.shape,
  seeds: count,
  rows: count.describe("of the test part"),
  resampled: z
    .string()
    .describe('what intervals were made by: "bootstrap over rows", "jackknife over 40 whole groups"'),
  cautions: z.array(z.string()).describe("what intervals do not hold, as sentences"),
  atomsFrom: z.string().describe("`model.fusion.atoms`: the rows behind `pid`"),
  variants: z.array(ablationResult).describe("the full config first"),
});

/** results.json of an ablation. */
export type AblateResults = Stored<typeof ablateDocument>;

/**
 * Compares the trainings of variants with those of the full config.
 * @param variants the full config first
 * @param changes  config keys that each variant changes
 * @param runs     per variant its trainings
 */
export function ablateResults(
  variants: readonly Variant[],
  changes: readonly Readonly<Record<string, unknown>>[],
  runs: readonly (readonly FinishedRun[])[],
  seed: number,
): Omit<AblateResults, keyof CheckedParts> {
  const [[full]] = runs;
  const errors = resampleErrors(
    runs.map((trainings) => trainings.map(({ files }) => rowCosts(files, "test"))),
    {
      rng: new Rng(seed).split("ablate"),
      error: full.files.task.metrics.headline,
      scales: errorScales(full.files, "test"),
      groups: full.files.test.groups,
    },
  );
  return {
    kind: "ablate",
    ...storedTask(full.files.task),
    seeds: runs[0].length,
    targets: full.files.metrics.targets,
    ...targetUnits(full.files.metrics),
    rows: full.files.metrics.test.n,
    resampled: resamplingText(full.files, "test"),
    cautions: said(cautionSentences, { seeds: runs[0].length, compared: variants.length - 1 }),
    atomsFrom: variants[0].config.model.fusion.atoms,
    variants: variants.map(({ name }, v) => ({
      name,
      changes: changes[v],
      error: errorInterval(errors[v]),
      difference: v === 0 ? null : relativeDifference(errors[v], errors[0]),
      steps: stepsOf(runs[v]),
      pid: atomsOverRuns(runs[v].map(({ files }) => files)),
    })),
  };
}

/** How long trainings were, in steps: what metrics.jsonl holds, of an ensemble those of its first member. */
function stepsOf(trainings: readonly FinishedRun[]): AblateResults["variants"][number]["steps"] {
  const steps = trainings.map(({ files }) => Math.max(0, ...files.epochs.map(({ step = 0 }) => step)));
  return { mean: mean(steps), sd: steps.length > 1 ? standardDeviation(steps) : null };
}
