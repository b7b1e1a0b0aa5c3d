import { headlineOf } from "../../evaluation/headline.js";
import type { RunFiles } from "../../record/read-run.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { barsSpec } from "../figures/bars.js";
import type { TargetFindings } from "../findings.js";
import { cutNote, foremost } from "../foremost.js";
import { html, oneAfterAnother } from "../html.js";
import { colour, modalityColour } from "../palette.js";
import type { Section } from "../section.js";
import { said } from "../sentence.js";
import { type WithoutFacts, withoutSentences } from "../sentences/without.js";
import { formatNumber } from "../text.js";
import { withUnit } from "../with-unit.js";

/** Error of the same model when one modality's contribution is taken out of the fused representation. */
export async function withoutSection(run: RunFiles, found: readonly TargetFindings[]): Promise<Section | null> {
  const recorded = found.filter((f) => f.without.length > 0);
  if (recorded.length === 0) return null;
  const figures = await Promise.all(
    recorded.map((f, i) =>
      drawFigure(
        `without-${i + 1}`,
        describe(run, f),
        recorded.length === 1 ? figureWidth.full : figureWidth.half,
        (width) =>
          barsSpec(
            bars(run, f),
            `increase of ${run.task.metrics.headline.name}, ${withUnit(run.metrics, f.target)}`,
            width,
          ),
      ),
    ),
  );
  return {
    id: "without",
    title: "What the model loses without each part",
    reading: recorded.map((f) => oneAfterAnother(said(withoutSentences, facts(run, f)))),
    figures,
    legend: html`The trained model, with one weighted part taken out of the fused representation; it is not trained again
      without it, so this says what this model leans on, not what the modality is worth. "a*b" is the interaction of two
      modalities. Lines: 95 % interval over the test rows, or over their groups. ${cutNote(drawn(recorded[0]), "the largest increase")}`,
  };
}

/** The parts that are drawn: those missed most. */
const drawn = ({ without }: TargetFindings) => foremost(without, ({ cost }) => cost.value);

function bars(run: RunFiles, found: TargetFindings) {
  return drawn(found).shown.map((w) => {
    const index = run.pid.modalities.indexOf(w.component);
    return {
      label: w.component,
      colour: index === -1 ? colour("synergy") : modalityColour(index),
      value: w.cost.value,
      low: w.cost.low,
      high: w.cost.high,
      note: `${w.cost.value > 0 ? "+" : ""}${formatNumber(w.cost.value)}`,
    };
  });
}

function facts(run: RunFiles, { target, unit, without }: TargetFindings): WithoutFacts {
  const { headline } = run.task.metrics;
  const error = headlineOf(run.metrics.test.perTarget[target], headline);
  return { called: headline.name, target, unit, error, parts: without };
}

function describe(run: RunFiles, found: TargetFindings): string {
  return `Increase of the ${run.task.metrics.headline.name} of ${found.target} without each part: ${drawn(found)
    .shown.map((w) => `${w.component} ${formatNumber(w.cost.value)}`)
    .join("; ")}`;
}
