/// <reference lib="dom" />
import { numberText, svg } from "./dom.js";

/** A line of a chart; its band, where it has one, is between two others. */
export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly y: readonly number[];
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** Pattern by which lines of one colour are told apart. */
  readonly dash?: string;
}

/** What a chart shows. */
export interface Chart {
  readonly description: string;
  readonly x: readonly number[];
  readonly xText?: (value: number) => string;
  readonly lines: readonly Line[];
  /** Where the row stands. */
  readonly at: number;
}

const [width, height] = [460, 200];
const edge = { left: 70, right: 12, top: 10, bottom: 26 };

/** Lines over the values of one column. */
export function chart({ description, x, xText = (value) => numberText(value, 3), lines, at }: Chart): SVGElement {
  const all = lines
    .flatMap(({ y, band }) => [...y, ...(band?.low ?? []), ...(band?.high ?? [])])
    .filter(Number.isFinite);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = most - least || Math.abs(most) || 1;
  const [low, high] = [least - 0.05 * room, most + 0.05 * room];
  const [from, to] = [x[0], x[x.length - 1]];
  const px = (value: number) => edge.left + ((value - from) / (to - from || 1)) * (width - edge.left - edge.right);
  const py = (value: number) =>
    height - edge.bottom - ((value - low) / (high - low)) * (height - edge.top - edge.bottom);
  const path = (values: readonly number[]) =>
    values.map((value, i) => `${i === 0 ? "M" : "L"}${px(x[i]).toFixed(1)} ${py(value).toFixed(1)}`).join("");
  const area = ({ low: lower, high: upper }: NonNullable<Line["band"]>) =>
    `${path(upper)}${[...lower.keys()]
      .toReversed()
      .map((i) => `L${px(x[i]).toFixed(1)} ${py(lower[i]).toFixed(1)}`)
      .join("")}Z`;
  const ticks = [0, 0.5, 1].map((share) => least + share * (most - least));
  const inside = at >= from && at <= to;
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": description },
    ...ticks.flatMap((value) => [
      svg("line", { x1: edge.left, x2: width - edge.right, y1: py(value), y2: py(value), class: "gridline" }),
      svg("text", { x: edge.left - 6, y: py(value) + 4, "text-anchor": "end" }, numberText(value, 3)),
    ]),
    svg("text", { x: edge.left, y: height - 8 }, xText(from)),
    svg("text", { x: width - edge.right, y: height - 8, "text-anchor": "end" }, xText(to)),
    ...lines.flatMap(({ band, colour }) =>
      band === undefined ? [] : [svg("path", { d: area(band), fill: `var(--${colour})`, opacity: 0.16 })],
    ),
    ...lines.map(({ y, colour, dash }) =>
      svg("path", {
        d: path(y),
        fill: "none",
        stroke: `var(--${colour})`,
        "stroke-width": 2,
        "stroke-dasharray": dash ?? null,
      }),
    ),
    inside ? svg("line", { x1: px(at), x2: px(at), y1: edge.top, y2: height - edge.bottom, class: "here" }) : null,
  );
}

/** Nested ranges of a predictive distribution on the range of the training values. */
export interface Distribution {
  readonly description: string;
  /** Ascending, finite. */
  readonly quantiles: readonly (readonly [share: number, value: number])[];
  readonly prediction: number;
  readonly truth: number | null;
  readonly range: readonly [number, number];
}

/** A predictive distribution as bands that get denser towards its middle. */
export function distribution({ description, quantiles, prediction, truth, range }: Distribution): SVGElement {
  const values = [...quantiles.map(([, value]) => value), prediction, ...range, ...(truth === null ? [] : [truth])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const px = (value: number) => 10 + ((value - low) / (high - low || 1)) * (width - 20);
  const bands = quantiles.slice(0, Math.floor(quantiles.length / 2)).flatMap(([share, from]) => {
    const upper = quantiles.find(([other]) => Math.abs(other - (1 - share)) < 1e-9);
    return upper === undefined ? [] : [[from, upper[1]] as const];
  });
  return svg(
    "svg",
    { viewBox: `0 0 ${width} 74`, class: "chart", role: "img", "aria-label": description },
    svg("line", { x1: px(range[0]), x2: px(range[1]), y1: 50, y2: 50, class: "axis" }),
    ...range.map((value) => svg("line", { x1: px(value), x2: px(value), y1: 45, y2: 55, class: "axis" })),
    ...bands.map(([from, to]) =>
      svg("rect", {
        x: px(from),
        y: 22,
        width: Math.max(0.5, px(to) - px(from)),
        height: 20,
        fill: "var(--modality0)",
        opacity: 0.22,
      }),
    ),
    svg("line", { x1: px(prediction), x2: px(prediction), y1: 16, y2: 48, stroke: "var(--ink)", "stroke-width": 3 }),
    truth === null ? null : svg("path", { d: `M${px(truth)} 44l5 9h-10z`, fill: "var(--warning)" }),
    svg("text", { x: px(range[0]), y: 70 }, numberText(range[0], 3)),
    svg("text", { x: px(range[1]), y: 70, "text-anchor": "end" }, numberText(range[1], 3)),
  );
}

/** Where a value stands among those of the training part. */
export function standing(
  value: number | null,
  range: { min: number; low: number; q1: number; median: number; q3: number; high: number; max: number },
): SVGElement {
  const own = value === null ? [] : [value];
  const [from, to] = [Math.min(range.min, ...own), Math.max(range.max, ...own)];
  const px = (at: number) => 6 + ((at - from) / (to - from || 1)) * 148;
  const outside = value !== null && (value < range.min || value > range.max);
  return svg(
    "svg",
    { viewBox: "0 0 160 20", class: "standing", "aria-hidden": "true" },
    svg("line", { x1: px(range.min), x2: px(range.max), y1: 10, y2: 10, class: "axis" }),
    svg("rect", {
      x: px(range.low),
      y: 7,
      width: Math.max(1, px(range.high) - px(range.low)),
      height: 6,
      fill: "var(--rule)",
    }),
    svg("rect", {
      x: px(range.q1),
      y: 4,
      width: Math.max(1, px(range.q3) - px(range.q1)),
      height: 12,
      fill: "var(--rule)",
    }),
    svg("line", { x1: px(range.median), x2: px(range.median), y1: 4, y2: 16, class: "axis" }),
    value === null
      ? null
      : svg("circle", { cx: px(value), cy: 10, r: 5, fill: outside ? "var(--warning)" : "var(--modality0)" }),
  );
}
