import type { TargetPredictions } from "../../../record/predictions.js";
import type { RunFiles } from "../../../record/read-run.js";

/** Labels of the classes of a run. */
export function classLabels({ metrics, folder }: Pick<RunFiles, "metrics" | "folder">): readonly string[] {
  if (metrics.classes === undefined) throw new RangeError(`${folder}: its metrics name no classes`);
  return metrics.classes;
}

/** Predictions of the test rows of a target. */
export function testedRows({ test }: Pick<RunFiles, "test">, target: string): TargetPredictions {
  const rows = test.targets.get(target);
  if (rows === undefined) throw new Error(`no predictions of "${target}"`); // readRun reads every target of metrics.json
  return rows;
}
