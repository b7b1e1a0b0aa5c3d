import type { Config } from "../../config/schema.js";
import { html } from "../../report/html.js";
import { colour, modalityColour } from "../../report/palette.js";
import { joinWords, plural } from "../../report/text.js";
import type { NestedResults } from "../nested-results.js";
import { nestedChoices, nestedErrors, nestedFolds, nestedTitle, nestedVerdict } from "../nested-text.js";
import type { FinishedRun, StudyPage } from "../study.js";
import { errorHeading } from "../summarise.js";
import { blockSection } from "./block-html.js";
import { type OuterLine, outerFigures } from "./outer-figures.js";
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
          figures: await outerFigures(linesOf(results), errorHeading(results, "test")),
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

function linesOf({ error, runs }: NestedResults): OuterLine[] {
  return lines.map(([label, key]) => ({
    ...{ label, colour: lineColour(key), error: error[key] },
    values: runs.map(({ test }) => test[key]),
  }));
}
