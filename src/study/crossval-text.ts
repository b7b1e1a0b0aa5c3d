import { baselineLabel } from "../models/baselines/nearest-in-time.js";
import { hasDigits } from "../report/metric-cells.js";
import { said } from "../report/sentence.js";
import { reportOf } from "../report/tasks/task-reports.js";
import { unitAfter, withUnit } from "../report/with-unit.js";
import { shown } from "../shown.js";
import type { ShownMetric } from "../tasks/measured-task.js";
import type { CrossvalFound, TargetFound } from "./crossval-results.js";
import { type DifferenceFacts, differenceSentences, foldWeightsSentences } from "./crossval-sentences.js";
import { type InformationFacts, informationSentences } from "./information-sentences.js";
import { digits, fixed } from "./markdown.js";
import { partsTable, warningBlocks } from "./parts-text.js";
import type { MeanSd } from "./results-schemas.js";
import { atomRows, infiniteLegend } from "./summarise.js";
import { heading, paragraph, paragraphs, type TextBlock, table } from "./text-blocks.js";

/** The findings of a cross-validation: errors beside the baselines, differences, atoms over the folds. */
export function crossvalText(name: string, results: CrossvalFound): TextBlock[] {
  return [
    heading(crossvalTitle(shown(name), results)),
    ...crossvalRows(results),
    ...warningBlocks(results.warnings),
    ...Object.keys(results.targets).flatMap((target) => crossvalErrors(results, target)),
    ...crossvalInformation(results),
    ...crossvalTogether(results),
    ...paragraph(said(foldWeightsSentences, results).join("")),
    ...foldTables(results),
  ];
}

/** @param name of the config */
export function crossvalTitle(name: string, { folds, repeats }: Pick<CrossvalFound, "folds" | "repeats">): string {
  return `${name}: ${folds}-fold cross-validation${repeats > 1 ? `, ${repeats} times` : ""}`;
}

/** What was tested. */
export function crossvalRows({ outerGroup, rows, runs, setAside }: CrossvalFound): TextBlock[] {
  const whole = outerGroup === null ? "" : `; rows of one "${shown(outerGroup)}" are tested together`;
  return paragraph(
    `${rows} rows, ${runs.length} trainings${whole}. Mean over the test folds ± standard deviation over them.` +
      (setAside === 0 ? "" : ` ${setAsideMessage(setAside)}.`),
  );
}

/** What is said of rows that the config's split keeps from training. */
export function setAsideMessage(rows: number): string {
  return `${rows} ${rows === 1 ? "row that data.split sets aside is" : "rows that data.split sets aside are"} in no fold`;
}

/** Errors of one target beside those of the baselines, and their differences. */
export function crossvalErrors(results: CrossvalFound, target: string): TextBlock[] {
  const { headline, shown: columns } = results.task.metrics;
  const found = results.targets[target];
  return [
    errorTable(withUnit(results, target), columns, found),
    ...errorBlocks({ error: headline.name, target: shown(target), unit: shown(unitAfter(results, target)) }, found),
  ];
}

/** Atoms over the folds. */
export function crossvalInformation(results: CrossvalFound): TextBlock[] {
  const rows = atomRows(results.pid);
  return [
    ...paragraphs(said(informationSentences, informationFacts(results))),
    table([
      ["", "mean", "sd over folds"],
      ...rows.map(([label, value]) => [label, fixed(value?.mean), fixed(value?.sd)]),
    ]),
    ...paragraphs(infiniteLegend(rows.map(([, value]) => value))),
  ];
}

/** What all tested rows together tell. */
export function crossvalTogether({ task, outerGroup, targets }: CrossvalFound): TextBlock[] {
  return Object.entries(targets).flatMap(([target, { tested }]) =>
    paragraphs(reportOf(task).together({ target, outerGroup, found: tested })),
  );
}

/** What test folds and validation parts hold, those of the first repeat. */
export function foldTables({ runs, repeats }: CrossvalFound): TextBlock[] {
  const first = runs.filter(({ repeat }) => repeat === 1);
  const folds = (part: "test" | "validation") =>
    first.flatMap(({ fold, parts: { parts } }) => {
      const summary = parts[part];
      return summary === undefined ? [] : [{ name: `${fold}`, part: summary }];
    });
  const which = repeats > 1 ? " (first repeat; results.json has all)" : "";
  return [
    ...paragraph(`What each fold holds${which}:`),
    partsTable("test fold", folds("test")),
    partsTable("validation part", folds("validation")),
  ];
}

/** A standard deviation below this share of the mean is rounding. */
const rounding = 1e-12;

function errorTable(title: string, columns: readonly ShownMetric[], { models }: TargetFound): TextBlock {
  const cell = (value: MeanSd | null | undefined, places?: number) => {
    if (value === null || value === undefined) return "-";
    const text = (part: number | null) => (places === undefined ? digits(part) : fixed(part, places));
    // Folds of one value differ by rounding at most.
    const same = value.sd !== null && value.sd <= rounding * Math.abs(value.mean ?? 0);
    return `${text(value.mean)} ± ${same ? "0" : places === undefined ? digits(value.sd, 2) : fixed(value.sd, places)}`;
  };
  return table([
    [title, ...columns.map(({ name }) => name)],
    ...Object.entries(models).map(([model, metrics]) => [
      baselineLabel(model),
      ...columns.map((metric) => (hasDigits(metric) ? cell(metrics[metric.key]) : cell(metrics[metric.key], 3))),
    ]),
  ]);
}

/** An error and its paired differences with corrected intervals. */
function errorBlocks(
  named: Pick<DifferenceFacts, "error" | "target" | "unit">,
  { differences: intervals, error }: TargetFound,
): TextBlock[] {
  const level = `${100 * error.level} %`;
  const differences = Object.entries(intervals).map(([model, interval]) =>
    said(differenceSentences, { ...interval, ...named, model: shown(model), level }).join(""),
  );
  const own =
    `${named.error} of ${named.target}, pidreg: ${digits(error.value)}${named.unit} ` +
    `(${level}: ${digits(error.low)} to ${digits(error.high)})`;
  return [
    { kind: "list", items: [own, ...differences] },
    ...paragraph("Intervals are corrected for the overlap of the training parts (Nadeau & Bengio 2003)."),
  ];
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
