import type { AnyMetrics } from "../../../evaluation/metrics.js";
import { correlation, mean } from "../../../math/descriptive.js";
import type { RunFiles } from "../../../record/read-run.js";
import { regressionMetrics, storedRegressionMetrics } from "../../../tasks/regression/metrics.js";
import { amount } from "../../amount.js";
import { drawFigure, figureWidth } from "../../draw-figure.js";
import type { TargetFindings } from "../../findings.js";
import { type Html, html, oneAfterAnother, table } from "../../html.js";
import { metricCells, metricHeads } from "../../metric-cells.js";
import type { Figure, Section } from "../../section.js";
import { said } from "../../sentence.js";
import { formatNumber } from "../../text.js";
import { withUnit } from "../../with-unit.js";
import { type CorrectionFacts, correctionSentences } from "./correction-sentences.js";
import { type Gap, gapSpec } from "./figures/gap.js";
import { maxPoints, thinned, titledNote } from "./figures/scatter.js";

/** One target whose predictions were corrected. */
interface Corrected {
  readonly found: TargetFindings;
  readonly raw: Gap;
  readonly corrected: Gap;
  /** The line fitted on the validation rows: prediction = intercept + slope * truth. */
  readonly line: { readonly slope: number; readonly intercept: number };
}

/** Prediction minus truth before and after the correction for regression towards the mean; null where none was asked for. */
export async function correctionSection(run: RunFiles, found: readonly TargetFindings[]): Promise<Section | null> {
  const { biasCorrection } = run.metrics;
  if (biasCorrection === undefined) return null;
  const parts = found.flatMap((f) => {
    const line = biasCorrection.targets[f.target];
    return line === undefined ? [] : [correctedTarget(run, f, line)];
  });
  if (parts.length === 0) return null;
  const figures = await Promise.all(parts.map((part, i) => gapFigures(run, part, i)));
  return {
    id: "correction",
    title: `${gapName(parts[0].found.target, "The gap")}, raw and corrected`,
    reading: parts.map((part) => oneAfterAnother(said(correctionSentences, factsOf(run, part)))),
    figures: figures.flat(),
    legend: html`Gap: prediction minus truth, test rows; orange: its straight line. Every regression draws towards the mean, so the raw gap
      falls with the true value, which would pass for an effect wherever groups differ in it. The correction takes
      prediction = intercept + slope times truth, fitted on the validation rows, and gives (prediction - intercept) / slope;
      it uses no true value of the row it corrects. Compare models by the raw errors; compare gaps between groups of rows by the
      corrected ones. ${titledNote(thinned(run.metrics.test.n, maxPoints).length)}`,
    body: html`${parts.map((part) => correctionTable(run, part))}`,
  };
}

function gapName(target: string, otherwise: string): string {
  return /^age\b/i.test(target) ? "The age gap" : otherwise;
}

function correctedTarget(run: RunFiles, found: TargetFindings, line: Corrected["line"]): Corrected {
  const rows = run.test.targets.get(found.target);
  if (rows === undefined) throw new Error(`no predictions of "${found.target}"`); // readRun reads every target
  const corrected = rows.prediction.map((value) => (value - line.intercept) / line.slope);
  const { ids } = run.test;
  return { found, line, raw: gapOf(rows.truth, rows.prediction, ids), corrected: gapOf(rows.truth, corrected, ids) };
}

function gapOf(truth: Float64Array, prediction: Float64Array, ids: readonly string[]): Gap {
  const error = prediction.map((value, i) => value - truth[i]);
  const centre = mean(truth);
  const offset = mean(error);
  const squares = truth.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const products = truth.reduce((sum, value, i) => sum + (value - centre) * (error[i] - offset), 0);
  const slope = squares > 0 ? products / squares : 0;
  return { truth, error, ids, slope, intercept: offset - slope * centre };
}

async function gapFigures(run: RunFiles, { found, raw, corrected }: Corrected, index: number): Promise<Figure[]> {
  const name = withUnit(run.metrics, found.target);
  const reach =
    1.02 * [...Array.from(raw.error), ...Array.from(corrected.error)].reduce((a, e) => Math.max(a, Math.abs(e)), 0);
  const draw = (gap: Gap, kind: string) =>
    drawFigure(
      `gap-${kind}-${index + 1}`,
      `Gap of ${found.target} against its true value, ${kind}: slope ${formatNumber(gap.slope)}`,
      figureWidth.half,
      (width) => gapSpec(gap, { x: `true ${name}`, y: `gap of ${name}`, title: kind }, reach, width),
    );
  return [await draw(raw, "raw"), await draw(corrected, "corrected")];
}

function factsOf(run: RunFiles, { found: { target, unit }, raw, corrected }: Corrected): CorrectionFacts {
  const correctedMetrics = run.metrics.biasCorrection?.test.perTarget[target];
  if (correctedMetrics === undefined) throw new Error(`no corrected errors of "${target}"`); // checked when read
  const gap = ({ slope, truth, error }: Gap, mae: number) => ({ slope, mae, correlation: correlation(truth, error) });
  const maeOf = (metrics: AnyMetrics) => storedRegressionMetrics.parse(metrics).mae;
  const rawError = maeOf(run.metrics.test.perTarget[target]);
  return { target, unit, raw: gap(raw, rawError), corrected: gap(corrected, maeOf(correctedMetrics)) };
}

function correctionTable(run: RunFiles, { found: { target }, line, raw, corrected }: Corrected): Html {
  const columns = regressionMetrics.shown.filter(({ key }) => key !== "pearson");
  const row = (name: string, gap: Gap, metrics: AnyMetrics) => [
    name,
    ...metricCells(columns, metrics),
    amount(mean(gap.error)),
    amount(gap.slope),
  ];
  const { test, biasCorrection } = run.metrics;
  return html`${table(
    [
      [withUnit(run.metrics, target), "text"],
      ...metricHeads(columns),
      ["mean gap", "number"],
      ["slope of the gap", "number"],
    ],
    [
      row("raw, test", raw, test.perTarget[target]),
      ...(biasCorrection === undefined
        ? []
        : [row("corrected, test", corrected, biasCorrection.test.perTarget[target])]),
    ],
  )}<p class="quiet">Fitted on the validation rows: prediction of ${target} = ${formatNumber(line.intercept)} +
    ${formatNumber(line.slope)} times truth.</p>`;
}
