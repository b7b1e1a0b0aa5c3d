import type { FeatureDependence, ImportanceDocument } from "../../record/importance-schemas.js";
import type { RunFiles } from "../../record/read-run.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { type DependencePoint, dependenceSpec } from "../figures/dependence.js";
import { cutNote, foremost } from "../foremost.js";
import { type Html, html } from "../html.js";
import { modalityColour } from "../palette.js";
import type { Figure, Section } from "../section.js";
import { said } from "../sentence.js";
import { type DependenceFacts, dependenceSentences } from "../sentences/dependence.js";
import { formatCount, formatNumber } from "../text.js";
import { unitAfter, withUnit } from "../with-unit.js";

/** One column and one target. */
interface Curve {
  readonly modality: string;
  readonly column: string;
  readonly rows: number;
  readonly target: string;
  readonly points: readonly DependencePoint[];
}

/** Small figures that are drawn at most. */
const mostFigures = 16;

/** How the prediction moves with the most important columns; null where nothing was measured. */
export async function dependenceSection(run: RunFiles): Promise<Section | null> {
  const { importance } = run;
  const curves = (importance?.dependence ?? []).flatMap(curvesOf);
  if (importance === null || curves.length === 0) return null;
  const drawn = foremost(curves, (curve) => importanceOf(importance, curve), mostFigures);
  const figures: Figure[] = [];
  for (const [i, curve] of drawn.shown.entries())
    figures.push(await figureOf(run, curve, rangeOf(curves, curve), i + 1));
  return {
    id: "dependence",
    title: "How the prediction moves with a column",
    reading: run.metrics.targets.flatMap((target) =>
      said(
        dependenceSentences,
        factsOf(
          run,
          target,
          curves.filter((curve) => curve.target === target),
        ),
      ),
    ),
    figures,
    legend: legendOf(drawn.shown[0].rows, cutNote(drawn, "the largest importance")),
  };
}

function legendOf(rows: number, cut: string | null): Html {
  return html`Line: mean prediction of ${formatCount(rows)} test rows when all are given the same value of the column (partial dependence), from the
    5th to the 95th percentile of the training rows, not beyond. Band: the middle 80 % of the curves of single rows, each moved to
    the mean level: where it is wide, the column acts differently on different rows. All figures of a target have one vertical
    axis. A column that is correlated with others is moved here while they stay: the rows are then such as hardly occur, the
    curve says what the model would make of them, and what the columns do together shows in none of their curves. ${cut}`;
}

function curvesOf({ modality, column, rows, targets }: FeatureDependence): Curve[] {
  return Object.entries(targets).map(([target, points]) => ({ modality, column, rows, target, points }));
}

function importanceOf({ modalities }: ImportanceDocument, { modality, column, target }: Curve): number {
  const found = modalities[modality]?.items.find(({ kind, name }) => kind === "column" && name === column);
  return found?.targets[target]?.increase ?? 0;
}

/** The axis of a target: all its bands, with some room. */
function rangeOf(curves: readonly Curve[], { target }: Curve): [number, number] {
  const points = curves.flatMap((curve) => (curve.target === target ? curve.points : []));
  const low = Math.min(...points.map((point) => Math.min(point.low, point.mean)));
  const high = Math.max(...points.map((point) => Math.max(point.high, point.mean)));
  const room = 0.04 * (high - low) || 1;
  return [low - room, high + room];
}

function figureOf(run: RunFiles, curve: Curve, range: readonly [number, number], number: number): Promise<Figure> {
  const { modality, column, target, points } = curve;
  const [first, last] = [points[0], points[points.length - 1]];
  const description =
    `Predicted ${target} by ${column} of ${modality}: ${formatNumber(first.mean)} at ${shownAt(first)}, ` +
    `${formatNumber(last.mean)} at ${shownAt(last)}`;
  const fill = modalityColour(run.pid.modalities.indexOf(modality));
  return drawFigure(`dependence-${number}`, description, figureWidth.third, (width) =>
    dependenceSpec(points, {
      ...{ title: column, xTitle: modality, yTitle: withUnit(run.metrics, target), fill, range, width },
    }),
  );
}

function shownAt({ at }: DependencePoint): string {
  return typeof at === "number" ? formatNumber(at) : at;
}

function factsOf(run: RunFiles, target: string, curves: readonly Curve[]): DependenceFacts {
  const moved = curves.map((curve) => {
    const means = curve.points.map(({ mean }) => mean);
    const numeric = curve.points.every(({ at }) => typeof at === "number");
    const ends = { from: means[0], to: means[means.length - 1] };
    return { column: curve.column, most: Math.max(...means) - Math.min(...means), ...(numeric ? { ends } : {}) };
  });
  return { target, unit: unitAfter(run.metrics, target), columns: moved.sort((a, b) => b.most - a.most) };
}
