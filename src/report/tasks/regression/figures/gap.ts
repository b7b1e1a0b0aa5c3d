import type { TopLevelSpec } from "vega-lite";
import { colour } from "../../../palette.js";
import { maxPoints, thinned } from "./scatter.js";

/** Error of each row against its true value, with its least-squares line and the line of no error. */
export interface Gap {
  readonly truth: ArrayLike<number>;
  /** Prediction minus truth. */
  readonly error: ArrayLike<number>;
  readonly slope: number;
  readonly intercept: number;
}

/** Errors against true values: a falling line is regression towards the mean. @param reach largest error drawn */
export function gapSpec(
  { truth, error, slope, intercept }: Gap,
  titles: { readonly x: string; readonly y: string; readonly title: string },
  reach: number,
  width: number,
): TopLevelSpec {
  const rows = thinned(truth.length, maxPoints);
  const values = rows.map((i) => ({ x: truth[i], y: error[i] }));
  const ends = [Math.min(...values.map((v) => v.x)), Math.max(...values.map((v) => v.x))];
  const x = {
    field: "x",
    type: "quantitative" as const,
    title: titles.x,
    scale: { domain: ends, zero: false, nice: false },
    axis: { tickCount: 5, grid: false },
  };
  const y = {
    field: "y",
    type: "quantitative" as const,
    title: titles.y,
    scale: { domain: [-reach, reach], nice: false },
    axis: { tickCount: 5 },
  };
  return {
    width,
    height: Math.min(width, 320),
    title: titles.title,
    layer: [
      {
        data: { values },
        mark: { type: "point", filled: true, size: 14, color: colour("modality0"), opacity: 0.45 },
        encoding: { x, y },
      },
      {
        data: { values: [{}] },
        mark: { type: "rule", color: colour("ink"), strokeWidth: 1 },
        encoding: { y: { datum: 0 } },
      },
      {
        data: { values: ends.map((end) => ({ x: end, y: intercept + slope * end })) },
        mark: { type: "line", color: colour("modality1"), strokeWidth: 2, clip: true },
        encoding: { x, y },
      },
    ],
  };
}
