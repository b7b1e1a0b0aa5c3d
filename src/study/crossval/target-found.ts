import { z } from "zod";
import { headlineOf } from "../../evaluation/headline.js";
import type { AnyMetrics } from "../../evaluation/metrics.js";
import { correctedResampledInterval, type ResampledInterval } from "../../evaluation/paired.js";
import {
  type ByMetric,
  metricDifferences,
  metricIntervals,
  type SplitInterval,
} from "../../evaluation/split-intervals.js";
import { byName } from "../../files/document.js";
import type { RunFiles } from "../../record/read-run.js";
import { resampledInterval, splitIntervalSchema } from "../results-schemas.js";
import { type MetricsOverRuns, metricsOverRuns } from "../summarise.js";
import { type CoverageFound, coverageFound, coverageSchema } from "./coverage.js";

/** Quality of one target over the folds. */
export interface TargetFound {
  /** `pidreg` and every baseline that all runs recorded. */
  readonly models: Readonly<Record<string, MetricsOverRuns>>;
  /** Error of pidreg minus that of the baseline. */
  readonly differences: Readonly<Record<string, ResampledInterval>>;
  /** Error of pidreg; the lower end is cut at 0. */
  readonly error: SplitInterval;
  /** All tested rows together, each predicted by a training that did not have it, by the keys of the task. */
  readonly tested: AnyMetrics;
  /** Every metric of pidreg, and less that of each baseline. */
  readonly intervals: ByMetric<SplitInterval>;
  readonly metricDifferences: Readonly<Record<string, ByMetric<ResampledInterval>>>;
  /** Metrics of all tested rows together, of every model whose predictions are recorded. */
  readonly pooled: Readonly<Record<string, AnyMetrics>>;
  readonly calibration: { readonly intervals: ByMetric<SplitInterval>; readonly pooled: AnyMetrics };
  readonly coverage: CoverageFound | null;
}

const anyMetrics = byName(z.number().nullable());
const intervalsByMetric = byName(splitIntervalSchema.nullable());

/** The keys of a target that are the same for every task. */
export const targetKeys = {
  intervals: intervalsByMetric.describe("every metric of pidreg: mean over the folds with its corrected interval"),
  metricDifferences: byName(byName(resampledInterval.nullable())).describe(
    "by baseline: every metric of pidreg minus that of the baseline, paired by fold",
  ),
  pooled: byName(anyMetrics).describe(
    "metrics of all tested rows together, by model; every row as often as it was tested",
  ),
  calibration: z
    .object({ intervals: intervalsByMetric, pooled: anyMetrics })
    .describe("of predictions on test rows: mean over the folds, and of all tested rows together"),
  coverage: coverageSchema.nullable().describe("of prediction intervals, or sets of classes, on the test folds"),
};

/** What the folds found of a target. */
export function targetFound(runs: readonly RunFiles[], target: string, testToTrain: number): TargetFound {
  const [{ task, metrics: first }] = runs;
  const { headline, together, shown, calibration } = task.metrics;
  const baselines = Object.keys(first.baselines).filter((name) =>
    runs.every(({ metrics }) => Object.hasOwn(metrics.baselines, name)),
  );
  const own = runs.map(({ metrics }) => metrics.test.perTarget[target]);
  const of = (name: string) => runs.map(({ metrics }) => metrics.baselines[name].test.perTarget[target]);
  const errors = own.map((values) => headlineOf(values, headline));
  const differences = (name: string) => of(name).map((values, i) => errors[i] - headlineOf(values, headline));
  const each = <T>(value: (name: string) => T) => Object.fromEntries(baselines.map((name) => [name, value(name)]));
  const tested = testedRows(runs, target);
  const lines = runs.map((run) => {
    const { truth, prediction } = testedRows([run], target);
    return calibration.measure(truth, prediction);
  });
  return {
    models: { pidreg: metricsOverRuns(own), ...each((name) => metricsOverRuns(of(name))) },
    differences: each((name) => correctedResampledInterval(differences(name), testToTrain)),
    error: aboveZero(correctedResampledInterval(errors, testToTrain)),
    tested: together(tested.truth, tested.prediction),
    intervals: metricIntervals(own, testToTrain, shown),
    metricDifferences: each((name) => metricDifferences(own, of(name), testToTrain)),
    pooled: pooledMetrics(runs, target, baselines),
    calibration: {
      intervals: metricIntervals(lines, testToTrain),
      pooled: calibration.measure(tested.truth, tested.prediction),
    },
    coverage: coverageFound(runs, target, testToTrain),
  };
}

/** All tested rows of a target one after another, as often as they were tested; of classes [rows, classes]. */
export function testedRows(runs: readonly RunFiles[], target: string) {
  const all = (pick: "truth" | "prediction") =>
    Float64Array.from(runs.flatMap(({ test }) => Array.from(test.targets.get(target)?.[pick] ?? [])));
  return { truth: all("truth"), prediction: all("prediction") };
}

function pooledMetrics(runs: readonly RunFiles[], target: string, baselines: readonly string[]): TargetFound["pooled"] {
  const { evaluate } = runs[0].task.metrics;
  const { truth, prediction } = testedRows(runs, target);
  const measured = (values: ArrayLike<number>) => evaluate([target], truth, values).perTarget[target];
  const predicted = baselines.flatMap((name): [string, AnyMetrics][] => {
    const parts = runs.map(({ test }) => test.targets.get(target)?.baselines.get(name));
    const known = parts.filter((part) => part !== undefined);
    if (known.length < parts.length) return [];
    return [[name, measured(Float64Array.from(known.flatMap((part) => Array.from(part))))]];
  });
  return Object.fromEntries([["pidreg", measured(prediction)], ...predicted]);
}

/** No error is below 0; a t interval of few folds does not know that. */
function aboveZero({ pValue: _pValue, ...interval }: ResampledInterval): TargetFound["error"] {
  return { ...interval, low: Math.max(0, interval.low) };
}
