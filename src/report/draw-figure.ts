import { AsyncLocalStorage } from "node:async_hooks";
import type { TopLevelSpec } from "vega-lite";
import { renderSvg } from "./render-svg.js";
import type { Figure } from "./section.js";

/** Widths in pixels: across the page, half of it, a third of it, and a telephone's. */
export const figureWidth = { full: 1040, half: 508, third: 330, narrow: 340 } as const;

/** Widths that figures are drawn at: those of a desk and of a telephone, or of a desk alone, which every screen then shows, or none. */
export type FigureWidths = "all" | "wide" | "none";

const asked = new AsyncLocalStorage<FigureWidths>();

/** Draws what is drawn within at these widths. */
export function drawnAt<T>(widths: FigureWidths, draw: () => Promise<T>): Promise<T> {
  return asked.run(widths, draw);
}

/** Draws a figure at its width on a desk and at a telephone's, where that is asked for; blank where none is. */
export async function drawFigure(
  id: string,
  description: string,
  width: number,
  spec: (width: number) => TopLevelSpec,
): Promise<Figure> {
  if (asked.getStore() === "none") return { id, description, wide: "", narrow: "" };
  const wide = await renderSvg(spec(width), description);
  const once = asked.getStore() === "wide" || Math.abs(width - figureWidth.narrow) < 40;
  const narrow = once ? wide : await renderSvg(spec(figureWidth.narrow), description);
  return { id, description, wide, narrow };
}
