import type { RunFiles } from "../../record/read-run.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { linesSpec } from "../figures/lines.js";
import { cutNote, foremost } from "../foremost.js";
import { html, oneAfterAnother } from "../html.js";
import { modalityColour, modalityDash } from "../palette.js";
import type { Section } from "../section.js";
import { said } from "../sentence.js";
import { lambdaSentences } from "../sentences/lambda.js";
import { joinWords } from "../text.js";
import { timeline } from "../timeline.js";

/** How much of each modality passes its noise bottleneck. */
export async function lambdaSection(run: RunFiles): Promise<Section | null> {
  const lambda = run.pid.lambda;
  if (lambda === undefined) return null;
  const time = timeline(run);
  const held = foremost(Object.keys(lambda), (name) => -lambda[name]);
  const series = run.pid.modalities
    .map((name, i) => ({
      name,
      colour: modalityColour(i),
      dash: modalityDash(i),
      points: time.epochs.flatMap(({ x, line }) =>
        line.lambda?.[name] === undefined ? [] : [{ x, y: line.lambda[name] }],
      ),
    }))
    .filter((s) => s.points.length > 0 && (held.more === 0 || held.shown.includes(s.name)));
  const words = held.shown.map((name) => `${name} ${lambda[name].toFixed(2)}`);
  const figure = () =>
    drawFigure("lambda", `Lambda over the epochs; at the end ${joinWords(words)}`, figureWidth.half, (width) =>
      linesSpec(series, { width, height: 240, xTitle: "epoch", yTitle: "lambda", boundary: time.boundary }),
    );
  return {
    id: "lambda",
    title: "How much passes the bottleneck",
    reading: [
      oneAfterAnother(said(lambdaSentences, { lambda: held.shown.map((name) => ({ name, value: lambda[name] })) })),
    ],
    figures: series.length === 0 ? [] : [await figure()],
    legend: html`Lambda is the mean over the latent dimensions of a modality. It stays near its start unless
      losses.capacity.weight puts a price on what passes. ${cutNote(held, "the lowest lambda")}`,
  };
}
