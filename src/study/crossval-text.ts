import { baselineLabel } from "../models/baselines/nearest-in-time.js";
import { said } from "../report/sentence.js";
import { unitAfter, withUnit } from "../report/with-unit.js";
import { shown } from "../shown.js";
import type { CrossvalResults, TargetResults } from "./crossval-results.js";
import { differenceSentences, foldWeightsSentences } from "./crossval-sentences.js";
import { type InformationFacts, informationSentences, testedSentences } from "./information-sentences.js";
import { digits, fixed, markdownTable } from "./markdown.js";
import { partsMarkdown, warningsText } from "./parts-text.js";
import { atomRows, infiniteLegend, type MeanSd } from "./summarise.js";

/** The findings of a cross-validation as Markdown: errors beside the baselines, differences, atoms over the folds. */
export function crossvalText(name: string, results: CrossvalResults): string {
  const { folds, repeats, outerGroup, rows, runs } = results;
  const times = repeats > 1 ? `, ${repeats} times` : "";
  const whole = outerGroup === null ? "" : `; rows of one "${shown(outerGroup)}" are tested together`;
  return `${[
    `# ${shown(name)}: ${folds}-fold cross-validation${times}`,
    `${rows} rows, ${runs.length} trainings${whole}. Mean over the test folds ± standard deviation over them.`,
    ...warningsText(results.warnings),
    ...Object.entries(results.targets).flatMap(([target, found]) => [
      errorTable(withUnit(results, target), found),
      errorText(shown(target), shown(unitAfter(results, target)), found),
    ]),
    ...said(informationSentences, informationFacts(results)),
    markdownTable([
      ["", "mean", "sd over folds"],
      ...atomRows(results.pid).map(([label, value]) => [label, fixed(value?.mean), fixed(value?.sd)]),
    ]),
    ...infiniteLegend(atomRows(results.pid).map(([, value]) => value)),
    ...Object.entries(results.targets).flatMap(([target, { tested }]) =>
      said(testedSentences, { target, outerGroup, ...tested }),
    ),
    said(foldWeightsSentences, results).join(""),
    ...foldTables(results),
  ].join("\n\n")}\n`;
}

/** What test folds and validation parts hold, those of the first repeat. */
function foldTables({ runs, repeats }: CrossvalResults): string[] {
  const first = runs.filter(({ repeat }) => repeat === 1);
  const table = (part: "test" | "validation") =>
    first.flatMap(({ fold, parts }) => {
      const summary = parts[part];
      return summary === undefined ? [] : [{ name: `${fold}`, part: summary }];
    });
  const which = repeats > 1 ? " (first repeat; results.json has all)" : "";
  return [
    `What each fold holds${which}:`,
    partsMarkdown("test fold", table("test")),
    partsMarkdown("validation part", table("validation")),
  ];
}

function errorTable(heading: string, { models }: TargetResults): string {
  const cell = (value: MeanSd | null, places?: number) => {
    if (value === null) return "-";
    const text = (part: number | null) => (places === undefined ? digits(part) : fixed(part, places));
    return `${text(value.mean)} ± ${places === undefined ? digits(value.sd, 2) : fixed(value.sd, places)}`;
  };
  return markdownTable([
    [heading, "MAE", "RMSE", "R2", "Pearson"],
    ...Object.entries(models).map(([model, { mae, rmse, r2, pearson }]) => [
      baselineLabel(model),
      cell(mae),
      cell(rmse),
      cell(r2, 3),
      cell(pearson, 3),
    ]),
  ]);
}

/** RMSE and its paired differences with corrected intervals, as a list. */
function errorText(target: string, unit: string, { rmseDifference, rmse }: TargetResults): string {
  const level = `${100 * rmse.level} %`;
  const differences = Object.entries(rmseDifference).map(([model, interval]) =>
    said(differenceSentences, { ...interval, target, unit, model: shown(model), level }).join(""),
  );
  return [
    `- RMSE of ${target}, pidreg: ${digits(rmse.value)}${unit} (${level}: ${digits(rmse.low)} to ${digits(rmse.high)})`,
    ...differences.map((text) => `- ${text}`),
    "",
    "Intervals are corrected for the overlap of the training parts (Nadeau & Bengio 2003).",
  ].join("\n");
}

function informationFacts({ targets, atomsFrom, outerGroup, runs }: CrossvalResults): InformationFacts {
  const rows = (of: (run: CrossvalResults["runs"][number]) => number | undefined) =>
    runs.reduce((sum, run) => sum + (of(run) ?? 0), 0);
  const outer =
    outerGroup === null
      ? null
      : {
          column: outerGroup,
          rows: rows(({ parts }) => parts.validation?.rows),
          ofTrainedGroups: rows(({ validationOfTrainedGroups }) => validationOfTrainedGroups),
        };
  return { targets: Object.keys(targets), atomsFrom, outer };
}
