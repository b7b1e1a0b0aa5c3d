import type { TopLevelSpec } from "vega-lite";
import type { Html } from "./html.js";
import { renderSvg } from "./render-svg.js";

/** A figure in two sizes: the page shows the one that fits, so that its letters stay readable on a telephone. */
export interface Figure {
  /** Name of its file under figures/, without the ending. */
  readonly id: string;
  /** What it shows and says, for readers who cannot see it. */
  readonly description: string;
  readonly wide: string;
  readonly narrow: string;
}

/** One part of the report: what was found in a sentence or two, then its figures and tables. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** The finding in plain words, with its uncertainty. */
  readonly reading: readonly Html[];
  readonly figures: readonly Figure[];
  /** How the figures are read. */
  readonly legend?: Html;
  readonly body?: Html;
  /** Whether the body stands beside the figures where there is room. */
  readonly beside?: boolean;
}

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
