import type { Config } from "../../config/schema.js";
import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import { html } from "../../report/html.js";
import { colour, modalityColour } from "../../report/palette.js";
import type { Figure } from "../../report/section.js";
import { type Dot, dotsSpec, dotsText } from "../../report/study/dots.js";
import { frontSpec, frontText, markFront } from "../../report/study/front.js";
import { formatCount, formatNumber, joinWords, plural } from "../../report/text.js";
import type { AblateResults } from "../ablate-results.js";
import { ablateErrors, ablateInformation, ablateTitle, ablateVerdict } from "../ablate-text.js";
import { percent } from "../markdown.js";
import { splitTables } from "../parts-text.js";
import type { FinishedRun, StudyPage } from "../study.js";
import { errorHeading } from "../summarise.js";
import { blockSection } from "./block-html.js";
import { configSection, trainingsSection, warningsSection } from "./page.js";

/** The page of an ablation. */
export async function ablatePage(
  config: Config,
  results: AblateResults,
  finished: readonly FinishedRun[],
): Promise<StudyPage> {
  const { variants, targets } = results;
  return {
    title: ablateTitle(config.name),
    subtitle: `Prediction of ${joinWords(targets)}; ${plural(variants.length - 1, "part")} left out, ${plural(finished.length, "training")}`,
    sections: [
      blockSection("errors", "What leaving a part out does", [...ablateVerdict(results), ...ablateErrors(results)], {
        figures: [await errorFigure(results), ...(await changeFigure(results))],
        legend: html`Dots: estimates; lines: 95 % intervals. All variants are tested on the same rows, so whether one differs from the full
          config is read off the change, not off the errors.`,
      }),
      ...(variants.length < 2 ? [] : [await costSection(results)]),
      blockSection("information", "What the modalities contribute in each", ablateInformation(results)),
      blockSection("parts", "The rows that all of them use", splitTables(results)),
      await trainingsSection(finished),
      warningsSection(results.warnings),
      configSection(config),
    ],
  };
}

function errorFigure(results: AblateResults): Promise<Figure> {
  const title = errorHeading(results, "test");
  const dots = results.variants.map(({ name, error: { value, low, high } }, v): Dot => {
    return { label: name, colour: variantColour(v), value, low, high, note: formatNumber(value) };
  });
  return drawFigure("errors", dotsText(dots, title), figureWidth.half, (width) => dotsSpec(dots, { title, width }));
}

async function changeFigure({ variants }: AblateResults): Promise<Figure[]> {
  const dots = variants.flatMap(({ name, difference }, v): Dot[] => {
    if (difference === null) return [];
    const [value, low, high] = [difference.value, difference.low, difference.high].map((share) => 100 * share);
    return [{ label: name, colour: variantColour(v), value, low, high, note: percent(difference.value) }];
  });
  if (dots.length === 0) return [];
  const title = "change of the test error, %";
  return [
    await drawFigure("changes", dotsText(dots, title), figureWidth.half, (width) =>
      dotsSpec(dots, { title, width, reference: 0 }),
    ),
  ];
}

function variantColour(index: number): string {
  return index === 0 ? colour("ink") : modalityColour(0);
}

/** Error against the length of the training: what a part costs that makes it longer. */
async function costSection(results: AblateResults) {
  const points = markFront(
    results.variants.map(({ name, steps, error: { value, low, high } }, v) => ({
      ...{ label: name, cost: steps.mean, error: value, low, high },
      chosen: v === 0,
    })),
  );
  const titles = { cost: "steps of a training, mean", error: errorHeading(results, "test") };
  const figure = await drawFigure("front", frontText(points, titles, formatNumber), figureWidth.full, (width) =>
    frontSpec(points, titles, width),
  );
  const front = points.filter(({ onFront }) => onFront).sort((a, b) => a.cost - b.cost);
  return {
    ...blockSection("cost", "What a part costs in training", []),
    reading: [
      html`No variant took fewer steps and erred less, as measured, than ${joinWords(
        front.map(({ label, cost }) => `${label} (${formatCount(cost)})`),
      )}.`,
    ],
    figures: [figure],
    legend: html`The line joins the Pareto front: of those variants none is better in one of the two without being worse in the other. Orange: the full config. Lines up
      and down: 95 % intervals of the error; a front of values that these do not tell apart is one of these rows alone. A step
      of one variant may take longer than one of another.`,
  };
}
