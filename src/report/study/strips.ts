import type { TopLevelSpec } from "vega-lite";
import { figureTitle } from "../figures/title.js";
import { colour } from "../palette.js";
import { textWidth } from "../text-width.js";

/** One amount in several trainings. */
export interface Strip {
  readonly label: string;
  readonly colour: string;
  /** One per training; null where it is infinite. */
  readonly values: readonly (number | null)[];
  /** Null where it is infinite in some training. */
  readonly mean: number | null;
  /** Written at the right end of the line. */
  readonly note: string;
}

const rowHeight = 28;

/** How strips are drawn. */
export interface StripsDrawing {
  readonly title: string;
  readonly width: number;
  /** Whether the axis has 0; errors, which are compared with one another, need none. */
  readonly zero: boolean;
}

/** A line per amount with one dot per training and a bar at their mean: how steady it is. */
export function stripsSpec(strips: readonly Strip[], { title, width, zero }: StripsDrawing): TopLevelSpec {
  const heading = figureTitle(title, width);
  const labelSpace = Math.min(150, Math.max(...strips.map(({ label }) => textWidth(label, 12)))) + 16;
  const noteSpace = Math.max(...strips.map(({ note }) => textWidth(note, 12))) + 20;
  const plot = Math.max(60, width - labelSpace - noteSpace);
  const known = strips.flatMap(({ values }) => values.filter((value) => value !== null));
  const [least, most] = domainOf(known, zero);
  const end = (most - least) * (1 + noteSpace / plot) + least;
  const x = {
    field: "value",
    type: "quantitative" as const,
    title: null,
    scale: { domain: [least, end], nice: false, zero },
    axis: { tickCount: width < 400 ? 3 : 5, grid: true },
  };
  const y = {
    field: "label",
    type: "nominal" as const,
    sort: null,
    title: null,
    axis: { labelColor: colour("ink"), ticks: false, domain: false, labelPadding: 8 },
  };
  const own = { field: "colour", type: "nominal" as const, scale: null };
  const points = strips.flatMap(({ values, ...strip }) =>
    values.flatMap((value) => (value === null ? [] : [{ label: strip.label, colour: strip.colour, value }])),
  );
  const means = strips.map(({ label, mean, note }) => ({ label, value: mean, note }));
  return {
    width,
    height: rowHeight * strips.length + 54 + heading.extraHeight,
    title: heading.title,
    layer: [
      {
        data: { values: means },
        mark: { type: "text", align: "right" },
        encoding: { x: { datum: end }, y, text: { field: "note", type: "nominal" } },
      },
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 60, opacity: 0.6 },
        encoding: { x, y, color: own },
      },
      {
        data: { values: means },
        transform: [{ filter: "isValid(datum.value)" }],
        mark: { type: "tick", thickness: 2.5, height: 18, color: colour("ink") },
        encoding: { x, y },
      },
    ],
  } as TopLevelSpec;
}

/** Ends of the axis before the notes; without 0 there is room around the points. */
function domainOf(values: readonly number[], zero: boolean): readonly [number, number] {
  const [least, most] = [Math.min(...values, ...(zero ? [0] : [])), Math.max(...values, ...(zero ? [0] : []))];
  if (!(most > least)) return zero || !Number.isFinite(least) ? [0, 1] : [least - 0.5, least + 0.5];
  const room = zero ? 0 : 0.1 * (most - least);
  return [least - room, most + room];
}

/** What the figure says, for readers who cannot see it. */
export function stripsText(strips: readonly Strip[], title: string): string {
  return `${title}: ${strips.map(({ label, note }) => `${label} ${note}`).join("; ")}`;
}
