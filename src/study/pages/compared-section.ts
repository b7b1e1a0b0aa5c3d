import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import { html } from "../../report/html.js";
import { modalityColour } from "../../report/palette.js";
import type { Figure, Section } from "../../report/section.js";
import { type Dot, dotsSpec, dotsText } from "../../report/study/dots.js";
import { formatNumber } from "../../report/text.js";
import { withUnit } from "../../report/with-unit.js";
import { comparedBlocks } from "../crossval/compared-text.js";
import type { ComparedArms } from "../crossval/paired.js";
import type { TextBlock } from "../text-blocks.js";
import { bodyOf, readingOf } from "./block-html.js";

/** Several configs on the same folds: their errors, and differences from the first. @param before what is said first */
export async function comparedSection(compared: ComparedArms, before: readonly TextBlock[] = []): Promise<Section> {
  const targets = Object.keys(compared.arms[0].found.targets);
  const blocks = comparedBlocks(compared);
  const figures = await Promise.all(targets.map((target, t) => figuresOf(compared, target, t)));
  return {
    id: "compared",
    title: "The configs on the same folds",
    reading: readingOf([...before, ...blocks.filter(({ kind }) => kind !== "table")]),
    figures: figures.flat(),
    legend: html`Dots: means over the test folds; lines: 95 % intervals, corrected for the overlap of the training parts (Nadeau and Bengio
      2003). Whether configs differ is read off the differences, which are paired fold by fold.`,
    body: bodyOf(blocks.filter(({ kind }) => kind === "table")),
  };
}

async function figuresOf({ arms, paired }: ComparedArms, target: string, t: number): Promise<Figure[]> {
  const [{ found, letter: reference }] = arms;
  const { headline } = found.task.metrics;
  const unit = withUnit(found, target);
  const errors = arms.map(({ letter, found: own }, i): Dot => {
    const { value, low, high } = own.targets[target].error;
    return { label: letter, colour: modalityColour(i), value, low, high, note: formatNumber(value) };
  });
  const differences = paired.flatMap((pair): Dot[] => {
    const interval = pair.metrics[headline.key];
    if (pair.target !== target || interval === null || interval === undefined) return [];
    const { value, low, high } = interval;
    const i = arms.findIndex(({ letter }) => letter === pair.letter);
    return [{ label: pair.letter, colour: modalityColour(i), value, low, high, note: formatNumber(value) }];
  });
  const drawn = (id: string, dots: readonly Dot[], title: string, line?: number) =>
    drawFigure(`${id}-${t + 1}`, dotsText(dots, title), figureWidth.half, (width) =>
      dotsSpec(dots, { title, width, ...(line === undefined ? {} : { reference: line }) }),
    );
  return [
    await drawn("compared-errors", errors, `${headline.name} of ${unit}`),
    await drawn("compared-differences", differences, `minus ${reference}: ${headline.name} of ${unit}`, 0),
  ];
}
