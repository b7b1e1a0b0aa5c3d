import type { TopLevelSpec } from "vega-lite";
import { colour } from "../palette.js";

/** Mean prediction at a value of a column, with the spread of the curves of rows. */
export interface DependencePoint {
  readonly at: number | string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** What a small figure of partial dependence is drawn with. */
export interface DependenceOptions {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly fill: string;
  /** The same for all figures of a target, so that they can be compared. */
  readonly range: readonly [number, number];
  readonly width: number;
}

/** Mean prediction over the values of a column, its band behind it; of categories, points with lines. */
export function dependenceSpec(points: readonly DependencePoint[], options: DependenceOptions): TopLevelSpec {
  const { title, xTitle, yTitle, fill, range, width } = options;
  const numeric = points.every(({ at }) => typeof at === "number");
  const axis = numeric ? { tickCount: 5, grid: false } : { labelAngle: 0, labelLimit: 80, labelOverlap: true };
  const scale = numeric ? { zero: false, nice: false } : {};
  const x = {
    field: "at",
    type: numeric ? ("quantitative" as const) : ("nominal" as const),
    ...{ title: xTitle, axis, scale, sort: null },
  };
  const y = {
    field: "mean",
    type: "quantitative" as const,
    title: yTitle,
    scale: { domain: [...range], nice: false, zero: false },
    axis: { tickCount: 4 },
  };
  const band = { x, y: { ...y, field: "low" }, y2: { field: "high" } };
  return {
    ...{ width, height: 190, title },
    data: { values: [...points] },
    layer: numeric
      ? [
          { mark: { type: "area", color: fill, fillOpacity: 0.22 }, encoding: band },
          { mark: { type: "line", color: fill, strokeWidth: 2, point: points.length < 4 }, encoding: { x, y } },
        ]
      : [
          { mark: { type: "rule", color: fill, strokeWidth: 2 }, encoding: band },
          { mark: { type: "point", filled: true, size: 50, color: colour("ink"), opacity: 1 }, encoding: { x, y } },
        ],
  };
}
