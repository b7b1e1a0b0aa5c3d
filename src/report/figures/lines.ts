import type { TopLevelSpec } from "vega-lite";
import { colour } from "../palette.js";
import { textWidth } from "../text-width.js";

/** One line: a value per epoch, with an optional band. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly points: readonly LinePoint[];
}

/** A point of a line; `low` and `high` draw a band. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/** What a line chart needs besides its lines. */
export interface LinesOptions {
  readonly width: number;
  readonly height: number;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Where stage 1 ends, on the x axis. */
  readonly boundary?: number | null;
  /** Epochs that were averaged, shaded: [from, to]. */
  readonly window?: readonly [number, number] | null;
  /** Whether the y axis starts at 0. */
  readonly zero?: boolean;
  readonly legend?: boolean;
  /** Range of the y axis; points above it are drawn as triangles on its edge. All points fit if left out. */
  readonly range?: readonly [number, number];
  /** A point of a line that stands out, with its label. */
  readonly marked?: { readonly x: number; readonly y: number; readonly label: string } | null;
}

/** Lines over epochs with bands, the boundary of the stages and the averaging window. */
export function linesSpec(series: readonly Series[], options: LinesOptions): TopLevelSpec {
  const values = series.flatMap((s) => s.points.map((p) => ({ ...p, name: s.name, fill: s.colour })));
  const domain = series.map((s) => s.name);
  const scale = { domain, range: series.map((s) => s.colour) };
  const legend = options.legend === false ? null : { columns: legendColumns(domain, options.width) };
  const x = xChannel(options, values);
  const y = {
    field: "y",
    type: "quantitative" as const,
    title: options.yTitle,
    scale: options.range ? { domain: [...options.range], nice: false, zero: false } : { zero: options.zero ?? false },
    axis: { tickCount: 5 },
  };
  const stroke = { field: "name", type: "nominal" as const, scale, legend };
  return {
    width: options.width,
    height: options.height,
    data: { values },
    layer: [
      ...windowLayer(options, x),
      {
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "area", fillOpacity: 0.18 },
        encoding: {
          x,
          y: { ...y, field: "low" },
          y2: { field: "high" },
          fill: { field: "fill", type: "nominal", scale: null },
        },
      },
      {
        data: { values: brokenAt(series, options.range) },
        mark: { type: "line", strokeWidth: 2, point: lonely(series) },
        encoding: {
          x,
          y,
          stroke,
          ...(series.some((s) => s.dash)
            ? { strokeDash: { field: "name", type: "nominal", scale: { domain, range: dashes(series) }, legend } }
            : {}),
        },
      },
      ...boundaryLayer(options, x),
      ...beyondLayer(options, values, x, y),
      ...markedLayer(options, x, y),
    ],
  } as TopLevelSpec;
}

/** As many columns as fit side by side; names are cut at 150 px by the style of every legend. */
function legendColumns(names: readonly string[], width: number): number {
  const widest = Math.min(150, Math.max(0, ...names.map((name) => textWidth(name, 12))));
  const symbol = 30;
  return Math.min(names.length, Math.max(1, Math.floor((width - 50) / (widest + symbol))));
}

function xChannel(options: LinesOptions, values: readonly LinePoint[]) {
  const from = Math.min(...values.map((p) => p.x));
  const to = Math.max(...values.map((p) => p.x), from + 1);
  return {
    field: "x",
    type: "quantitative" as const,
    title: options.xTitle,
    scale: { domain: [from, to], nice: false },
    axis: { tickMinStep: 1, tickCount: options.width < 400 ? 5 : 8, grid: false, format: "d" },
  };
}

/** A line of a single point is invisible without a mark. */
function lonely(series: readonly Series[]): boolean {
  return series.some((s) => s.points.length === 1);
}

function dashes(series: readonly Series[]): number[][] {
  return series.map((s) => [...(s.dash ?? [1, 0])]);
}

/**
 * The points of the lines, those above the axis left out: the line ends at the edge and begins again there. A clip path would need
 * names that other figures of a page have too.
 */
function brokenAt(series: readonly Series[], range: LinesOptions["range"]) {
  const top = range?.[1] ?? Number.POSITIVE_INFINITY;
  return series.flatMap(({ name, points }) =>
    points.flatMap((point, i): { x: number; y: number | null; name: string }[] => {
      const { x, y } = point;
      if (y <= top) return [{ x, y, name }];
      const [from, to] = [points[i - 1], points[i + 1]].map((other) => edgeBetween(point, other, top));
      return [
        ...(from === null ? [] : [{ x: from, y: top, name }]),
        { x, y: null, name },
        ...(to === null ? [] : [{ x: to, y: top, name }]),
      ];
    }),
  );
}

/** Where the line from a point above the edge to one below crosses it; null where it does not. */
function edgeBetween(above: LinePoint, other: LinePoint | undefined, top: number): number | null {
  if (other === undefined || other.y > top || above.y <= top) return null;
  return above.x + (other.x - above.x) * ((above.y - top) / (above.y - other.y));
}

/** Points above the axis, as triangles on its upper edge. */
function beyondLayer({ range }: LinesOptions, values: readonly (LinePoint & { fill: string })[], x: object, y: object) {
  if (range === undefined) return [];
  const beyond = values.filter((point) => point.y > range[1]).map((point) => ({ ...point, y: range[1] }));
  const fill = { field: "fill", type: "nominal", scale: null };
  const mark = { type: "point", shape: "triangle-up", filled: true, size: 70, opacity: 1, yOffset: 5 };
  return beyond.length === 0 ? [] : [{ data: { values: beyond }, mark, encoding: { x, y, fill } }];
}

function markedLayer({ marked, width }: LinesOptions, x: { scale: { domain: number[] } }, y: object): object[] {
  if (!marked) return [];
  const [from, to] = x.scale.domain;
  const late = (marked.x - from) / (to - from) > 1 - 90 / width;
  const data = { values: [marked] };
  const text = { type: "text", align: late ? "right" : "left", dx: late ? -8 : 8, dy: -12, fontWeight: 600 };
  return [
    { data, mark: { type: "rule", color: colour("ink"), strokeWidth: 1, opacity: 0.5 }, encoding: { x } },
    { data, mark: { type: "point", filled: true, size: 80, opacity: 1, color: colour("ink") }, encoding: { x, y } },
    { data, mark: text, encoding: { x, y, text: { field: "label", type: "nominal" } } },
  ];
}

function windowLayer({ window }: LinesOptions, x: object): object[] {
  if (!window) return [];
  return [
    {
      data: { values: [{ from: window[0], to: window[1] }] },
      mark: { type: "rect", color: colour("grid"), opacity: 0.7 },
      encoding: { x: { ...x, field: "from" }, x2: { field: "to" } },
    },
  ];
}

function boundaryLayer({ boundary }: LinesOptions, x: object): object[] {
  if (boundary === null || boundary === undefined) return [];
  return [
    {
      data: { values: [{ at: boundary }] },
      mark: { type: "rule", color: colour("quiet"), strokeDash: [4, 3] },
      encoding: { x: { ...x, field: "at" } },
    },
  ];
}
