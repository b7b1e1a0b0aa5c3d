import { type Interval, metricInterval, pairedDifference } from "../evaluation/intervals.js";
import { mae, rmse } from "../evaluation/metrics.js";
import { Rng } from "../math/rng.js";
import type { RunFiles } from "./run-files.js";

/** What the test rows say about one target. */
export interface TargetFindings {
  readonly target: string;
  /** Unit with a leading space, or nothing: " years". */
  readonly unit: string;
  readonly rmse: Interval;
  readonly mae: Interval;
  /** RMSE of the model minus RMSE of ridge on the same rows; null where the run did not record ridge's predictions. */
  readonly againstRidge: Interval | null;
  /** Error without each component, largest loss first. */
  readonly without: readonly WithoutComponent[];
}

/** Test error when one modality's, or one interaction's, contribution is taken out of the fused representation. */
export interface WithoutComponent {
  readonly component: string;
  readonly rmse: number;
  readonly mae: number;
  /** RMSE without it minus RMSE with it. */
  readonly cost: Interval;
}

/** Name of a target with its unit, for an axis: "age (years)". */
export function withUnit(run: RunFiles, target: string): string {
  const unit = run.metrics.units?.[target];
  return unit === undefined ? target : `${target} (${unit})`;
}

/** Everything the sections say about the test rows, per target; bootstrap intervals with a fixed seed. */
export function findings(run: RunFiles): TargetFindings[] {
  return run.metrics.targets.map((target) => targetFindings(run, target));
}

function targetFindings(run: RunFiles, target: string): TargetFindings {
  const rows = run.test.targets.get(target);
  if (rows === undefined) throw new Error(`no predictions of "${target}"`); // readRun reads every target of metrics.json
  const { truth, prediction, ridge, contributions } = rows;
  const options = (label: string) => ({ rng: new Rng("report").split(target).split(label) });
  const without = [...contributions].map(([component, lost]): WithoutComponent => {
    const reduced = prediction.map((p, i) => p - lost[i]);
    return {
      component,
      rmse: rmse(truth, reduced),
      mae: mae(truth, reduced),
      cost: pairedDifference(rmse, truth, reduced, prediction, options(`without/${component}`)),
    };
  });
  const unit = run.metrics.units?.[target];
  return {
    target,
    unit: unit === undefined ? "" : ` ${unit}`,
    rmse: metricInterval(rmse, truth, prediction, options("rmse")),
    mae: metricInterval(mae, truth, prediction, options("mae")),
    againstRidge: ridge === null ? null : pairedDifference(rmse, truth, prediction, ridge, options("ridge")),
    without: without.sort((a, b) => b.cost.value - a.cost.value),
  };
}
