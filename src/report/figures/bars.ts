import type { TopLevelSpec } from "vega-lite";
import { colour } from "../palette.js";
import { textWidth } from "../text-width.js";
import { axisLabels } from "./axis-labels.js";
import { figureTitle } from "./title.js";

/** One horizontal bar with an optional interval. */
export interface Bar {
  readonly label: string;
  readonly colour: string;
  /** null draws no bar, only the note: an infinite or undefined value. */
  readonly value: number | null;
  /** A lower end without an upper one is drawn as an arrow from there to the value. */
  readonly low: number | null;
  readonly high: number | null;
  /** Written after the bar. */
  readonly note: string;
  /** Written instead where there is little room. */
  readonly shortNote?: string;
}

/** Below this width in pixels a figure is for a telephone. */
const little = 400;
/** Widest labels on a desk; longer ones lose their middle. */
const mostLabel = 250;

function isArrow({ value, low, high }: Bar): boolean {
  return value !== null && low !== null && high === null;
}

/** Amounts that are known from below only. */
function arrows<X extends object, Y>(x: X, y: Y) {
  const transform = [{ filter: "isValid(datum.value) && isValid(datum.low) && !isValid(datum.high)" }];
  return [
    {
      transform,
      mark: { type: "rule" as const, strokeWidth: 2, color: colour("ink") },
      encoding: { x: { ...x, field: "low" }, x2: { field: "value" }, y },
    },
    {
      transform,
      mark: {
        type: "point" as const,
        shape: "triangle-right",
        filled: true,
        size: 60,
        opacity: 1,
        color: colour("ink"),
      },
      encoding: { x, y },
    },
  ];
}

/** Horizontal bars from 0 with whiskers and their numbers written behind; what they measure stands above them. @param rowHeight pixels of one bar and the room about it */
export function barsSpec(bars: readonly Bar[], title: string, width: number, rowHeight = 34): TopLevelSpec {
  const noted = bars.map((bar) => ({ ...bar, note: width < little ? (bar.shortNote ?? bar.note) : bar.note }));
  const heading = figureTitle(title, width);
  const labels = axisLabels(
    bars.map(({ label }) => label),
    width < little ? 150 : mostLabel,
  );
  const values = noted.map((bar, i) => ({
    ...{ ...bar, label: labels[i] },
    end: Math.max(bar.high ?? 0, bar.value ?? 0, 0),
  }));
  const longest = Math.max(...values.map((b) => b.end));
  const bottom = Math.min(0, ...values.map((b) => Math.min(b.low ?? 0, b.value ?? 0)));
  // Where nothing has a length, any axis will do; of a target of small scale every length is small.
  const top = longest - bottom > 0 ? longest : 1;
  const labelSpace = Math.max(...labels.map((label) => textWidth(label, 12))) + 16;
  const noteSpace = Math.max(...noted.map((b) => textWidth(b.note, 12))) + 32;
  const plot = Math.max(60, width - labelSpace - noteSpace);
  const x = {
    field: "value",
    type: "quantitative" as const,
    title: null,
    scale: { domain: [bottom, top + ((top - bottom) * noteSpace) / plot], nice: false },
    axis: { tickCount: 5, grid: true },
  };
  const y = {
    field: "label",
    type: "nominal" as const,
    sort: null,
    title: null,
    axis: { labelColor: colour("ink"), ticks: false, domain: false, labelPadding: 8, labelLimit: 0 },
  };
  return {
    width,
    height: rowHeight * bars.length + 54 + heading.extraHeight,
    title: heading.title,
    data: { values },
    layer: [
      {
        transform: [{ filter: "isValid(datum.value)" }],
        mark: { type: "bar", height: Math.round(0.53 * rowHeight) },
        encoding: { x, y, fill: { field: "colour", type: "nominal", scale: null } },
      },
      {
        transform: [{ filter: "isValid(datum.low) && isValid(datum.high)" }],
        mark: { type: "rule", strokeWidth: 2, color: colour("ink") },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y },
      },
      ...(bars.some(isArrow) ? arrows(x, y) : []),
      {
        mark: { type: "text", align: "left", dx: 8 },
        encoding: { x: { ...x, field: "end" }, y, text: { field: "note", type: "nominal" } },
      },
    ],
  };
}
