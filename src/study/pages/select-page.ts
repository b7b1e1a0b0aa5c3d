import type { Config } from "../../config/schema.js";
import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import { cutNote, foremost } from "../../report/foremost.js";
import { html } from "../../report/html.js";
import { colour, modalityColour } from "../../report/palette.js";
import type { Figure, Section } from "../../report/section.js";
import { type Dot, dotsSpec, dotsText } from "../../report/study/dots.js";
import { type CostedError, frontSpec, frontText } from "../../report/study/front.js";
import { formatNumber, joinWords, plural } from "../../report/text.js";
import { percent } from "../markdown.js";
import { splitTables } from "../parts-text.js";
import { isSubset, type SelectResults, type SubsetResult } from "../select-results.js";
import {
  joinedSubset,
  selectFinal,
  selectOwnRows,
  selectSubsets,
  selectTitle,
  selectVerdict,
  selectWeights,
} from "../select-text.js";
import type { FinishedRun, StudyPage } from "../study.js";
import { errorHeading } from "../summarise.js";
import { blockSection, readingOf, tablesOf } from "./block-html.js";
import { configSection, trainingsSection, warningsSection } from "./page.js";

/** The page of a selection. */
export async function selectPage(
  config: Config,
  results: SelectResults,
  finished: readonly FinishedRun[],
): Promise<StudyPage> {
  const { subsets, targets } = results;
  return {
    title: selectTitle(config.name),
    subtitle:
      `Prediction of ${joinWords(targets)} from subsets of ${joinWords(subsets[0].modalities)}; ` +
      plural(finished.length, "training"),
    sections: [
      await verdictSection(results),
      await subsetsSection(results),
      ...(results.ownRows === null
        ? []
        : [blockSection("own-rows", "What further rows bring", selectOwnRows(results))]),
      blockSection("weights", "What fusion weights would have suggested", selectWeights(results)),
      blockSection("parts", "The rows that all of them use", splitTables(results)),
      await trainingsSection(finished),
      warningsSection(results.warnings),
      configSection(config),
    ],
  };
}

/** What is kept, and the front of cost and error. */
async function verdictSection(results: SelectResults): Promise<Section> {
  const { subsets, decideOn } = results;
  const points = subsets.map((subset) => costed(results, subset));
  const titles = {
    cost: subsets[0].cost === null ? "modalities" : "cost",
    error: errorHeading(results, decideOn),
  };
  const figure = await drawFigure("front", frontText(points, titles, formatNumber), figureWidth.full, (width) =>
    frontSpec(points, titles, width),
  );
  return blockSection("verdict", "Which modalities to keep", [...selectVerdict(results), ...selectFinal(results)], {
    figures: [figure],
    legend: html`A dot per subset, on the ${decideOn} rows, which decide; lines up and down: 95 % intervals of its error. The line joins the Pareto front: no
      other subset of at most that ${subsets[0].cost === null ? "size" : "cost"} errs less. Orange: the subset that is kept. All subsets have
      the same rows, so that their errors go up and down together: whether one errs more than all modalities is read off
      the changes below.`,
  });
}

function costed(results: SelectResults, subset: SubsetResult): CostedError {
  const { value, low, high } = subset.decision.error;
  return {
    label: nameOf(results, subset),
    cost: subset.cost ?? subset.modalities.length,
    ...{ error: value, low, high, onFront: subset.onFront },
    chosen: isSubset(subset.modalities, results.chosen),
  };
}

function nameOf({ subsets }: SelectResults, { modalities }: SubsetResult): string {
  return joinedSubset(modalities, subsets[0].modalities);
}

/** Changes and test errors of the subsets. */
async function subsetsSection(results: SelectResults): Promise<Section> {
  const blocks = selectSubsets(results);
  const order = [...results.subsets].sort((a, b) => a.test.error.value - b.test.error.value);
  const drawn = foremost(order, (subset) => -subset.test.error.value);
  const text = readingOf(blocks);
  return {
    id: "subsets",
    title: "What every subset costs in accuracy",
    reading: [],
    figures: [await errorFigure(results, drawn.shown), ...(await changeFigure(results, drawn.shown))],
    legend: html`${text.map((line) => [line, " "])}${cutNote(drawn, "the least test error")}`,
    body: tablesOf(blocks),
  };
}

function errorFigure(results: SelectResults, shown: readonly SubsetResult[]): Promise<Figure> {
  const title = errorHeading(results, "test");
  const dots = shown.map((subset): Dot => {
    const { value, low, high } = subset.test.error;
    return { ...lineOf(results, subset), value, low, high, note: formatNumber(value) };
  });
  return drawFigure("errors", dotsText(dots, title), figureWidth.half, (width) => dotsSpec(dots, { title, width }));
}

async function changeFigure(results: SelectResults, shown: readonly SubsetResult[]): Promise<Figure[]> {
  const [full] = results.subsets;
  const dots = shown.flatMap((subset): Dot[] => {
    if (subset === full) return [];
    const { difference } = subset.decision;
    const [value, low, high] = [difference.value, difference.low, difference.high].map((share) => 100 * share);
    return [{ ...lineOf(results, subset), value, low, high, note: percent(difference.value) }];
  });
  if (dots.length === 0) return [];
  const title = `change of the ${results.decideOn} error, %`;
  return [
    await drawFigure("changes", dotsText(dots, title), figureWidth.half, (width) =>
      dotsSpec(dots, { title, width, reference: 0 }),
    ),
  ];
}

function lineOf(results: SelectResults, subset: SubsetResult): Pick<Dot, "label" | "colour"> {
  const [full] = results.subsets;
  const kept = isSubset(subset.modalities, results.chosen);
  return {
    label: nameOf(results, subset),
    colour: kept ? modalityColour(1) : subset === full ? colour("ink") : modalityColour(0),
  };
}
