import type { TopLevelSpec } from "vega-lite";
import { colour } from "../../../palette.js";

/** Points drawn at most; more would hide each other and swell the file. */
export const maxPoints = 700;

/** Every k-th row, so that at most `limit` points are drawn; rows of a split are in no order of value. */
export function thinned(rows: number, limit: number): number[] {
  const step = Math.max(1, Math.ceil(rows / limit));
  return Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step);
}

/** Predicted against true values with the line where both are equal. */
export function scatterSpec(
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
  titles: { readonly x: string; readonly y: string },
  width: number,
): TopLevelSpec {
  const rows = thinned(truth.length, maxPoints);
  const [low, high] = commonRange(truth, prediction);
  const scale = { domain: [low, high], zero: false, nice: false };
  const x = { field: "x", type: "quantitative" as const, title: titles.x, scale, axis: { tickCount: 5 } };
  const y = { ...x, field: "y", title: titles.y };
  return {
    width,
    height: width,
    layer: [
      {
        data: { values: rows.map((i) => ({ x: truth[i], y: prediction[i] })) },
        mark: { type: "point", filled: true, size: 14, color: colour("modality0"), opacity: 0.45 },
        encoding: { x, y },
      },
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
