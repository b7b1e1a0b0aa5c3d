import type { TopLevelSpec } from "vega-lite";
import { colour } from "../../../palette.js";

/** A curve between 0 and 1. */
export interface UnitCurve {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface UnitCurveOptions {
  readonly width: number;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Whether points are marked. */
  readonly marked?: boolean;
}

/** Curves on the unit square with its diagonal. */
export function unitCurvesSpec(curves: readonly UnitCurve[], options: UnitCurveOptions): TopLevelSpec {
  const { width, xTitle, yTitle, marked = false } = options;
  const names = curves.map(({ name }) => name);
  const values = curves.flatMap(({ name, points }) => points.map((point, order) => ({ ...point, name, order })));
  const scale = { domain: [0, 1], nice: false };
  const x = { field: "x", type: "quantitative" as const, title: xTitle, scale, axis: { tickCount: 5 } };
  const y = { field: "y", type: "quantitative" as const, title: yTitle, scale, axis: { tickCount: 5 } };
  const range = names.map((_, i) => colour(lineColours[i % lineColours.length]));
  const legend = names.length === 1 ? null : { title: null, orient: "bottom" as const, columns: 3 };
  return {
    width,
    height: width,
    layer: [
      {
        data: {
          values: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
        },
        mark: { type: "line", color: colour("ink"), strokeWidth: 1, strokeDash: [4, 3] },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: "line", strokeWidth: 1.6, point: marked },
        encoding: {
          x,
          y,
          order: { field: "order", type: "quantitative" },
          color: { field: "name", type: "nominal", scale: { domain: names, range }, legend },
        },
      },
    ],
  };
}

const lineColours = ["modality0", "modality1", "modality2", "modality3"] as const;
