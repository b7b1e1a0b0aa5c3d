import { quantile } from "../math/descriptive.js";
import type { RunFiles } from "../record/read-run.js";
import { drawFigure, figureWidth } from "./draw-figure.js";
import { type LinePoint, linesSpec } from "./figures/lines.js";
import { type Html, html } from "./html.js";
import { colour } from "./palette.js";
import type { Figure } from "./section.js";
import { formatNumber, plural } from "./text.js";
import type { Timeline } from "./timeline.js";

/** Training and validation cost over the epochs of both stages. */
export interface LearningCurves {
  readonly training: readonly LinePoint[];
  readonly validation: readonly LinePoint[];
  /** Whether both are divided by what they were at the kept epoch: where they are on different scales. */
  readonly relative: boolean;
  /** The epoch whose weights were kept, with its validation cost. */
  readonly kept: LinePoint | null;
  /** Range of the axis, and the points above it. */
  readonly range: readonly [number, number];
  readonly above: readonly LinePoint[];
}

/** Name of the term of the objective that the prediction is learned by. */
const predictionTerm = "prediction";
/** Values above this percentile do not set the axis, unless they are little above it. */
const axisShare = 0.9;

/** What says how costs of a run compare. */
interface Judged extends Pick<RunFiles, "predictionLoss"> {
  readonly metrics: Pick<RunFiles["metrics"], "targets">;
}

/**
 * The curves of a run; null where no epoch was judged on the validation rows.
 * @param keptEpoch on the axis of the timeline; undefined where none is marked
 */
export function learningCurves(
  { metrics: { targets }, predictionLoss }: Judged,
  { epochs }: Timeline,
  keptEpoch: number | undefined,
): LearningCurves | null {
  const validation = epochs.flatMap(({ x, line }) => (line.validation ? [{ x, y: line.validation.loss }] : []));
  const training = epochs.flatMap(({ x, line: { terms } }) =>
    Object.hasOwn(terms, predictionTerm) ? [{ x, y: terms[predictionTerm].value }] : [],
  );
  if (validation.length === 0) return null;
  const at = keptEpoch ?? lowest(validation).x;
  // Of several targets an epoch is judged by a geometric mean; the Cauchy-Schwarz loss has no value per row.
  const relative =
    training.length > 0 && (targets.length > 1 || predictionLoss === "cs") && comparable(training, validation, at);
  const own = (points: readonly LinePoint[]) => (relative ? divided(points, at) : points);
  const [shownTraining, shownValidation] = [own(training), own(validation)];
  const range = robustRange([...shownTraining, ...shownValidation]);
  return {
    ...{ training: shownTraining, validation: shownValidation, relative, range },
    kept: keptEpoch === undefined ? null : (shownValidation.find(({ x }) => x === keptEpoch) ?? null),
    above: [...shownTraining, ...shownValidation].filter(({ y }) => y > range[1]),
  };
}

/** Both on one figure, the kept epoch marked. */
export function curvesFigure(curves: LearningCurves, { boundary }: Timeline): Promise<Figure> {
  const { training, validation, kept, range, relative } = curves;
  const series = [
    { name: "training", colour: colour("modality0"), points: training },
    { name: "validation", colour: colour("modality1"), points: validation },
  ].filter(({ points }) => points.length > 0);
  const end = validation[validation.length - 1];
  const description =
    `Training and validation cost over ${plural(end.x, "epoch")}; validation ends at ${formatNumber(end.y)}` +
    (kept === null ? "" : `, kept epoch ${kept.x} at ${formatNumber(kept.y)}`);
  return drawFigure("learning-curves", description, figureWidth.full, (width) =>
    linesSpec(series, {
      ...{ width, height: 300, xTitle: "epoch", boundary, range },
      yTitle: relative ? "cost / cost at the kept epoch" : "cost",
      marked: kept === null ? null : { ...kept, label: `epoch ${kept.x}, kept` },
    }),
  );
}

/** How the curves are read. */
export function curvesLegend({ relative, above, range, kept }: LearningCurves): Html {
  const highest = above.length === 0 ? null : Math.max(...above.map(({ y }) => y));
  return html`Large figure: what the prediction costs on the training rows (mean over the batches of an epoch, while it learns, with
    dropout and noise, so that it may lie above) and on the validation rows (after the epoch, averaged weights, without
    them).${relative ? " They are on different scales, so that each is divided by its value at the kept epoch." : ""}${
      kept === null ? "" : " Dot: the kept epoch."
    } Dashed line: end of stage 1.${
      highest === null
        ? ""
        : ` The axis ends at ${formatNumber(range[1])}, so that the first epochs do not set it: triangles stand for ${plural(above.length, "value")} above it, the highest ${formatNumber(highest)}.`
    }`;
}

/** From the lowest value to the 90th percentile with some room; to the highest where that is little more. */
export function robustRange(points: readonly LinePoint[]): [number, number] {
  const values = points.map(({ y }) => y);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const usual = quantile(values, axisShare);
  const room = 0.05 * (usual - least);
  const top = most - least <= 1.5 * (usual - least) ? most : usual + room;
  return top > least ? [least - room, top + (top === most ? room : 0)] : [least - 1, least + 1];
}

function lowest(points: readonly LinePoint[]): LinePoint {
  return points.reduce((best, point) => (point.y < best.y ? point : best));
}

function valueAt(points: readonly LinePoint[], x: number): number {
  return points.find((point) => point.x === x)?.y ?? 0;
}

function comparable(training: readonly LinePoint[], validation: readonly LinePoint[], x: number): boolean {
  return valueAt(training, x) > 0 && valueAt(validation, x) > 0;
}

function divided(points: readonly LinePoint[], x: number): LinePoint[] {
  const by = valueAt(points, x);
  return points.map((point) => ({ x: point.x, y: point.y / by }));
}
