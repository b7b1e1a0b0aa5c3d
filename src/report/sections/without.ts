import type { RunFiles } from "../../record/read-run.js";
import { barsSpec } from "../figures/bars.js";
import type { TargetFindings, WithoutComponent } from "../findings.js";
import { cutNote, foremost } from "../foremost.js";
import { type Html, html } from "../html.js";
import { colour, modalityColour } from "../palette.js";
import { drawFigure, figureWidth, type Section } from "../section.js";
import { formatNumber, joinWords } from "../text.js";
import { withUnit } from "../with-unit.js";

/** Error of the same model when one modality's contribution is taken out of the fused representation. */
export async function withoutSection(run: RunFiles, found: readonly TargetFindings[]): Promise<Section | null> {
  const recorded = found.filter((f) => f.without.length > 0);
  if (recorded.length === 0) return null;
  const figures = await Promise.all(
    recorded.map((f, i) =>
      drawFigure(
        `without-${i + 1}`,
        describe(f),
        recorded.length === 1 ? figureWidth.full : figureWidth.half,
        (width) => barsSpec(bars(run, f), `increase of RMSE, ${withUnit(run.metrics, f.target)}`, width),
      ),
    ),
  );
  return {
    id: "without",
    title: "What the model loses without each part",
    reading: recorded.map((f) => reading(run, f)),
    figures,
    legend: html`The trained model, with one weighted part taken out of the fused representation; it is not trained again
      without it, so this says what this model leans on, not what the modality is worth. "a*b" is the interaction of two
      modalities. Lines: 95 % bootstrap interval over the test rows. ${cutNote(drawn(recorded[0]), "the largest increase")}`,
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

function reading(run: RunFiles, { target, rmse, unit, without }: TargetFindings): Html {
  const [first] = without;
  const useless = without.filter((w) => w.cost.low <= 0);
  const start = html`For ${target} the model leans most on <b>${first.component}</b>: without it the RMSE goes from
    ${formatNumber(run.metrics.test.perTarget[target].rmse)} to ${formatNumber(first.rmse)}${unit} (${change(first)}).`;
  if (useless.length === 0 || rmse.value === 0) return start;
  return html`${start} Taking out ${joinWords(useless.map((w) => w.component))} makes no difference that these rows can show.`;
}

function change({ cost }: WithoutComponent): string {
  return `${formatNumber(cost.value)} more, 95 % interval ${formatNumber(cost.low)} to ${formatNumber(cost.high)}`;
}

function describe(found: TargetFindings): string {
  return `Increase of the RMSE of ${found.target} without each part: ${drawn(found)
    .shown.map((w) => `${w.component} ${formatNumber(w.cost.value)}`)
    .join("; ")}`;
}
