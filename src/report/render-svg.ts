import type { TopLevelSpec } from "vega-lite";
import { shown } from "../shown.js";
import { colour } from "./palette.js";
import { escapeHtml } from "./text.js";
import { textWidth } from "./text-width.js";

/** Typeface of the figures and the page: whatever the reader's system reads best. */
export const fontFamily = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

const axisStyle = {
  aria: false,
  domainColor: colour("rule"),
  tickColor: colour("rule"),
  gridColor: colour("grid"),
  labelColor: colour("quiet"),
  titleColor: colour("ink"),
  labelFontSize: 12,
  titleFontSize: 12,
  titleFontWeight: "normal" as const,
  titlePadding: 8,
  labelLimit: 150,
  labelFlush: false,
  titleLimit: 600,
};

const titleStyle = {
  color: colour("ink"),
  fontSize: 13,
  fontWeight: 600 as const,
  anchor: "start" as const,
  offset: 8,
  aria: false,
};
/** Letters of this weight are wider than the estimate of their width. */
const boldRoom = 0.88;

/** Vega's exported hook for measuring text, which its type declarations leave out. */
interface TextMetrics {
  width: (item: { fontSize?: number }, text: string) => number;
}

/** Labels of numbers so small or large that their digits would not fit, or all look like 0. */
const numberLabel =
  "datum.value === 0 && length(datum.label) > 5 ? '0' : " +
  "(datum.value !== 0 && abs(datum.value) < 1e-4) || abs(datum.value) >= 1e7 ? format(datum.value, '~e') : datum.label";

/** Look of every figure. */
const config: TopLevelSpec["config"] = {
  aria: false,
  background: undefined,
  font: fontFamily,
  padding: 4,
  view: { stroke: null },
  axis: axisStyle,
  axisQuantitative: { labelExpr: numberLabel },
  mark: { aria: false },
  legend: {
    aria: false,
    orient: "top",
    direction: "horizontal",
    title: null,
    labelColor: colour("ink"),
    labelFontSize: 12,
    labelLimit: 150,
    symbolStrokeWidth: 2.5,
    symbolSize: 120,
    offset: 4,
    padding: 0,
  },
  title: titleStyle,
  text: { color: colour("ink"), fontSize: 12 },
};

/**
 * A Vega-Lite specification as SVG, without a browser and the same on every machine.
 * @param description what a reader who cannot see the figure is told; escaped here
 */
export async function renderSvg(spec: TopLevelSpec, description: string): Promise<string> {
  const vega = await import("vega");
  const { compile } = await import("vega-lite");
  // An installed `canvas` package would measure with the fonts of this machine.
  // Its types leave `textMetrics` out.
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
  textMetrics.width = (item, text) => textWidth(text, item.fontSize ?? 11);
  const autosize = { type: "fit" as const, contains: "padding" as const };
  const compiled = compile({ background: "transparent", autosize, ...harmless(spec) } as TopLevelSpec, {
    config: { ...config, ...titleLimits(spec) },
  });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return labelled(svg, description);
}

/**
 * A specification whose names and labels show as escapes what XML forbids and what would turn or hide the text. Vega keeps
 * rows by their labels in plain objects, where `__proto__` or `constructor` is something already: with a space after it, which
 * no reader sees, it is a key as any other.
 */
function harmless<T>(value: T): T {
  if (typeof value === "string") return (value in Object.prototype ? `${value} ` : shown(value)) as T;
  if (Array.isArray(value)) return value.map(harmless) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, harmless(inner)])) as T;
}

/** Long names must not push the frame: titles are cut at the size of the figure, those of an
 * axis less the room of the other one. */
function titleLimits(spec: TopLevelSpec): object {
  const { width, height } = spec as { width?: unknown; height?: unknown };
  const limit = (size: unknown, other: number) =>
    typeof size === "number" ? { titleLimit: Math.max(100, size - other) } : {};
  const title = typeof width === "number" ? { title: { ...titleStyle, limit: boldRoom * width } } : {};
  return { axisX: limit(width, 80), axisY: limit(height, 40), ...title };
}

/** A drawing as a file of its own: on white, for papers and slides. */
export function standalone(svg: string): string {
  return svg.replace(">", `><rect width="100%" height="100%" fill="${colour("page")}"/>`);
}

function labelled(svg: string, description: string): string {
  const start = `<svg role="img" aria-label="${escapeHtml(description)}" font-family="${fontFamily}" `;
  return lighter(withTitles(svg)).replace("<svg ", () => start);
}

/** A mark with a description is shown with it when it is pointed at. */
function withTitles(svg: string): string {
  return svg.replace(
    /<path ([^>]*?)aria-label="([^"]*)"([^>]*?)\/>/g,
    (_whole, before: string, label: string, after: string) => `<path ${before}${after}><title>${label}</title></path>`,
  );
}

/** Without what neither readers nor renderers use: a third of the size. Only inside tags, so that no label changes. */
function lighter(svg: string): string {
  return svg.replace(/<path class="(?:foreground|background)"[^>]*\/>/g, "").replace(/<[^>]+>/g, (tag) =>
    tag
      .replace(/ (?:class|role|aria-[a-z]+|pointer-events|font-family|xmlns:xlink)="[^"]*"/g, "")
      .replace(/ (?:opacity="1"|font-weight="normal"|stroke-width="1")/g, "")
      .replace(/(\d\.\d{2})\d+/g, "$1"),
  );
}
