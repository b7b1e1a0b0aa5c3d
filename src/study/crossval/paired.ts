import { z } from "zod";
import type { ResampledInterval } from "../../evaluation/paired.js";
import { type ByMetric, metricDifferences } from "../../evaluation/split-intervals.js";
import { byName, count } from "../../files/document.js";
import { resampledInterval } from "../results-schemas.js";
import type { ArmFound } from "./arm.js";

/** A config of a cross-validation, as tables call it. */
export interface NamedArm {
  /** "A", "B", ..; never the name of a modality, target or baseline. */
  readonly letter: string;
  /** Name of the config, and where others have it too what sets it apart. */
  readonly label: string;
  /** Rows that this config can use and another cannot: they are in no fold. */
  readonly leftOut: number;
  readonly found: ArmFound;
}

/** Every metric of a config minus that of the first, on the same folds. */
export interface PairedArm {
  readonly target: string;
  readonly letter: string;
  readonly reference: string;
  readonly metrics: ByMetric<ResampledInterval>;
}

/** Several configs on the same folds. */
export interface ComparedArms {
  readonly arms: readonly NamedArm[];
  readonly paired: readonly PairedArm[];
}

/** The keys of results.json that only several configs have. */
export const comparedKeys = {
  configs: z
    .array(z.object({ letter: z.string(), label: z.string(), leftOut: count }))
    .optional()
    .describe("several configs on the same folds; `leftOut`: rows that another config cannot use"),
  paired: z
    .array(
      z.object({
        target: z.string(),
        config: z.string(),
        reference: z.string(),
        metrics: byName(resampledInterval.nullable()),
      }),
    )
    .optional()
    .describe(
      "every metric of a config minus that of the first, paired by repeat and fold, with the corrected interval",
    ),
};

/** What results.json says under those keys. */
export function comparedResults({ arms, paired }: ComparedArms) {
  return {
    configs: arms.map(({ letter, label, leftOut }) => ({ letter, label, leftOut })),
    paired: paired.map(({ target, letter, reference, metrics }) => ({ target, config: letter, reference, metrics })),
  };
}

/**
 * Differences of each config from the first, fold by fold. Where training parts differ in size the smaller one counts: the
 * interval is the wider of the two.
 * @param arms whose runs are of the same folds, in the same order
 */
export function compareArms(arms: readonly NamedArm[]): ComparedArms {
  const [reference, ...others] = arms;
  const targets = Object.keys(reference.found.targets);
  return {
    arms,
    paired: targets.flatMap((target) =>
      others.map((arm) => ({
        ...{ target, letter: arm.letter, reference: reference.letter },
        metrics: metricDifferences(
          foldMetrics(arm.found, target),
          foldMetrics(reference.found, target),
          Math.max(arm.found.testToTrain, reference.found.testToTrain),
        ),
      })),
    ),
  };
}

/** Metrics of every fold with its calibration. */
function foldMetrics({ runs, task }: ArmFound, target: string) {
  const { calibration } = task.metrics;
  return runs.map(({ files: { metrics, test } }) => {
    const { truth, prediction } = test.targets.get(target) ?? { truth: [], prediction: [] };
    return { ...metrics.test.perTarget[target], ...calibration.measure(truth, prediction) };
  });
}
