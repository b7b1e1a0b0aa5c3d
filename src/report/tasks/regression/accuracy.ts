import { errorRng } from "../../../evaluation/baseline-differences.js";
import { bootstrapInterval, type Interval } from "../../../evaluation/intervals.js";
import type { RunFiles } from "../../../record/read-run.js";
import { storedRegressionMetrics } from "../../../tasks/regression/metrics.js";
import type { TargetFindings } from "../../findings.js";
import { type Html, oneAfterAnother } from "../../html.js";
import { said } from "../../sentence.js";
import type { TestedRows } from "../task-report.js";
import { accuracySentences } from "./accuracy-sentences.js";

/** How far off predictions of one target are on average, and how much of its variance they explain. */
export function accuracyReading(run: RunFiles, { target, unit, error }: TargetFindings, tested: TestedRows): Html[] {
  const { mae, rmse, r2 } = storedRegressionMetrics.parse(run.metrics.test.perTarget[target]);
  const { network } = run.metrics;
  const networkRmse = network ? storedRegressionMetrics.parse(network.test.perTarget[target]).rmse : null;
  const facts = { target, unit, ...tested, mae, rmse, r2, networkRmse };
  const maeInterval = absoluteErrorInterval(run, target);
  return [oneAfterAnother(said(accuracySentences, { ...facts, maeInterval, rmseInterval: error }))];
}

function absoluteErrorInterval({ test }: RunFiles, target: string): Interval {
  const rows = test.targets.get(target);
  if (rows === undefined) throw new Error(`no predictions of "${target}"`); // readRun reads every target of metrics.json
  const { truth, prediction } = rows;
  const errors = truth.map((value, i) => Math.abs(value - prediction[i]));
  const meanOf = (index: Int32Array) => {
    let sum = 0;
    for (let i = 0; i < index.length; i++) sum += errors[index[i]];
    return sum / index.length;
  };
  return bootstrapInterval(errors.length, meanOf, { rng: errorRng(target, { key: "mae" }), groups: test.groups });
}
