import { headlineOf } from "../../evaluation/headline.js";
import type { RunFiles } from "../../record/read-run.js";
import { type Html, html } from "../html.js";
import { codeWords, warningsOf } from "../run-warnings.js";
import type { Section } from "../section.js";
import { formatNumber } from "../text.js";

/** Everything a reader should know before trusting the numbers. */
export function warningsSection(run: RunFiles): Section {
  const kept = warningsOf(run).map(({ code, text }) => html`<b>${codeWords(code)}</b>: ${text}`);
  const all = [...kept, ...agreement(run)];
  return {
    id: "warnings",
    title: "Warnings",
    reading: all.length === 0 ? [html`None: the checks of this run found nothing to warn of.`] : [],
    figures: [],
    body: all.length === 0 ? undefined : html`<ul class="warnings">${all.map((w) => html`<li>${w}</li>`)}</ul>`,
  };
}

/** Whether predictions.csv gives the errors of metrics.json; if not, the files are not of one run. */
function agreement(run: RunFiles): Html[] {
  const { ids, targets } = run.test;
  const { evaluate, headline } = run.task.metrics;
  if (ids.length !== run.metrics.test.n) {
    return [
      html`<b>files disagree</b>: predictions.csv has ${ids.length} test rows, metrics.json ${run.metrics.test.n}. Figures
        show the former, tables the latter.`,
    ];
  }
  return [...targets].flatMap(([name, { truth, prediction }]) => {
    const again = headlineOf(evaluate([name], truth, prediction).overall, headline);
    const recorded = headlineOf(run.metrics.test.perTarget[name], headline);
    if (Math.abs(again - recorded) <= 1e-4 * Math.max(again, recorded)) return [];
    return [
      html`<b>files disagree</b>: the test ${headline.name} of ${name} is ${formatNumber(recorded, 6)} in metrics.json and
        ${formatNumber(again, 6)} from predictions.csv.`,
    ];
  });
}
