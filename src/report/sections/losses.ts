import type { RunFiles } from "../../record/read-run.js";
import { relativeName } from "../../tasks/shown-error.js";
import type { ReadEpochLine } from "../../training/epoch-line.js";
import { amount } from "../amount.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { linesSpec } from "../figures/lines.js";
import { cutNote, foremost } from "../foremost.js";
import { type Html, html, table } from "../html.js";
import { curvesFigure, curvesLegend, learningCurves } from "../learning-curves.js";
import { colour } from "../palette.js";
import type { Figure, Section } from "../section.js";
import { said } from "../sentence.js";
import { type LossFacts, lossSentences } from "../sentences/losses.js";
import { type Timeline, timeline } from "../timeline.js";

/** Every term of the objective over the epochs, and where validation was best. */
export async function lossesSection(run: RunFiles): Promise<Section | null> {
  const time = timeline(run);
  const last = time.epochs.at(-1)?.line;
  if (last === undefined) return null;
  const terms = Object.keys(last.terms).filter((name) => name !== "total");
  const figures: Figure[] = [];
  const facts = factsOf(run, time, last.terms, terms);
  const curves = learningCurves(run, time, facts.kept?.epoch);
  if (curves !== null) figures.push(await curvesFigure(curves, time));
  const drawn = foremost(terms, (name) => Math.abs(last.terms[name].value * last.terms[name].weight));
  for (const [i, name] of drawn.shown.entries()) {
    const points = time.epochs.flatMap(({ x, line }) => (line.terms[name] ? [{ x, y: line.terms[name].value }] : []));
    figures.push(await panel(`loss-${i + 1}`, name, points, time));
  }
  return {
    id: "losses",
    title: "How training went",
    reading: said(lossSentences, facts),
    figures,
    legend: html`${curves === null ? null : curvesLegend(curves)} Small figures: each term unweighted, mean over the batches of an epoch; dashed line: end of stage 1.
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

function factsOf(run: RunFiles, time: Timeline, terms: Terms, names: readonly string[]): LossFacts {
  const weighted = (name: string) => Math.abs(terms[name].value * terms[name].weight);
  const sum = names.reduce((total, name) => total + weighted(name), 0);
  const shares = sum === 0 ? [] : names.map((name) => ({ name, share: weighted(name) / sum }));
  return {
    members: run.metrics.ensemble?.members ?? 1,
    pilots: pilots(run),
    terms: shares.sort((a, b) => b.share - a.share),
    ...keptOf(run, time),
    epochs: time.epochs.length,
  };
}

/** Short fits before the stages, which choose how features enter. */
function pilots({ epochs }: RunFiles): LossFacts["pilots"] {
  const best = (phase: string) => {
    const losses = epochs.flatMap((e) => (e.phase === phase && e.validation ? [e.validation.loss] : []));
    return losses.length === 0 ? null : Math.min(...losses);
  };
  const [plain, periodic] = [best("pilot:plain"), best("pilot:periodic")];
  return plain === null || periodic === null ? undefined : { plain, periodic };
}

/** The epoch whose weights were kept: of stage 2 where one of it was best, else what stage 1 left; or of the only stage. */
function keptOf({ task, metrics }: RunFiles, { epochs }: Timeline): Pick<LossFacts, "kept" | "keptFromStage1"> {
  const hasSecond = epochs.some(({ line }) => line.phase === "stage2");
  const last = epochs.filter(({ line }) => line.phase === (hasSecond ? "stage2" : "stage1"));
  const kept = last.filter(({ line }) => line.best).at(-1);
  if (kept === undefined) {
    const begun = epochs.some(({ line }) => line.phase === "stage1" && line.best !== undefined);
    return { kept: undefined, keptFromStage1: hasSecond && begun };
  }
  const { key, name: called } = task.metrics.headline;
  const { loss, [key]: error, [relativeName(key)]: relative } = numbersOf(kept.line.validation);
  // A mean over targets of different units is in none.
  const shown = { called, loss, error: metrics.targets.length === 1 ? error : undefined, relative };
  return { kept: { epoch: kept.x, ...shown }, keptFromStage1: false };
}

/** The numbers of the validation rows, as far as an epoch has them. */
function numbersOf(validation: ReadEpochLine["validation"]): Readonly<Record<string, number | undefined>> {
  return (validation ?? {}) as Readonly<Record<string, number | undefined>>;
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
      amount(terms[name].value),
      amount(terms[name].weight, 2),
      amount(terms[name].value * terms[name].weight),
    ]),
  );
}
