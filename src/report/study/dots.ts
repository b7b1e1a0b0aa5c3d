import type { TopLevelSpec } from "vega-lite";
import { axisLabels } from "../figures/axis-labels.js";
import { figureTitle } from "../figures/title.js";
import { colour } from "../palette.js";
import { textWidth } from "../text-width.js";

/** A value with its interval, on a line of its own. */
export interface Dot {
  readonly label: string;
  readonly colour: string;
  /** null draws nothing, only the note. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Written at the right end of the line. */
  readonly note: string;
}

export interface DotsOptions {
  /** What the values are, with their unit. */
  readonly title: string;
  readonly width: number;
  /** A value that all others are read against, drawn as a line; 0 of differences. */
  readonly reference?: number;
}

/** Widest labels; longer ones lose their middle, and the table beside the figure has them whole. */
const mostLabel = 190;
const rowHeight = 26;

/** Dots with whiskers, one line each, on an axis that need not begin at 0: what is compared is where they stand. */
export function dotsSpec(dots: readonly Dot[], { title, width, reference }: DotsOptions): TopLevelSpec {
  const heading = figureTitle(title, width);
  const narrow = width < 400;
  const labelLimit = narrow ? 110 : mostLabel;
  const labels = axisLabels(
    dots.map(({ label }) => label),
    labelLimit,
  );
  const labelSpace = Math.min(labelLimit, Math.max(...labels.map((label) => textWidth(label, 12)))) + 16;
  const noteSpace = Math.max(...dots.map(({ note }) => textWidth(note, 12))) + 20;
  const plot = Math.max(60, width - labelSpace - noteSpace);
  const [from, to] = rangeOf(dots, reference);
  const end = to + ((to - from) * noteSpace) / plot;
  const x = {
    field: "value",
    type: "quantitative" as const,
    title: null,
    scale: { domain: [from, end], nice: false, zero: false },
    axis: { tickCount: narrow ? 3 : 5, grid: true },
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
    height: rowHeight * dots.length + 54 + heading.extraHeight,
    title: heading.title,
    data: { values: dots.map((dot, i) => ({ ...dot, label: labels[i] })) },
    layer: [
      ...(reference === undefined ? [] : [referenceLine(reference)]),
      {
        transform: [{ filter: "isValid(datum.low) && isValid(datum.high)" }],
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, color: ownColour },
      },
      {
        transform: [{ filter: "isValid(datum.value)" }],
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: { x, y, color: ownColour },
      },
      {
        mark: { type: "text", align: "right" },
        encoding: { x: { datum: end }, y, text: { field: "note", type: "nominal" } },
      },
    ],
  } as TopLevelSpec;
}

const ownColour = { field: "colour", type: "nominal" as const, scale: null };

function referenceLine(reference: number) {
  return {
    data: { values: [{}] },
    mark: { type: "rule" as const, color: colour("quiet"), strokeDash: [4, 3] },
    encoding: { x: { datum: reference } },
  };
}

/** From the least to the greatest of what is drawn, with a little room. */
function rangeOf(dots: readonly Dot[], reference: number | undefined): [number, number] {
  const all = dots.flatMap(({ value, low, high }) => [value, low, high]).filter((end) => end !== null);
  const ends = [...all, ...(reference === undefined ? [] : [reference])];
  if (ends.length === 0) return [0, 1];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = (most - least || Math.abs(most) || 1) * 0.06;
  return [least - room, most + room];
}

/** What the figure says, for readers who cannot see it. */
export function dotsText(dots: readonly Dot[], title: string): string {
  return `${title}: ${dots.map(({ label, note }) => `${label} ${note}`).join("; ")}`;
}
