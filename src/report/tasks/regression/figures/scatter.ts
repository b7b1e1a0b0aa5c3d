import type { TopLevelSpec } from "vega-lite";
import { colour } from "../../../palette.js";
import { formatNumber } from "../../../text.js";

/** Points drawn at most; more would hide each other and swell the file. */
export const maxPoints = 700;

/** Rows of one target. */
export interface ScatterRows {
  readonly truth: ArrayLike<number>;
  readonly prediction: ArrayLike<number>;
  readonly ids: readonly string[];
}

/** Every k-th row, so that at most `limit` points are drawn; rows of a split are in no order of value. */
export function thinned(rows: number, limit: number): number[] {
  const step = Math.max(1, Math.ceil(rows / limit));
  return Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step);
}

/** Points of one figure that say which row they are when they are pointed at; every such word is in the page. */
export const maxTitled = 250;

/**
 * Which of the drawn rows say what they are: of many those of the largest errors.
 * @param rows  drawn rows
 * @param error size of the error of a row
 */
export function titledRows(rows: readonly number[], error: (row: number) => number): ReadonlySet<number> {
  if (rows.length <= maxTitled) return new Set(rows);
  return new Set([...rows].sort((a, b) => error(b) - error(a) || a - b).slice(0, maxTitled));
}

/** How rows of points are told apart. @param drawn points of one figure */
export function titledNote(drawn: number): string {
  if (drawn <= maxTitled) return "A point that is pointed at says its row.";
  return `Of the points the ${maxTitled} of the largest errors say their row when they are pointed at.`;
}

/** A point with what it says when it is pointed at; nothing where it is left out. */
export interface TitledPoint {
  readonly x: number;
  readonly y: number;
  readonly title?: string;
}

/** Points of rows, and their titles. */
export function rowPoints<X extends object, Y extends object>(points: readonly TitledPoint[], x: X, y: Y) {
  const mark = { type: "point" as const, filled: true, size: 14, color: colour("modality0"), opacity: 0.45 };
  const titled = points.filter(({ title }) => title !== undefined);
  const others = points.filter(({ title }) => title === undefined);
  return [
    { data: { values: others }, mark, encoding: { x, y } },
    {
      data: { values: titled },
      mark: { ...mark, aria: true },
      encoding: { x, y, description: { field: "title", type: "nominal" as const } },
    },
  ];
}

/** Predicted against true values with the line where both are equal. */
export function scatterSpec(
  { truth, prediction, ids }: ScatterRows,
  titles: { readonly x: string; readonly y: string },
  width: number,
): TopLevelSpec {
  const rows = thinned(truth.length, maxPoints);
  const titled = titledRows(rows, (i) => Math.abs(prediction[i] - truth[i]));
  const points = rows.map((i) => ({
    x: truth[i],
    y: prediction[i],
    ...(titled.has(i)
      ? { title: `${ids[i]}: true ${formatNumber(truth[i])}, predicted ${formatNumber(prediction[i])}` }
      : {}),
  }));
  const [low, high] = commonRange(truth, prediction);
  const scale = { domain: [low, high], zero: false, nice: false };
  const x = { field: "x", type: "quantitative" as const, title: titles.x, scale, axis: { tickCount: 5 } };
  const y = { ...x, field: "y", title: titles.y };
  return {
    width,
    height: width,
    layer: [
      ...rowPoints(points, x, y),
      {
        data: {
          values: [
            { x: low, y: low },
            { x: high, y: high },
          ],
        },
        mark: { type: "line", color: colour("ink"), strokeWidth: 1, strokeDash: [4, 3] },
        encoding: { x, y },
      },
    ],
  };
}

function commonRange(a: ArrayLike<number>, b: ArrayLike<number>): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < a.length; i++) {
    low = Math.min(low, a[i], b[i]);
    high = Math.max(high, a[i], b[i]);
  }
  const margin = (high - low || 1) * 0.02;
  return [low - margin, high + margin];
}
