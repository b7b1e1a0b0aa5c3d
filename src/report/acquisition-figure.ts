import type { TopLevelSpec } from "vega-lite";
import { placeLabels } from "./figures/place-labels.js";
import { colour } from "./palette.js";
import { renderSvg, standalone } from "./render-svg.js";
import { formatNumber } from "./text.js";
import { type Units, withUnit } from "./with-unit.js";

/** A curve of errors against what a row has cost on average. */
export interface AcquisitionCurve {
  readonly name: string;
  readonly points: readonly { readonly cost: number; readonly error: number }[];
}

/** What is drawn: the three policies. */
export interface DrawnAcquisition {
  readonly target: string;
  readonly units?: Units | undefined;
  /** What the error is called. */
  readonly error: string;
  readonly adaptive: AcquisitionCurve["points"];
  readonly fixed: AcquisitionCurve["points"];
  readonly random: AcquisitionCurve["points"];
  /** What the fixed order takes, by name: its points are named so. */
  readonly order: readonly string[];
}

const size = { width: 760, height: 400 } as const;
const names = {
  adaptive: "what the row needs next",
  fixed: "one order for all rows",
  random: "a random order",
} as const;

/** The figure as a file of its own: error against mean cost of the adaptive policy, of the best fixed and of a random order. */
export async function acquisitionFigure(drawn: DrawnAcquisition): Promise<string> {
  return standalone(await renderSvg(acquisitionSpec(drawn), acquisitionText(drawn)));
}

/** Its specification. */
export function acquisitionSpec(drawn: DrawnAcquisition): TopLevelSpec {
  const domain = [names.adaptive, names.fixed, names.random];
  const scale = { domain, range: [colour("modality0"), colour("modality1"), colour("quiet")] };
  const of = (name: string, points: AcquisitionCurve["points"]) => points.map((point) => ({ ...point, name }));
  const values = [
    ...of(names.adaptive, drawn.adaptive),
    ...of(names.fixed, drawn.fixed),
    ...of(names.random, drawn.random),
  ];
  const [least, most] = [Math.min, Math.max].map((pick) => pick(...values.map(({ error }) => error)));
  const room = 0.06 * (most - least || 1);
  const y = {
    field: "error",
    type: "quantitative" as const,
    title: `${drawn.error} of ${withUnit(drawn, drawn.target)}`,
    scale: { domain: [least - room, most + room], nice: false, zero: false },
    axis: { tickCount: 5 },
  };
  const end = Math.max(...values.map(({ cost }) => cost));
  const x = {
    field: "cost",
    type: "quantitative" as const,
    title: "mean cost of a row",
    scale: { domain: [0, end * 1.02 || 1], nice: false },
    axis: { grid: false, tickCount: 8 },
  };
  const legend = { columns: 3, labelLimit: 0 };
  const stroke = { field: "name", type: "nominal" as const, scale, legend };
  const strokeDash = {
    field: "name",
    type: "nominal" as const,
    scale: {
      domain,
      range: [
        [1, 0],
        [6, 3],
        [2, 2],
      ],
    },
    legend,
  };
  const fixed = of(names.fixed, drawn.fixed);
  // The plot within its axes and below the legend.
  const plot = { width: size.width - 50, height: size.height - 80 };
  const inPixels = ({ cost, error }: { cost: number; error: number }) => ({
    x: (cost / (end * 1.02 || 1)) * plot.width,
    y: ((most + room - error) / (most - least + 2 * room)) * plot.height,
  });
  const named = fixed.slice(1).map((point, k) => ({ ...point, label: `+ ${drawn.order[k]}` }));
  const late = ({ cost }: { readonly cost: number }) => cost > 0.7 * end;
  const places = placeLabels(
    named.map((point) => ({ label: point.label, ...inPixels(point), toLeft: late(point) })),
    { height: plot.height, fontSize: 12, points: fixed.map(inPixels) },
  );
  return {
    ...size,
    data: { values },
    layer: [
      { mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, stroke, strokeDash, order: { field: "cost" } } },
      {
        data: { values: fixed },
        mark: { type: "point", filled: true, size: 60, opacity: 1, color: colour("modality1") },
        encoding: { x, y },
      },
      ...named.map((point, k) => ({
        data: { values: [point] },
        mark: { type: "text", align: late(point) ? "right" : "left", dx: late(point) ? -8 : 8, dy: places[k] },
        encoding: { x, y, text: { field: "label", type: "nominal" } },
      })),
    ],
  } as TopLevelSpec;
}

/** What the figure says, for readers who cannot see it. */
export function acquisitionText({ error, target, adaptive, fixed, random, order }: DrawnAcquisition): string {
  const last = <T>(points: readonly T[]) => points[points.length - 1];
  const steps = fixed
    .slice(1)
    .map((point, k) => `with ${order[k]} ${formatNumber(point.error)} at ${formatNumber(point.cost)}`);
  return (
    `${error} of ${target} against the mean cost of a row: ${formatNumber(fixed[0].error)} before anything is bought; one order for all rows, ` +
    `${steps.join(", ")}; chosen for each row, from ${formatNumber(adaptive[0].error)} to ${formatNumber(last(adaptive).error)} in ${adaptive.length - 1} steps; ` +
    `a random order, to ${formatNumber(last(random).error)}`
  );
}
