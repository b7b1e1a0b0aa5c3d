import { z } from "zod";
import { type SplitInterval, splitInterval } from "../../evaluation/split-intervals.js";
import type { Stored } from "../../files/document.js";
import { mean } from "../../math/descriptive.js";
import type { RunFiles } from "../../record/read-run.js";
import { splitIntervalSchema } from "../results-schemas.js";

/** What the prediction intervals, or sets of classes, of the test folds are worth. */
export const coverageSchema = z.object({
  level: z.number().gt(0).lt(1).describe("share of rows that they are to hold"),
  achieved: z.number().min(0).max(1).describe("share of all tested rows that they held"),
  interval: splitIntervalSchema.nullable().describe("of the mean over the folds"),
  halfWidth: z
    .number()
    .min(0)
    .nullable()
    .optional()
    .describe("mean over the folds, unit of the target; null where there is none"),
  setSize: z.number().min(1).optional().describe("classes in a set, mean over the folds"),
});

export type CoverageFound = Stored<typeof coverageSchema>;

/** What the intervals or sets of one training are worth on its test rows. */
interface RunCoverage {
  readonly level: number;
  readonly achieved: number;
  readonly halfWidth?: number | null;
  readonly setSize?: number;
}

/** Null for a run that has neither intervals nor sets. */
export function coverageOf({ metrics }: Pick<RunFiles, "metrics">, target: string): RunCoverage | null {
  const { intervals, sets } = metrics;
  if (intervals !== undefined) {
    const { achieved, halfWidth } = intervals.targets[target];
    return { level: intervals.coverage, achieved, halfWidth };
  }
  return sets === undefined ? null : { level: sets.coverage, achieved: sets.achieved, setSize: sets.meanSize };
}

/** Over the folds; null where a fold has none. */
export function coverageFound(
  runs: readonly Pick<RunFiles, "metrics">[],
  target: string,
  testToTrain: number,
): CoverageFound | null {
  const found = runs.map((run) => coverageOf(run, target));
  const known = found.filter((each) => each !== null);
  if (known.length < runs.length) return null;
  const rows = runs.map(({ metrics }) => metrics.test.n);
  const held = known.reduce((sum, { achieved }, i) => sum + achieved * rows[i], 0);
  const interval: SplitInterval | null = splitInterval(
    known.map(({ achieved }) => achieved),
    testToTrain,
    { least: 0, most: 1 },
  );
  return {
    level: known[0].level,
    achieved: Math.min(1, held / rows.reduce((sum, n) => sum + n, 0)),
    interval,
    ...widthOf(known),
  };
}

function widthOf(known: readonly RunCoverage[]): Pick<CoverageFound, "halfWidth" | "setSize"> {
  const sizes = known.flatMap(({ setSize }) => (setSize === undefined ? [] : [setSize]));
  if (sizes.length === known.length) return { setSize: mean(sizes) };
  const widths = known.flatMap(({ halfWidth }) => (halfWidth === undefined || halfWidth === null ? [] : [halfWidth]));
  return { halfWidth: widths.length === known.length ? mean(widths) : null };
}
