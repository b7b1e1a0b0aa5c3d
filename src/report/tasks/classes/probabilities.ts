import {
  areaUnderCurve,
  calibrationBins,
  classCalibration,
  confusionMatrix,
  rocCurve,
} from "../../../evaluation/class-metrics.js";
import type { RunFiles } from "../../../record/read-run.js";
import { storedClassMetrics } from "../../../tasks/classes/metrics.js";
import { drawFigure, figureWidth } from "../../draw-figure.js";
import type { TargetFindings } from "../../findings.js";
import { html, oneAfterAnother, table } from "../../html.js";
import type { Section } from "../../section.js";
import { said } from "../../sentence.js";
import { formatCount, formatNumber, formatPercent } from "../../text.js";
import { confusionSpec } from "./figures/confusion.js";
import { type UnitCurve, unitCurvesSpec } from "./figures/curve.js";
import { type ClassFacts, probabilitySentences } from "./probability-sentences.js";
import { classLabels, testedRows } from "./tested-rows.js";

/** Classes whose curves are drawn, the most frequent. */
const mostDrawn = 4;
/** Points of a curve that are drawn. */
const mostPoints = 300;

/** Which classes are taken for which, how probabilities and shares agree, and how far classes can be told apart; of the test rows. */
export async function probabilitiesSection(run: RunFiles, [found]: readonly TargetFindings[]): Promise<Section> {
  const { target } = found;
  const labels = classLabels(run);
  const { truth, prediction } = testedRows(run, target);
  const counts = confusionMatrix(truth, prediction);
  const facts = classFacts(labels, truth, prediction);
  const drawn = drawnClasses(facts);
  const { ece } = storedClassMetrics.parse(run.metrics.test.perTarget[target]);
  const calibration = drawn.map(({ y, label }) => ({
    name: label,
    points: classCalibration(truth, prediction, y).map(({ predicted, observed }) => ({ x: predicted, y: observed })),
  }));
  const roc = drawn.map(({ y, label }) => ({ name: label, points: thinned(rocCurve(truth, prediction, y)) }));
  const curve = (curves: readonly UnitCurve[], xTitle: string, yTitle: string, marked: boolean) => (width: number) =>
    unitCurvesSpec(curves, { width, xTitle, yTitle, marked });
  return {
    id: "probabilities",
    title: "Classes and their probabilities",
    reading: [oneAfterAnother(said(probabilitySentences, { classes: facts, rows: truth.length }))],
    figures: [
      await drawFigure("confusion", `Rows by true and by likeliest class of ${target}`, figureWidth.third, (width) =>
        confusionSpec(labels, counts, width),
      ),
      await drawFigure(
        "calibration",
        `Share of rows of a class against its probability, calibration error ${formatNumber(ece)}`,
        figureWidth.third,
        curve(calibration, "probability of the class", "share of rows of the class", true),
      ),
      await drawFigure(
        "roc",
        `Rows of a class that are found against other rows taken for it, of ${target}`,
        figureWidth.third,
        curve(roc, "share of other rows above the threshold", "share of its rows above it", false),
      ),
    ],
    legend: html`Test rows. First: rows by true class and by the likeliest one, the darker the larger the share of the true class.
      Second: in ${calibrationBins} bins of equal width, the share of rows that are of a class against its mean probability there; on
      the diagonal probabilities are what they say. Third: every threshold of a class's probability, its rows above against other rows
      above; the diagonal is chance.${facts.length > drawn.length ? ` Curves of the ${drawn.length} most frequent classes.` : ""}`,
    body: classTable(target, facts),
  };
}

function classFacts(labels: readonly string[], truth: Float64Array, prediction: Float64Array): ClassFacts[] {
  const counts = confusionMatrix(truth, prediction);
  return labels.map((label, y) => {
    const rows = counts[y].reduce((a, b) => a + b, 0);
    const taken = counts.reduce((sum, row) => sum + row[y], 0);
    const wrong = counts[y].map((count, k) => (k === y ? -1 : count));
    const confused = wrong.indexOf(Math.max(...wrong));
    return {
      ...{ y, label, rows },
      recall: rows === 0 ? null : counts[y][y] / rows,
      precision: taken === 0 ? null : counts[y][y] / taken,
      auc: areaUnderCurve(truth, prediction, y),
      confused: { label: labels[confused], rows: wrong[confused] },
    };
  });
}

function drawnClasses(facts: readonly ClassFacts[]): ClassFacts[] {
  // Of two classes one curve says it all.
  if (facts.length === 2) return [facts[1]];
  const frequent = facts.toSorted((a, b) => b.rows - a.rows || a.y - b.y).slice(0, mostDrawn);
  return frequent.toSorted((a, b) => a.y - b.y);
}

function thinned(points: readonly (readonly [number, number])[]) {
  const step = Math.max(1, Math.ceil(points.length / mostPoints));
  return points.filter((_, i) => i % step === 0 || i === points.length - 1).map(([x, y]) => ({ x, y }));
}

function classTable(target: string, facts: readonly ClassFacts[]) {
  const share = (value: number | null) => (value === null ? "-" : formatPercent(value));
  return table(
    [
      [target, "text"],
      ["test rows", "number"],
      ["found", "number"],
      ["right where predicted", "number"],
      ["AUC against the rest", "number"],
      ["most often taken for", "text"],
    ],
    facts.map(({ label, rows, recall, precision, auc, confused }) => [
      label,
      formatCount(rows),
      share(recall),
      share(precision),
      auc === null ? "-" : formatNumber(auc),
      confused.rows > 0 ? `${confused.label} (${formatCount(confused.rows)})` : "-",
    ]),
  );
}
