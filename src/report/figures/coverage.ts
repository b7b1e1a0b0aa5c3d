import type { TopLevelSpec } from "vega-lite";
import { colour } from "../palette.js";

/** How many rows lie in intervals of one level. */
export interface CoveragePoint {
  /** Share that the intervals should hold. */
  readonly level: number;
  /** Share of the rows that they do hold, with its 95 % interval. */
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

/** Share of rows inside the intervals against the share that there should be; on the diagonal the intervals are honest. */
export function coverageSpec(points: readonly CoveragePoint[], width: number): TopLevelSpec {
  const scale = { domain: [0, 1], nice: false };
  const axis = { tickCount: 5, format: ".0%" };
  const x = { field: "level", type: "quantitative" as const, title: "rows that should be inside", scale, axis };
  const y = { field: "observed", type: "quantitative" as const, title: "test rows that are inside", scale, axis };
  return {
    width,
    height: width,
    layer: [
      {
        data: { values: [0, 1].map((level) => ({ level, observed: level })) },
        mark: { type: "line", color: colour("ink"), strokeWidth: 1, strokeDash: [4, 3] },
        encoding: { x, y },
      },
      {
        data: { values: [...points] },
        mark: { type: "rule", color: colour("modality0"), strokeWidth: 2 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        data: { values: [...points] },
        mark: { type: "point", filled: true, size: 45, color: colour("modality0"), opacity: 1 },
        encoding: { x, y },
      },
    ],
  };
}
