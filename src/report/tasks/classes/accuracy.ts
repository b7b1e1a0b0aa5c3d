import type { RunFiles } from "../../../record/read-run.js";
import { measuredClasses } from "../../../tasks/classes/measured-classes.js";
import { storedClassMetrics } from "../../../tasks/classes/metrics.js";
import type { TargetFindings } from "../../findings.js";
import { type Html, oneAfterAnother } from "../../html.js";
import { said } from "../../sentence.js";
import type { TestedRows } from "../task-report.js";
import { classAccuracySentences } from "./accuracy-sentences.js";
import { classLabels, testedRows } from "./tested-rows.js";

/** How good the probabilities of a target are, beside those that know nothing. */
export function classAccuracy(run: RunFiles, { target, error }: TargetFindings, tested: TestedRows): Html[] {
  const classes = classLabels(run);
  const { truth } = testedRows(run, target);
  const found = storedClassMetrics.parse(run.metrics.test.perTarget[target]);
  const { name } = measuredClasses.baselines.constant;
  const shares = storedClassMetrics.parse(run.metrics.baselines[name].test.perTarget[target]).logLoss;
  const sizes = classes.map((label, y) => ({ label, rows: truth.filter((value) => value === y).length }));
  const ascending = sizes.toSorted((a, b) => a.rows - b.rows);
  const facts = { target, classes, ...tested, ...found, interval: error, shares };
  const frequent = { rarest: ascending[0], commonest: ascending[ascending.length - 1] };
  return [oneAfterAnother(said(classAccuracySentences, { ...facts, ...frequent }))];
}
