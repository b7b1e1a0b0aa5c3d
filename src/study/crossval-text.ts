import { baselineLabel } from "../models/baselines/nearest-in-time.js";
import { said } from "../report/sentence.js";
import { reportOf } from "../report/tasks/task-reports.js";
import { unitAfter, withUnit } from "../report/with-unit.js";
import { shown } from "../shown.js";
import type { ShownMetric } from "../tasks/measured-task.js";
import type { CrossvalFound, TargetFound } from "./crossval-results.js";
import { type DifferenceFacts, differenceSentences, foldWeightsSentences } from "./crossval-sentences.js";
import { type InformationFacts, informationSentences } from "./information-sentences.js";
import { digits, fixed, markdownTable } from "./markdown.js";
import { partsMarkdown, warningsText } from "./parts-text.js";
import type { MeanSd } from "./results-schemas.js";
import { atomRows, infiniteLegend } from "./summarise.js";

/** The findings of a cross-validation as Markdown: errors beside the baselines, differences, atoms over the folds. */
export function crossvalText(name: string, results: CrossvalFound): string {
  const { task, folds, repeats, outerGroup, rows, runs } = results;
  const { headline, shown: columns } = task.metrics;
  const times = repeats > 1 ? `, ${repeats} times` : "";
  const whole = outerGroup === null ? "" : `; rows of one "${shown(outerGroup)}" are tested together`;
  return `${[
    `# ${shown(name)}: ${folds}-fold cross-validation${times}`,
    `${rows} rows, ${runs.length} trainings${whole}. Mean over the test folds ± standard deviation over them.`,
    ...warningsText(results.warnings),
    ...Object.entries(results.targets).flatMap(([target, found]) => [
      errorTable(withUnit(results, target), columns, found),
      errorText({ error: headline.name, target: shown(target), unit: shown(unitAfter(results, target)) }, found),
    ]),
    ...said(informationSentences, informationFacts(results)),
    markdownTable([
      ["", "mean", "sd over folds"],
      ...atomRows(results.pid).map(([label, value]) => [label, fixed(value?.mean), fixed(value?.sd)]),
    ]),
    ...infiniteLegend(atomRows(results.pid).map(([, value]) => value)),
    ...Object.entries(results.targets).flatMap(([target, { tested }]) =>
      reportOf(task).together({ target, outerGroup, found: tested }),
    ),
    said(foldWeightsSentences, results).join(""),
    ...foldTables(results),
  ].join("\n\n")}\n`;
}

/** What test folds and validation parts hold, those of the first repeat. */
function foldTables({ runs, repeats }: CrossvalFound): string[] {
  const first = runs.filter(({ repeat }) => repeat === 1);
  const table = (part: "test" | "validation") =>
    first.flatMap(({ fold, parts: { parts } }) => {
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

function errorTable(heading: string, columns: readonly ShownMetric[], { models }: TargetFound): string {
  const cell = (value: MeanSd | null | undefined, places?: number) => {
    if (value === null || value === undefined) return "-";
    const text = (part: number | null) => (places === undefined ? digits(part) : fixed(part, places));
    return `${text(value.mean)} ± ${places === undefined ? digits(value.sd, 2) : fixed(value.sd, places)}`;
  };
  return markdownTable([
    [heading, ...columns.map(({ name }) => name)],
    ...Object.entries(models).map(([model, metrics]) => [
      baselineLabel(model),
      ...columns.map(({ key, isError }) => (isError ? cell(metrics[key]) : cell(metrics[key], 3))),
    ]),
  ]);
}

/** An error and its paired differences with corrected intervals, as a list. */
function errorText(
  named: Pick<DifferenceFacts, "error" | "target" | "unit">,
  { differences: intervals, error }: TargetFound,
): string {
  const level = `${100 * error.level} %`;
  const differences = Object.entries(intervals).map(([model, interval]) =>
    said(differenceSentences, { ...interval, ...named, model: shown(model), level }).join(""),
  );
  return [
    `- ${named.error} of ${named.target}, pidreg: ${digits(error.value)}${named.unit} (${level}: ${digits(error.low)} to ${digits(error.high)})`,
    ...differences.map((text) => `- ${text}`),
    "",
    "Intervals are corrected for the overlap of the training parts (Nadeau & Bengio 2003).",
  ].join("\n");
}

function informationFacts({ targets, atomsFrom, outerGroup, runs }: CrossvalFound): InformationFacts {
  const rows = (of: (run: CrossvalFound["runs"][number]) => number | undefined) =>
    runs.reduce((sum, run) => sum + (of(run) ?? 0), 0);
  const outer =
    outerGroup === null
      ? null
      : {
          column: outerGroup,
          rows: rows(({ parts: { parts } }) => parts.validation?.rows),
          ofTrainedGroups: rows(({ parts }) => parts.validationOfTrainedGroups),
        };
  return { targets: Object.keys(targets), atomsFrom, outer };
}
