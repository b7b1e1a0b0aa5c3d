import type { TopLevelSpec } from "vega-lite";
import { placeLabels } from "../figures/place-labels.js";
import { colour } from "../palette.js";
import { middleCut } from "../text-width.js";

/** Something that costs and errs. */
export interface CostedError {
  readonly label: string;
  readonly cost: number;
  readonly error: number;
  /** Ends of the interval of the error. */
  readonly low: number;
  readonly high: number;
  /** Nothing costs as little and errs less. */
  readonly onFront: boolean;
  readonly chosen: boolean;
}

/** What both axes are, with their units. */
export interface FrontTitles {
  readonly cost: string;
  readonly error: string;
}

/** Whether something costs no more and errs no more than another, and less in one of the two. */
function dominates(a: Pick<CostedError, "cost" | "error">, b: Pick<CostedError, "cost" | "error">): boolean {
  return a.cost <= b.cost && a.error <= b.error && (a.cost < b.cost || a.error < b.error);
}

/** Marks those that nothing dominates. */
export function markFront<T extends Pick<CostedError, "cost" | "error">>(
  all: readonly T[],
): (T & { onFront: boolean })[] {
  return all.map((one) => ({ ...one, onFront: !all.some((other) => dominates(other, one)) }));
}

/** Error against cost: those on the front are joined by a line and named, the chosen one is filled. */
export function frontSpec(points: readonly CostedError[], titles: FrontTitles, width: number): TopLevelSpec {
  const front = points.filter(({ onFront }) => onFront).sort((a, b) => a.cost - b.cost);
  const [from, to] = spanOf(points.map(({ cost }) => cost));
  const x = {
    field: "cost",
    type: "quantitative" as const,
    title: titles.cost,
    scale: { domain: [from, to], nice: false, zero: false },
    axis: {
      ...{ tickCount: width < 400 ? 4 : 6, grid: false },
      ...(points.every(({ cost }) => Number.isInteger(cost)) ? { tickMinStep: 1 } : {}),
    },
  };
  const errors = spanOf(points.flatMap(({ low, high }) => [low, high]));
  const y = {
    field: "error",
    type: "quantitative" as const,
    title: titles.error,
    scale: { domain: errors, nice: false, zero: false },
    axis: { tickCount: 5 },
  };
  const height = Math.min(380, Math.max(260, width * 0.55));
  // The plot within its axes.
  const plot = { width: width - 60, height: height - 50 };
  const inPixels = ({ cost }: CostedError, error: number) => ({
    x: ((cost - from) / (to - from)) * plot.width,
    y: ((errors[1] - error) / (errors[1] - errors[0])) * plot.height,
  });
  /** A point and places of its interval, near enough for a name not to fit between them. */
  const whiskerOf = (point: CostedError) =>
    Array.from({ length: 31 }, (_, k) => inPixels(point, point.low + (k / 30) * (point.high - point.low)));
  const limit = Math.round(width * 0.36);
  const named = front.map((point) => ({
    point,
    label: middleCut(point.label, limit),
    toLeft: (point.cost - from) / (to - from) > 0.55,
  }));
  const places = placeLabels(
    named.map(({ point, label, toLeft }) => ({ label, ...inPixels(point, point.error), toLeft })),
    { height: plot.height, fontSize: 12, points: points.flatMap(whiskerOf) },
  );
  const others = { data: { values: points.filter(({ onFront }) => !onFront) } };
  return {
    width,
    height,
    layer: [
      { ...others, mark: whisker(colour("rule")), encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } } },
      { ...others, mark: dot(colour("quiet"), 45), encoding: { x, y } },
      {
        data: { values: front },
        mark: { type: "line", color: colour("modality0"), strokeWidth: 1.5, interpolate: "step-after" },
        encoding: { x, y },
      },
      {
        data: { values: front },
        mark: whisker(colour("modality0")),
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      { data: { values: front }, mark: dot(colour("modality0"), 70), encoding: { x, y } },
      {
        data: { values: points.filter(({ chosen }) => chosen) },
        mark: dot(colour("modality1"), 110),
        encoding: { x, y },
      },
      ...named.map(({ point, label, toLeft }, k) => ({
        data: { values: [{ ...point, label }] },
        mark: { type: "text", align: toLeft ? "right" : "left", dx: toLeft ? -8 : 8, dy: places[k] },
        encoding: { x, y, text: { field: "label", type: "nominal" } },
      })),
    ],
  } as TopLevelSpec;
}

function dot(fill: string, size: number) {
  return { type: "point" as const, filled: true, size, color: fill, opacity: 1 };
}

function whisker(stroke: string) {
  return { type: "rule" as const, strokeWidth: 2, color: stroke };
}

function spanOf(values: readonly number[]): [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || Math.abs(most) || 1) * 0.08;
  return [least - room, most + room];
}

/** What the figure says, for readers who cannot see it. @param text how an error is written */
export function frontText(
  points: readonly CostedError[],
  titles: FrontTitles,
  text: (error: number) => string,
): string {
  const front = points.filter(({ onFront }) => onFront).sort((a, b) => a.cost - b.cost);
  const said = front.map(({ label, cost, error, chosen }) => {
    return `${label}, ${cost}: ${text(error)}${chosen ? " (chosen)" : ""}`;
  });
  return `${titles.error} against ${titles.cost}; on the front ${said.join("; ")}`;
}
