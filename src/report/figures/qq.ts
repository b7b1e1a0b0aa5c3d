import type { TopLevelSpec } from "vega-lite";
import { colour } from "../palette.js";

/** Quantiles at one probability, in standard deviations. */
export interface QqPoint {
  readonly normal: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** QQ plot of many coordinates at once: the middle one as a line, their spread as a band; on the diagonal they are normal. */
export function qqSpec(points: readonly QqPoint[], title: string, fill: string, width: number): TopLevelSpec {
  const reach = Math.max(3, ...points.map((p) => Math.max(Math.abs(p.low), Math.abs(p.high))));
  const scale = { domain: [-reach, reach], nice: false };
  const axis = { tickCount: 5 };
  const x = { field: "normal", type: "quantitative" as const, title: "normal distribution (sd)", scale, axis };
  const y = { field: "median", type: "quantitative" as const, title: "latent (sd)", scale, axis };
  return {
    width,
    height: width,
    title,
    data: { values: [...points] },
    layer: [
      {
        mark: { type: "area", fillOpacity: 0.2, color: fill },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      { mark: { type: "line", color: fill, strokeWidth: 2 }, encoding: { x, y } },
      {
        data: { values: [-reach, reach].map((end) => ({ normal: end, median: end })) },
        mark: { type: "line", color: colour("ink"), strokeWidth: 1, strokeDash: [4, 3] },
        encoding: { x, y },
      },
    ],
  };
}
