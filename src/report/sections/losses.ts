import type { RunFiles } from "../../record/read-run.js";
import { linesSpec } from "../figures/lines.js";
import { cutNote, foremost } from "../foremost.js";
import { type Html, html, table } from "../html.js";
import { colour } from "../palette.js";
import { drawFigure, type Figure, figureWidth, type Section } from "../section.js";
import { formatNumber, formatPercent, plural } from "../text.js";
import { type Timeline, timeline } from "../timeline.js";

/** Every term of the objective over the epochs, and where validation was best. */
export async function lossesSection(run: RunFiles): Promise<Section | null> {
  const time = timeline(run);
  const last = time.epochs.at(-1)?.line;
  if (last === undefined) return null;
  const terms = Object.keys(last.terms).filter((name) => name !== "total");
  const figures: Figure[] = [];
  const validation = time.epochs.flatMap(({ x, line }) => (line.validation ? [{ x, y: line.validation.loss }] : []));
  if (validation.length > 0) figures.push(await panel("validation", "validation loss", validation, time));
  const drawn = foremost(terms, (name) => Math.abs(last.terms[name].value * last.terms[name].weight));
  for (const [i, name] of drawn.shown.entries()) {
    const points = time.epochs.flatMap(({ x, line }) => (line.terms[name] ? [{ x, y: line.terms[name].value }] : []));
    figures.push(await panel(`loss-${i + 1}`, name, points, time));
  }
  return {
    id: "losses",
    title: "How training went",
    reading: [...pilots(run), objective(last.terms, terms), ...best(time)],
    figures,
    legend: html`Each term unweighted, mean over the batches of an epoch; dashed line: end of stage 1.
      ${cutNote(drawn, "the largest weighted value")}`,
    body: termTable(last.terms, terms),
  };
}

type Terms = RunFiles["epochs"][number]["terms"];

async function panel(id: string, title: string, points: { x: number; y: number }[], time: Timeline): Promise<Figure> {
  const series = [{ name: title, colour: colour("modality0"), points }];
  return drawFigure(`training-${id}`, `${title} over the epochs`, figureWidth.third, (width) => ({
    ...linesSpec(series, { width, height: 180, xTitle: "epoch", yTitle: "", boundary: time.boundary, legend: false }),
    title,
  }));
}

/** Short fits before the stages, which choose how features enter. */
function pilots(run: RunFiles): Html[] {
  const best = (phase: string) => {
    const losses = run.epochs.flatMap((e) => (e.phase === phase && e.validation ? [e.validation.loss] : []));
    return losses.length === 0 ? null : Math.min(...losses);
  };
  const plain = best("pilot:plain");
  const periodic = best("pilot:periodic");
  if (plain === null || periodic === null) return [];
  return [
    html`Two short fits first compared features as they are with periodic embeddings of them: validation loss
      ${formatNumber(plain)} against ${formatNumber(periodic)}.`,
  ];
}

function objective(terms: Terms, names: readonly string[]): Html {
  const weighted = (name: string) => terms[name].value * terms[name].weight;
  const sum = names.reduce((total, name) => total + Math.abs(weighted(name)), 0);
  const [largest, ...others] = [...names].sort((a, b) => Math.abs(weighted(b)) - Math.abs(weighted(a)));
  if (largest === undefined || sum === 0) return html`The objective had no weighted term in the last epoch.`;
  const second = others[0];
  return html`In the last epoch <b>${largest}</b> made up ${formatPercent(Math.abs(weighted(largest)) / sum)} of the
    objective${second === undefined ? null : html`, ${second} ${formatPercent(Math.abs(weighted(second)) / sum)}`}.`;
}

function best({ epochs }: Timeline): Html[] {
  const kept =
    epochs.filter(({ line }) => line.best && line.phase === "stage2").at(-1) ??
    epochs.filter(({ line }) => line.best).at(-1);
  if (kept === undefined) return [];
  const score = kept.line.validation;
  return [
    html`The weights of epoch <b>${kept.x}</b> of ${plural(epochs.length, "epoch")} were kept, where validation was
      best${score ? html` (loss ${formatNumber(score.loss)}${score.rmse === undefined ? null : html`, RMSE ${formatNumber(score.rmse)}`})` : null}.`,
  ];
}

function termTable(terms: Terms, names: readonly string[]): Html {
  return table(
    [
      ["term, last epoch", "text"],
      ["value", "number"],
      ["weight", "number"],
      ["weighted", "number"],
    ],
    names.map((name) => [
      name,
      formatNumber(terms[name].value),
      formatNumber(terms[name].weight, 2),
      formatNumber(terms[name].value * terms[name].weight),
    ]),
  );
}
