import type { TopLevelSpec } from "vega-lite";
import { renderSvg } from "./render-svg.js";
import type { Figure } from "./section.js";

/** Widths in pixels: across the page, half of it, a third of it, and a telephone's. */
export const figureWidth = { full: 1040, half: 508, third: 330, narrow: 340 } as const;

/** Draws a figure at its width on a desk and at a telephone's. */
export async function drawFigure(
  id: string,
  description: string,
  width: number,
  spec: (width: number) => TopLevelSpec,
): Promise<Figure> {
  const wide = await renderSvg(spec(width), description);
  const narrow =
    Math.abs(width - figureWidth.narrow) < 40 ? wide : await renderSvg(spec(figureWidth.narrow), description);
  return { id, description, wide, narrow };
}
