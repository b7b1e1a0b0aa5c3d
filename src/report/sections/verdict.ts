import type { TargetFindings } from "../findings.js";
import { type Html, html, table } from "../html.js";
import type { RunFiles } from "../run-files.js";
import type { Section } from "../section.js";
import { formatCount, formatNumber, formatPercent, formatShare } from "../text.js";

/** Test error beside the baselines: what a reader wants to know first. */
export function verdictSection(run: RunFiles, found: readonly TargetFindings[]): Section {
  return {
    id: "verdict",
    title: "How well it predicts",
    reading: found.flatMap((f) => [accuracy(run, f), ...againstRidge(run, f)]),
    figures: [],
    body: html`${found.map((f) => errorTable(run, f))}`,
    legend: html`MAE: mean absolute error. RMSE: root mean squared error, which weighs large errors more. R²: share of the
      variance that is explained. Ridge: the best linear prediction from the same columns, its penalty chosen on the
      training rows. Mean: the training mean for every row. Intervals: 95 %, bootstrap over the test rows, which are taken
      as independent.`,
  };
}

function accuracy(run: RunFiles, { target, unit, mae, rmse }: TargetFindings): Html {
  const test = run.metrics.test.perTarget[target];
  const r2 =
    test.r2 === null
      ? null
      : test.r2 < 0
        ? html` Its R² is ${formatNumber(test.r2)}: below 0, worse than predicting the mean of the test rows.`
        : html` It explains ${formatPercent(test.r2)} of the variance.`;
  return html`On ${formatCount(run.metrics.test.n)} test rows that training never saw, the prediction of <b>${target}</b>
    is off by <b>${formatNumber(test.mae)}${unit}</b> on average (95 % interval ${formatNumber(mae.low)} to
    ${formatNumber(mae.high)}); RMSE ${formatNumber(test.rmse)} (${formatNumber(rmse.low)} to ${formatNumber(rmse.high)}).${r2}`;
}

function againstRidge(run: RunFiles, found: TargetFindings): Html[] {
  const ridge = run.metrics.baselines.ridge?.test.perTarget[found.target];
  if (ridge === undefined) return [];
  const own = run.metrics.test.perTarget[found.target].rmse;
  const change = formatPercent(Math.abs(own / ridge.rmse - 1));
  const direction = own < ridge.rmse ? "lower" : "higher";
  const numbers = html`RMSE ${formatNumber(own)} against ${formatNumber(ridge.rmse)}`;
  if (found.againstRidge === null) {
    return [html`That is ${change} ${direction} than ridge regression on the same rows (${numbers}).`];
  }
  const { value, low, high } = found.againstRidge;
  const interval = html`difference ${formatNumber(value)}, 95 % interval ${formatNumber(low)} to ${formatNumber(high)}`;
  if (low <= 0 && high >= 0) {
    return [
      html`Ridge regression does about as well: ${numbers}, and these rows cannot tell the two apart (${interval}).`,
    ];
  }
  return [
    html`That is <b>${change} ${direction}</b> than ridge regression on the same rows (${numbers}; ${interval}).`,
  ];
}

function errorTable(run: RunFiles, { target }: TargetFindings): Html {
  const line = (name: string, m: RunFiles["metrics"]["test"]["overall"]) => [
    name,
    formatNumber(m.mae),
    formatNumber(m.rmse),
    formatShare(m.r2),
    formatShare(m.pearson),
  ];
  const baselines = Object.entries(run.metrics.baselines);
  const rows = [
    line("this model, test", run.metrics.test.perTarget[target]),
    ...baselines.map(([name, parts]) => line(`${name}, test`, parts.test.perTarget[target])),
    line("this model, validation", run.metrics.validation.perTarget[target]),
  ];
  return table(
    [
      [target, "text"],
      ["MAE", "number"],
      ["RMSE", "number"],
      ["R²", "number"],
      ["Pearson", "number"],
    ],
    rows,
  );
}
