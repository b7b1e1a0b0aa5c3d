import { quantile } from "../../../math/descriptive.js";
import type { RunFiles } from "../../../record/read-run.js";
import { amount, percent } from "../../amount.js";
import type { TargetFindings } from "../../findings.js";
import { type Html, html, oneAfterAnother, table } from "../../html.js";
import type { Section } from "../../section.js";
import { said } from "../../sentence.js";
import { formatCount } from "../../text.js";
import { withUnit } from "../../with-unit.js";
import { type ErrorGroup, errorByRange } from "./figures/residuals.js";
import { maxPoints, thinned, titledNote } from "./figures/scatter.js";
import { groupCount, predictionFigures } from "./prediction-figures.js";
import { type PredictionFacts, predictionSentences } from "./prediction-sentences.js";

/** Predicted against true, the errors over the range of the target, and their distribution, on the test rows. */
export async function predictionsSection(run: RunFiles, found: readonly TargetFindings[]): Promise<Section> {
  const parts = await Promise.all(found.map((f, i) => ofTarget(run, f, i)));
  const rows = run.metrics.test.n;
  const drawn = thinned(rows, maxPoints).length;
  return {
    id: "predictions",
    title: "Predictions against truth",
    reading: parts.flatMap((p) => p.reading),
    figures: parts.flatMap((p) => p.figures),
    legend: html`Test rows${drawn < rows ? `; ${formatCount(drawn)} of ${formatCount(rows)} drawn in the first figure` : ""}.
      ${titledNote(drawn)}
      Error: prediction minus truth. Middle: mean error in at most ${groupCount} groups by true value, of equal size as far as
      equal values allow, with 95 % intervals (Student's t); every regression pulls towards the middle, so a falling line is expected, a steep one means that extreme
      values are not recognised.`,
    body: html`${parts.map((p) => p.table)}`,
  };
}

async function ofTarget(run: RunFiles, found: TargetFindings, index: number) {
  const rows = run.test.targets.get(found.target);
  if (rows === undefined) throw new Error(`no predictions of "${found.target}"`);
  const { truth, prediction } = rows;
  const groups = errorByRange(truth, prediction, groupCount);
  const errors = prediction.map((p, i) => p - truth[i]);
  const name = withUnit(run.metrics, found.target);
  const figures = await predictionFigures({ target: found.target, name, truth, prediction, ids: run.test.ids }, index);
  return {
    figures,
    reading: [oneAfterAnother(said(predictionSentences, factsOf(found, errors, groups)))],
    table: rangeTable(run, found.target, groups),
  };
}

function factsOf(
  { target, unit }: TargetFindings,
  errors: Float64Array,
  groups: readonly ErrorGroup[],
): PredictionFacts {
  const sizes = errors.map(Math.abs);
  const end = ({ n, bias: shift, margin }: ErrorGroup) => ({ share: n / errors.length, bias: shift, margin });
  const several = groups.length > 1;
  return {
    ...{ target, unit, half: quantile(sizes, 0.5), most: quantile(sizes, 0.95) },
    lowest: several ? end(groups[0]) : null,
    highest: several ? end(groups[groups.length - 1]) : null,
  };
}

function rangeTable(run: RunFiles, target: string, groups: readonly ErrorGroup[]): Html {
  const all = groups.reduce((sum, g) => sum + g.n, 0);
  return table(
    [
      [`true ${withUnit(run.metrics, target)}`, "text"],
      ["rows", "number"],
      ["share", "number"],
      ["MAE", "number"],
      ["mean error", "number"],
    ],
    groups.map((g) => [
      [amount(g.from), " to ", amount(g.to)],
      formatCount(g.n),
      percent(g.n / all),
      amount(g.mae),
      amount(g.bias),
    ]),
  );
}
