import type { Config } from "../../config/schema.js";
import { headlineOf } from "../../evaluation/headline.js";
import { correctedResampledInterval } from "../../evaluation/paired.js";
import { baselineLabel } from "../../models/baselines/nearest-in-time.js";
import { drawnBits } from "../../report/bits-text.js";
import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import { cutNote, foremost, mostShown } from "../../report/foremost.js";
import { html } from "../../report/html.js";
import { colour, modalityColour } from "../../report/palette.js";
import type { Figure, Section } from "../../report/section.js";
import { said } from "../../report/sentence.js";
import { type Dot, dotsSpec, dotsText } from "../../report/study/dots.js";
import { type Strip, stripsSpec, stripsText } from "../../report/study/strips.js";
import { formatBits, formatNumber, joinWords, plural } from "../../report/text.js";
import { withUnit } from "../../report/with-unit.js";
import type { ArmFound, ArmInStudy } from "../crossval/arm.js";
import { foldErrors, measureBlocks, siteErrors } from "../crossval/measure-tables.js";
import type { CrossvalFound } from "../crossval-results.js";
import { foldWeightsSentences } from "../crossval-sentences.js";
import {
  crossvalErrors,
  crossvalInformation,
  crossvalRows,
  crossvalTitle,
  crossvalTogether,
  foldTables,
} from "../crossval-text.js";
import type { FinishedRun, StudyPage } from "../study.js";
import { atomRows, atomsOverRuns } from "../summarise.js";
import { paragraph, type TextBlock } from "../text-blocks.js";
import { blockSection, bodyOf, readingOf, tablesOf } from "./block-html.js";
import { comparedSection } from "./compared-section.js";
import { extraSections } from "./extra-sections.js";
import { configSection, trainingsSection, warningsSection } from "./page.js";

/** The page of a cross-validation. @param configs the first with those beside it @param finished the folds, as they were trained */
export async function crossvalPage(
  configs: readonly Config[],
  found: CrossvalFound,
  finished: readonly FinishedRun[],
): Promise<StudyPage> {
  const { compared, outerGroup, repeats } = found;
  const targets = Object.keys(found.targets);
  const modalities = Object.keys(found.pid.atoms.unique);
  const arms: PageArm[] =
    compared === undefined
      ? [{ ...found, letter: null }]
      : compared.arms.map((arm) => ({ ...arm.found, letter: arm.letter, outerGroup, repeats }));
  const sections = await Promise.all(arms.map((arm) => sectionsOf(arm, crossvalRows(found))));
  return {
    title: crossvalTitle(configs[0].name, found),
    subtitle: `Prediction of ${joinWords(targets)} from ${joinWords(modalities)}; ${plural(finished.length, "training")}`,
    sections: [
      ...(compared === undefined ? [] : [await comparedSection(compared, crossvalRows(found))]),
      ...(await extraSections(found)),
      ...sections.flat(),
      foldsSection(found),
      await trainingsSection(finished),
      warningsSection([
        ...new Set([found, ...(compared?.arms ?? []).map((arm) => arm.found)].flatMap(({ warnings }) => warnings)),
      ]),
      ...configs.map((config, i) =>
        configSection(config, configs.length === 1 ? undefined : (arms[i].letter ?? undefined)),
      ),
    ],
  };
}

/** One config of the page; null where there are no others. */
type PageArm = ArmInStudy & { readonly letter: string | null };

/** An id of a section or figure of one config. */
function idOf({ letter }: PageArm, id: string): string {
  return letter === null ? id : `${id}-${letter.toLowerCase()}`;
}

function titleOf({ letter }: PageArm, title: string): string {
  return letter === null ? title : `${letter}: ${title}`;
}

async function sectionsOf(arm: PageArm, rows: readonly TextBlock[]): Promise<Section[]> {
  return [await errorsSection(arm, rows), measuresSection(arm), await atomsSection(arm)];
}

async function errorsSection(found: PageArm, rows: readonly TextBlock[]): Promise<Section> {
  const targets = Object.keys(found.targets);
  const blocks = targets.flatMap((target) => crossvalErrors(found, target));
  const figures = await Promise.all(targets.map((target, t) => errorFigures(found, target, t)));
  return {
    ...blockSection(idOf(found, "errors"), titleOf(found, "How well it predicts"), [
      ...(found.letter === null ? rows : []),
      ...blocks,
    ]),
    figures: figures.flat(),
    legend: html`Dots: mean over the test folds; lines: 95 % intervals, corrected for the overlap of the training parts (Nadeau and
      Bengio 2003). Models tested the same rows of each fold: whether they differ is read off the differences, not off the errors.`,
    body: tablesOf(blocks),
  };
}

