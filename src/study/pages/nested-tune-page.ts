import type { Config } from "../../config/schema.js";
import { html } from "../../report/html.js";
import { colour, modalityColour } from "../../report/palette.js";
import { joinWords, plural } from "../../report/text.js";
import type { FinishedRun, StudyPage } from "../study.js";
import { errorHeading } from "../summarise.js";
import type { NestedTuneResults } from "../tune/nested-tune-results.js";
import {
  nestedTuneChoices,
  nestedTuneErrors,
  nestedTuneFolds,
  nestedTuneTitle,
  nestedTuneVerdict,
} from "../tune/nested-tune-text.js";
import { blockSection } from "./block-html.js";
import { type OuterLine, outerFigures } from "./outer-figures.js";
import { configSection, trainingsSection, warningsSection } from "./page.js";

/** The page of a cross-validation that tunes inside every fold. @param outer its trainings on the outer folds */
export async function nestedTunePage(
  config: Config,
  results: NestedTuneResults,
  outer: readonly FinishedRun[],
): Promise<StudyPage> {
  return {
    title: nestedTuneTitle(config.name, results),
    subtitle: `Prediction of ${joinWords(results.targets)}; ${plural(results.asked.trials, "trial")} in each of ${results.runs.length} outer folds`,
    sections: [
      blockSection("verdict", "What tuning comes to", [...nestedTuneVerdict(results), ...nestedTuneErrors(results)], {
        figures: await outerFigures(linesOf(results), errorHeading(results, "test")),
        legend: html`Errors on the outer test folds, which chose nothing: dots at the left are means with 95 % intervals over the folds, at the right
          one per fold. Both are tested on the same rows of a fold: whether they differ is read off the change.`,
      }),
      blockSection("choices", "What was chosen", nestedTuneChoices(results)),
      blockSection("folds", "What every fold chose, and what it holds", nestedTuneFolds(results)),
      await trainingsSection(outer),
      warningsSection(results.warnings),
      configSection(config),
    ],
  };
}

const lines = [
  ["as it is", "config"],
  ["what each fold chose", "tuned"],
] as const;

function lineColour(key: (typeof lines)[number][1]): string {
  return key === "config" ? colour("ink") : modalityColour(1);
}

function linesOf({ error, runs }: NestedTuneResults): OuterLine[] {
  return lines.map(([label, key]) => ({
    ...{ label, colour: lineColour(key), error: error[key] },
    values: runs.map(({ test }) => test[key]),
  }));
}
