import { type Difference, errorRng } from "../evaluation/baseline-differences.js";
import type { Interval } from "../evaluation/intervals.js";
import { errorDifference, errorInterval, resampleErrors } from "../evaluation/paired-errors.js";
import type { RunFiles } from "../record/read-run.js";
import { unitAfter } from "./with-unit.js";

/** What the test rows say about one target. */
export interface TargetFindings {
  readonly target: string;
  /** Unit with a leading space, or nothing: " years". */
  readonly unit: string;
  /** Of the error that models are compared by. */
  readonly error: Interval;
  /**
   * Error of the model minus that of each baseline on the same rows; in a run that did not record it only of those whose
   * predictions are recorded.
   */
  readonly against: ReadonlyMap<string, Difference>;
  /** Error without each component, largest loss first. */
  readonly without: readonly WithoutComponent[];
}

/** Test error when one modality's, or one interaction's, contribution is taken out of the fused representation. */
export interface WithoutComponent {
  readonly component: string;
  readonly error: number;
  /** Error without it minus error with it. */
  readonly cost: Interval;
}

/** Everything the sections say about the test rows, per target; intervals over rows with a fixed seed. */
export function findings(run: RunFiles): TargetFindings[] {
  return run.metrics.targets.map((target) => targetFindings(run, target));
}

function targetFindings(run: RunFiles, target: string): TargetFindings {
  const rows = run.test.targets.get(target);
  if (rows === undefined) throw new Error(`no predictions of "${target}"`); // readRun reads every target of metrics.json
  const { truth, prediction, baselines, contributions } = rows;
  const { headline } = run.task.metrics;
  const reduced = [...contributions.values()].map((lost) => prediction.map((p, i) => p - lost[i]));
  // All models are resampled together: a row that is hard for all of them then cancels in differences.
  const { groups } = run.test;
  const models = [prediction, ...baselines.values(), ...reduced].map((predicted) => [
    [headline.rowCosts(truth, predicted)],
  ]);
  const [own, ...others] = resampleErrors(models, { rng: errorRng(target, headline), error: headline, groups });
  const recorded = run.metrics.differences?.[target];
  const againstOwn = [...baselines.keys()].map((name, i) => [name, errorDifference(own, others[i])] as const);
  const without = [...contributions.keys()].map((component, i): WithoutComponent => {
    const cost = errorDifference(others[baselines.size + i], own);
    return { component, error: others[baselines.size + i].value, cost };
  });
  return {
    target,
    unit: unitAfter(run.metrics, target),
    error: errorInterval(own),
    against: new Map(recorded === undefined ? againstOwn : Object.entries(recorded)),
    without: without.sort((a, b) => b.cost.value - a.cost.value),
  };
}