/** Every metric with its interval, calibration and coverage; fold by fold, and by site. */
function measuresSection(found: PageArm): Section {
  const measures = Object.keys(found.targets).flatMap((target) => measureBlocks(found, target));
  return {
    id: idOf(found, "measures"),
    title: titleOf(found, "Every metric, calibration, folds and sites"),
    reading: [],
    figures: [],
    body: bodyOf([...measures, ...foldErrors(found), ...siteErrors(found)]),
  };
}

/** Errors of all models, and those of pidreg minus those of the baselines. */
async function errorFigures(found: PageArm, target: string, t: number): Promise<Figure[]> {
  const { headline } = found.task.metrics;
  const { differences } = found.targets[target];
  const unit = withUnit(found, target);
  const shown = foremost(Object.keys(differences), () => 0).shown;
  const differ = shown.map((name, i): Dot => {
    const { value, low, high } = differences[name];
    return { label: baselineLabel(name), colour: modalityColour(i + 1), value, low, high, note: formatNumber(value) };
  });
  const errors = ["pidreg", ...shown].map((name, i) => errorDot(found, target, name, i));
  const drawn = (id: string, dots: readonly Dot[], title: string, reference?: number) =>
    drawFigure(idOf(found, `${id}-${t + 1}`), dotsText(dots, title), figureWidth.half, (width) =>
      dotsSpec(dots, { title, width, ...(reference === undefined ? {} : { reference }) }),
    );
  return [
    await drawn("errors", errors, `${headline.name} of ${unit}`),
    ...(differ.length === 0
      ? []
      : [await drawn("differences", differ, `pidreg minus ..: ${headline.name} of ${unit}`, 0)]),
  ];
}

function errorDot(found: PageArm, target: string, name: string, index: number): Dot {
  const { headline } = found.task.metrics;
  const label = name === "pidreg" ? name : baselineLabel(name);
  const { value, low, high } =
    name === "pidreg"
      ? found.targets[target].error
      : correctedResampledInterval(
          found.runs.map(({ files }) => headlineOf(files.metrics.baselines[name].test.perTarget[target], headline)),
          found.testToTrain,
        );
  return { label, colour: modalityColour(index), value, low: Math.max(0, low), high, note: formatNumber(value) };
}

/** Atoms of every fold. */
async function atomsSection(found: PageArm): Promise<Section> {
  const all = strips(found);
  const drawn = foremost(all, ({ mean }) => mean, mostShown + 4);
  const title = `information about ${joinWords(Object.keys(found.targets))} (bits)`;
  const figure = await drawFigure(idOf(found, "atoms"), stripsText(drawn.shown, title), figureWidth.full, (width) =>
    stripsSpec(drawn.shown, { title, width, zero: true }),
  );
  const weights = paragraph(said(foldWeightsSentences, found).join(""));
  const blocks = [...crossvalInformation(found), ...crossvalTogether(found), ...weights];
  return blockSection(idOf(found, "atoms"), titleOf(found, "What each modality contributes, fold by fold"), blocks, {
    figures: [figure],
    legend: html`A dot per training, a bar at their mean; at the right mean ± standard deviation over the trainings. Folds share most of their
      training rows, so the spread says how steady the amounts are, not how sure: the intervals of a single training are in its
      report. ${cutNote(drawn, "the most bits")}`,
  });
}

function strips({ pid, runs }: ArmFound): Strip[] {
  const perRun = runs.map(({ files }) => new Map(atomRows(atomsOverRuns([files]))));
  const names = Object.keys(pid.atoms.unique);
  return atomRows(pid).map(([label, value]) => ({
    label,
    colour: stripColour(label, names),
    values: perRun.map((atoms) => drawnBits(atoms.get(label)?.mean ?? null)),
    mean: drawnBits(value?.mean ?? null),
    note: value === null ? "infinite" : `${formatBits(value.mean)} ± ${formatBits(value.sd ?? 0)}`,
  }));
}

function stripColour(label: string, names: readonly string[]): string {
  const at = names.findIndex((name) => label === `unique to ${name}` || label === `${name} alone`);
  if (at >= 0) return modalityColour(at);
  const own = {
    redundant: "redundancy",
    "in two or more": "redundancy",
    synergistic: "synergy",
    "shared by some": "partial",
  } as const;
  return colour(own[label as keyof typeof own] ?? "ink");
}

function foldsSection(found: CrossvalFound): Section {
  const [first, ...tables] = foldTables(found);
  return {
    id: "folds",
    title: "What each fold holds",
    reading: found.repeats > 1 ? readingOf([first]) : [],
    figures: [],
    body: bodyOf(tables),
  };
}
