import type { TopLevelSpec } from "vega-lite";
import { colour } from "../../../palette.js";
import { formatNumber } from "../../../text.js";
import { maxPoints, rowPoints, thinned, titledRows } from "./scatter.js";

/** Error of each row against its true value, with its least-squares line and the line of no error. */
export interface Gap {
  readonly truth: ArrayLike<number>;
  /** Prediction minus truth. */
  readonly error: ArrayLike<number>;
  readonly ids: readonly string[];
  readonly slope: number;
  readonly intercept: number;
}

/** Errors against true values: a falling line is regression towards the mean. @param reach largest error drawn */
export function gapSpec(
  { truth, error, ids, slope, intercept }: Gap,
  titles: { readonly x: string; readonly y: string; readonly title: string },
  reach: number,
  width: number,
): TopLevelSpec {
  const rows = thinned(truth.length, maxPoints);
  const titled = titledRows(rows, (i) => Math.abs(error[i]));
  const values = rows.map((i) => {
    const title = `${ids[i]}: true ${formatNumber(truth[i])}, gap ${formatNumber(error[i])}`;
    return { x: truth[i], y: error[i], ...(titled.has(i) ? { title } : {}) };
  });
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
      ...rowPoints(values, x, y),
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
