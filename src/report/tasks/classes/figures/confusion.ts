import type { TopLevelSpec } from "vega-lite";
import { colour } from "../../../palette.js";

/** Rows by true and predicted class as a shaded table: the shade is the share of the true class. */
export function confusionSpec(
  labels: readonly string[],
  counts: readonly (readonly number[])[],
  width: number,
): TopLevelSpec {
  const values = counts.flatMap((row, y) => {
    const all = row.reduce((a, b) => a + b, 0);
    return row.map((rows, k) => ({ truth: labels[y], predicted: labels[k], rows, share: all === 0 ? 0 : rows / all }));
  });
  const x = {
    field: "predicted",
    type: "nominal" as const,
    title: "likeliest class",
    sort: [...labels],
    axis: { labelAngle: 0 },
  };
  const y = { field: "truth", type: "nominal" as const, title: "true class", sort: [...labels] };
  return {
    width,
    height: Math.max(120, Math.min(width, 44 * labels.length)),
    data: { values },
    layer: [
      {
        mark: { type: "rect", stroke: colour("ink"), strokeWidth: 0.3 },
        encoding: {
          x,
          y,
          color: { value: colour("modality0") },
          opacity: { field: "share", type: "quantitative", legend: null, scale: { domain: [0, 1], range: [0, 0.55] } },
        },
      },
      {
        mark: { type: "text" },
        encoding: { x, y, text: { field: "rows", type: "quantitative" }, color: { value: colour("ink") } },
      },
    ],
  };
}
