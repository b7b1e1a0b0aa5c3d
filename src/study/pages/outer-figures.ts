import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import type { Figure } from "../../report/section.js";
import { type Dot, dotsSpec, dotsText } from "../../report/study/dots.js";
import { type Strip, stripsSpec, stripsText } from "../../report/study/strips.js";
import { formatNumber } from "../../report/text.js";

/** What is measured on outer folds. */
export interface OuterLine {
  readonly label: string;
  readonly colour: string;
  /** Over the folds. */
  readonly error: { readonly value: number; readonly low: number; readonly high: number };
  /** One per fold. */
  readonly values: readonly number[];
}

/** Errors over the outer folds with their intervals, and fold by fold. @param title what the errors are */
export async function outerFigures(lines: readonly OuterLine[], title: string): Promise<Figure[]> {
  const dots = lines.map(({ label, colour, error: { value, low, high } }): Dot => {
    return { label, colour, value, low, high, note: formatNumber(value) };
  });
  const strips = lines.map(({ label, colour, error: { value }, values }): Strip => {
    return { label, colour, values, mean: value, note: formatNumber(value) };
  });
  const byFold = `${title}, fold by fold`;
  return [
    await drawFigure("errors", dotsText(dots, title), figureWidth.half, (width) => dotsSpec(dots, { title, width })),
    await drawFigure("folds", stripsText(strips, byFold), figureWidth.half, (width) =>
      stripsSpec(strips, { title: byFold, width, zero: false }),
    ),
  ];
}
