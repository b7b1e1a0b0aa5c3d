import type { Difference } from "../../evaluation/baseline-differences.js";
import { headlineOf } from "../../evaluation/headline.js";
import type { AnyMetrics } from "../../evaluation/metrics.js";
import { resamplingOf, resamplingWords } from "../../evaluation/resampling.js";
import { baselineLabel, nearestInTime } from "../../models/baselines/nearest-in-time.js";
import type { RunFiles } from "../../record/read-run.js";
import { withinText } from "../alike.js";
import type { TargetFindings } from "../findings.js";
import { type Html, html, table } from "../html.js";
import { metricCells, metricHeads } from "../metric-cells.js";
import { warningsOf } from "../run-warnings.js";
import type { Section } from "../section.js";
import { said } from "../sentence.js";
import { type AgainstFacts, againstSentences } from "../sentences/verdict.js";
import { reportOf } from "../tasks/task-reports.js";
import { plural } from "../text.js";
import { withUnit } from "../with-unit.js";

/** Test error beside the baselines: what a reader wants to know first. */
export function verdictSection(run: RunFiles, found: readonly TargetFindings[]): Section {
  const { accuracy, legend } = reportOf(run.task);
  const { headline } = run.task.metrics;
  const tested = { rows: run.metrics.test.n, copied: hasStraddlingCopies(run) };
  const resampled = resamplingWords(resamplingOf(run.test.ids.length, run.test.groups), "of the test part");
  return {
    id: "verdict",
    title: "How well it predicts",
    reading: found.flatMap((f) => [
      ...accuracy(run, f, tested),
      ...[...againstLinear(run, f), ...againstNearest(run, f), ...againstBest(run, f)].flatMap((facts) =>
        said(againstSentences, facts),
      ),
    ]),
    figures: [],
    body: html`${found.map((f) => errorTable(run, f))}`,
    legend: html`${legend} ${nearestLegend(run)}A name with a modality behind a dot: from that modality alone.
      Difference: ${headline.name} of this model minus that of the baseline, below 0 where this model is better. Intervals: 95 %,
      ${resampled}.`,
  };
}

/** What the baseline of the order is, where there is one. */
function nearestLegend({ metrics: { baselines } }: RunFiles): string {
  if (baselines[nearestInTime.name] === undefined) return "";
  return "Nearest-in-time: interpolated between the training rows before and after, from data.order and no feature. ";
}

function hasStraddlingCopies(run: RunFiles): boolean {
  return warningsOf(run).some(({ code, text }) => code === "copied-rows" && / test rows? stands? in /.test(text));
}

function againstLinear(run: RunFiles, found: TargetFindings): AgainstFacts[] {
  const { linear } = run.task.baselines;
  if (run.metrics.baselines[linear.name] === undefined) return [];
  return [against(run, found, linear.name, html`${linear.called}`)];
}

/** The nearest training rows in time, where rows have an order: whether the model knows more than that. */
function againstNearest(run: RunFiles, found: TargetFindings): AgainstFacts[] {
  const { name, called } = nearestInTime;
  if (run.metrics.baselines[name] === undefined) return [];
  return [against(run, found, name, html`${called} (they know no feature)`)];
}

/** The best of the baselines, where that is not the linear one; picked on other rows than those that it is compared on. */
function againstBest(run: RunFiles, found: TargetFindings): AgainstFacts[] {
  const all = Object.entries(run.metrics.baselines);
  const error = ([, parts]: (typeof all)[number]) =>
    headlineOf(parts.validation.perTarget[found.target], run.task.metrics.headline);
  if (all.length < 2) return [];
  const [name] = all.reduce((best, other) => (error(other) < error(best) ? other : best));
  const { constant, linear } = run.task.baselines;
  if (name === linear.name || name === nearestInTime.name) return [];
  const what = `the best of the ${plural(all.length, "baseline")} on the validation rows`;
  return [against(run, found, name, html`<b>${name === constant.name ? constant.called : name}</b> (${what})`)];
}

function against(run: RunFiles, found: TargetFindings, name: string, called: Html): AgainstFacts {
  const { test, baselines } = run.metrics;
  const { headline } = run.task.metrics;
  const errorOf = (part: typeof test) => headlineOf(part.perTarget[found.target], headline);
  return {
    ...{ called, error: headline, own: errorOf(test), other: errorOf(baselines[name].test) },
    difference: found.against.get(name),
  };
}

function errorTable(run: RunFiles, { target, against: differences }: TargetFindings): Html {
  const compared = differences.size > 0;
  const { shown, headline } = run.task.metrics;
  const line = (name: string, metrics: AnyMetrics, difference?: Difference) => [
    name,
    ...metricCells(shown, metrics),
    ...(compared ? [difference === undefined ? "" : withinText(difference)] : []),
  ];
  const baselines = Object.entries(run.metrics.baselines);
  const corrected = run.metrics.biasCorrection;
  const rows = [
    line("this model, test", run.metrics.test.perTarget[target]),
    ...(corrected?.targets[target] === undefined
      ? []
      : [line("bias-corrected, test", corrected.test.perTarget[target])]),
    ...baselines.map(([name, parts]) =>
      line(`${baselineLabel(name)}, test`, parts.test.perTarget[target], differences.get(name)),
    ),
    line("this model, validation", run.metrics.validation.perTarget[target]),
  ];
  return table(
    [
      [withUnit(run.metrics, target), "text"],
      ...metricHeads(shown),
      ...(compared ? [[`difference of ${headline.name}`, "number"] as const] : []),
    ],
    rows,
  );
}
