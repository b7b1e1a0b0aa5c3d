import type { Config } from "../../config/schema.js";
import { drawFigure, figureWidth } from "../../report/draw-figure.js";
import { html } from "../../report/html.js";
import { colour, modalityColour } from "../../report/palette.js";
import { type Dot, dotsSpec, dotsText } from "../../report/study/dots.js";
import { type Strip, stripsSpec, stripsText } from "../../report/study/strips.js";
import { formatNumber, joinWords, plural } from "../../report/text.js";
import type { NestedResults } from "../nested-results.js";
import { nestedChoices, nestedErrors, nestedFolds, nestedTitle, nestedVerdict } from "../nested-text.js";
import type { FinishedRun, StudyPage } from "../study.js";
import { errorHeading } from "../summarise.js";
import { blockSection } from "./block-html.js";
import { configSection, trainingsSection, warningsSection } from "./page.js";

/** The page of a nested selection. */
export async function nestedPage(
  config: Config,
  results: NestedResults,
  finished: readonly FinishedRun[],
): Promise<StudyPage> {
  const names = results.modalities.map(({ modality }) => modality);
  return {
    title: nestedTitle(config.name, results),
    subtitle: `Prediction of ${joinWords(results.targets)} from subsets of ${joinWords(names)}; ${plural(finished.length, "training")}`,
    sections: [
      blockSection(
        "verdict",
        "What choosing modalities comes to",
        [...nestedVerdict(results), ...nestedErrors(results)],
        {
          figures: [await errorFigure(results), await foldFigure(results)],
          legend: html`Errors on the outer test folds, which decided nothing: dots at the left are means with 95 % intervals over the folds, at
          the right one per fold. All are tested on the same rows of a fold: whether they differ is read off the change.`,
        },
      ),
      blockSection("choices", "How often each modality is chosen", nestedChoices(results)),
      blockSection("folds", "What every fold chose, and what it holds", nestedFolds(results)),
      await trainingsSection(finished),
      warningsSection(results.warnings),
      configSection(config),
    ],
  };
}

const lines = [
  ["all modalities", "full"],
  ["what each fold chose", "chosen"],
  ["none", "none"],
] as const;

function lineColour(key: (typeof lines)[number][1]): string {
  return key === "full" ? colour("ink") : modalityColour(key === "chosen" ? 1 : 0);
}

function errorFigure(results: NestedResults) {
  const title = errorHeading(results, "test");
  const dots = lines.map(([label, key]): Dot => {
    const { value, low, high } = results.error[key];
    return { label, colour: lineColour(key), value, low, high, note: formatNumber(value) };
  });
  return drawFigure("errors", dotsText(dots, title), figureWidth.half, (width) => dotsSpec(dots, { title, width }));
}

function foldFigure(results: NestedResults) {
  const title = `${errorHeading(results, "test")}, fold by fold`;
  const strips = lines.map(([label, key]): Strip => {
    const { value } = results.error[key];
    const values = results.runs.map(({ test }) => test[key]);
    return { label, colour: lineColour(key), values, mean: value, note: formatNumber(value) };
  });
  return drawFigure("folds", stripsText(strips, title), figureWidth.half, (width) =>
    stripsSpec(strips, { title, width, zero: false }),
  );
}
