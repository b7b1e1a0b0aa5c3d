import type { Difference } from "../../evaluation/baseline-differences.js";
import { resamplingOf } from "../../evaluation/resampling.js";
import type { RunFiles } from "../../record/read-run.js";
import type { TargetFindings } from "../findings.js";
import { type Html, html, table } from "../html.js";
import type { Section } from "../section.js";
import { formatCount, formatNumber, formatPercent, formatShare, plural } from "../text.js";
import { withUnit } from "../with-unit.js";

/** Test error beside the baselines: what a reader wants to know first. */
export function verdictSection(run: RunFiles, found: readonly TargetFindings[]): Section {
  const { text, caution } = resamplingOf(run.test.ids.length, run.test.groups);
  return {
    id: "verdict",
    title: "How well it predicts",
    reading: found.flatMap((f) => [accuracy(run, f), ...againstRidge(run, f), ...againstBest(run, f)]),
    figures: [],
    body: html`${found.map((f) => errorTable(run, f))}`,
    legend: html`MAE: mean absolute error. RMSE: root mean squared error, which weighs large errors more. R²: share of the
      variance that is explained. Ridge: the best linear prediction from the same columns, its penalty chosen on the
      training rows. Mean: the training mean for every row. A name with a modality behind a dot: from that modality alone.
      Difference: RMSE of this model minus that of the baseline, below 0 where this model is better. Intervals: 95 %,
      bootstrap ${text} of the test part${caution}.`,
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
  if (run.metrics.baselines.ridge === undefined) return [];
  return [against(run, found, "ridge", html`ridge regression`)];
}

/** The best of the baselines, where that is not ridge. */
function againstBest(run: RunFiles, found: TargetFindings): Html[] {
  const all = Object.entries(run.metrics.baselines);
  const error = ([, parts]: (typeof all)[number]) => parts.test.perTarget[found.target].rmse;
  if (all.length === 0) return [];
  const [name] = all.reduce((best, other) => (error(other) < error(best) ? other : best));
  if (name === "ridge") return [];
  return [against(run, found, name, html`<b>${name}</b>, the best of the ${plural(all.length, "baseline")}`)];
}

function against(run: RunFiles, found: TargetFindings, name: string, called: Html): Html {
  const baseline = run.metrics.baselines[name].test.perTarget[found.target];
  const own = run.metrics.test.perTarget[found.target].rmse;
  const numbers = html`RMSE ${formatNumber(own)} against ${formatNumber(baseline.rmse)}`;
  const interval = found.against.get(name);
  if (interval !== undefined && interval.low <= 0 && interval.high >= 0) {
    return html`These rows cannot tell it from ${called}: ${numbers} (${inWords(interval)}).`;
  }
  const change = formatPercent(Math.abs(own / baseline.rmse - 1));
  const direction = own < baseline.rmse ? "lower" : "higher";
  const detail = interval === undefined ? numbers : html`${numbers}; ${inWords(interval)}`;
  return html`That is <b>${change} ${direction}</b> than ${called} on the same rows (${detail}).`;
}

function inWords({ value, low, high }: Difference): Html {
  return html`difference ${formatNumber(value)}, 95 % interval ${formatNumber(low)} to ${formatNumber(high)}`;
}

function errorTable(run: RunFiles, { target, against: differences }: TargetFindings): Html {
  const compared = differences.size > 0;
  const line = (name: string, m: RunFiles["metrics"]["test"]["overall"], difference?: Difference) => [
    name,
    formatNumber(m.mae),
    formatNumber(m.rmse),
    formatShare(m.r2),
    formatShare(m.pearson),
    ...(compared ? [difference === undefined ? "" : shortly(difference)] : []),
  ];
  const baselines = Object.entries(run.metrics.baselines);
  const corrected = run.metrics.biasCorrection;
  const rows = [
    line("this model, test", run.metrics.test.perTarget[target]),
    ...(corrected?.targets[target] === undefined
      ? []
      : [line("bias-corrected, test", corrected.test.perTarget[target])]),
    ...baselines.map(([name, parts]) => line(`${name}, test`, parts.test.perTarget[target], differences.get(name))),
    line("this model, validation", run.metrics.validation.perTarget[target]),
  ];
  return table(
    [
      [withUnit(run.metrics, target), "text"],
      ["MAE", "number"],
      ["RMSE", "number"],
      ["R²", "number"],
      ["Pearson", "number"],
      ...(compared ? [["difference of RMSE", "number"] as const] : []),
    ],
    rows,
  );
}

function shortly({ value, low, high }: Difference): string {
  return `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`;
}
