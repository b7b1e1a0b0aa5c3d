import { join } from "node:path";
import { makeFolder } from "../../files/make-folder.js";
import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import { html } from "../../report/html.js";
import { modalityColour } from "../../report/palette.js";
import type { Figure, Section } from "../../report/section.js";
import { type Dot, dotsSpec, dotsText } from "../../report/study/dots.js";
import { formatNumber, joinWords } from "../../report/text.js";
import { withUnit } from "../../report/with-unit.js";
import { writePage } from "../../report/write-page.js";
import type { WrittenReport } from "../../report/written-report.js";
import { taskNamed } from "../../tasks/tasks.js";
import { bodyOf, readingOf } from "../pages/block-html.js";
import type { ExternalComparison } from "./external-comparison.js";
import { externalErrors, externalGroups, externalRows, externalSentences, externalTitle } from "./external-text.js";
import { messageBlocks, tableWords, withoutWarningBlocks } from "./known-rows.js";
import type { RowInterval } from "./measure.js";

/** Writes `compare.html` and its figures into a folder, which is made when missing. @throws as `writeComparison` */
export async function writeExternal(found: ExternalComparison, folder: string): Promise<WrittenReport> {
  await makeFolder(folder);
  const groups = found.targets.flatMap((target) => externalGroups(found, target));
  const sections = [await errorsSection(found), ...(groups.length === 0 ? [] : [groupsSection(groups)])];
  return writePage(
    join(folder, "compare.html"),
    {
      madeFrom: "runs and a table",
      title: externalTitle(found),
      subtitle: `Prediction of ${joinWords(found.targets)}, ${tableWords(found.models)}`,
    },
    sections,
  );
}

async function errorsSection(found: ExternalComparison): Promise<Section> {
  const figures = await Promise.all(found.targets.map((target, t) => figuresOf(found, target, t)));
  const sentences = found.targets.flatMap((target) => externalSentences(found, target));
  return {
    id: "errors",
    title: "How well they predict this table",
    reading: readingOf([...withoutWarningBlocks(messageBlocks(found.messages)), ...externalRows(found), ...sentences]),
    figures: figures.flat(),
    legend: html`Lines: 95 % intervals over the rows, or groups of rows, of the table, which are resampled together for all models. The
      chance of training is not in them.`,
    body: bodyOf(found.targets.flatMap((target) => externalErrors(found, target))),
  };
}

function groupsSection(blocks: ReturnType<typeof externalGroups>): Section {
  return { id: "groups", title: "Group by group", reading: [], figures: [], body: bodyOf(blocks) };
}

async function figuresOf(found: ExternalComparison, target: string, t: number): Promise<Figure[]> {
  const { headline } = taskNamed(found.task).metrics;
  const { models, differences } = found;
  const dot = (label: string, i: number, interval: RowInterval): Dot => ({
    ...{ label, colour: modalityColour(i) },
    ...{ value: interval?.value ?? null, low: interval?.low ?? null, high: interval?.high ?? null },
    note: interval === null ? "not known" : formatNumber(interval.value),
  });
  const unit = withUnit(found, target);
  const draw = (id: string, dots: readonly Dot[], title: string, line?: number) =>
    drawFigure(`${id}-${t + 1}`, dotsText(dots, title), figureWidth.half, (width) =>
      dotsSpec(dots, { title, width, ...(line === undefined ? {} : { reference: line }) }),
    );
  const errors = models.map(({ letter, targets }, i) => dot(letter, i, targets[target].error));
  const own = differences.filter((difference) => difference.target === target);
  const differ = own.map(({ model, interval }) =>
    dot(
      model,
      models.findIndex(({ letter }) => letter === model),
      interval,
    ),
  );
  return [
    await draw("errors", errors, `${headline.name} of ${unit}`),
    await draw("differences", differ, `minus ${models[0].letter}: ${headline.name} of ${unit}`, 0),
  ];
}
