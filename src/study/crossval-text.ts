import { baselineLabel } from "../models/baselines/nearest-in-time.js";
import { hasDigits } from "../report/metric-cells.js";
import { said } from "../report/sentence.js";
import { reportOf } from "../report/tasks/task-reports.js";
import { plural } from "../report/text.js";
import { unitAfter, withUnit } from "../report/with-unit.js";
import { shown } from "../shown.js";
import type { ShownMetric } from "../tasks/measured-task.js";
import type { ArmFound, ArmInStudy } from "./crossval/arm.js";
import { comparedBlocks } from "./crossval/compared-text.js";
import { curveBlocks } from "./crossval/learning-curve.js";
import { foldErrors, measureBlocks, siteErrors } from "./crossval/measure-tables.js";
import { permutationBlocks } from "./crossval/permutations.js";
import type { TargetFound } from "./crossval/target-found.js";
import type { CrossvalFound } from "./crossval-results.js";
import { type DifferenceFacts, differenceSentences, foldWeightsSentences } from "./crossval-sentences.js";
import { type InformationFacts, informationSentences } from "./information-sentences.js";
import { digits, fixed } from "./markdown.js";
import { partsTable, warningBlocks } from "./parts-text.js";
import type { MeanSd } from "./results-schemas.js";
import { atomRows, infiniteLegend } from "./summarise.js";
import { heading, paragraph, paragraphs, type TextBlock, table } from "./text-blocks.js";

/** The findings of a cross-validation: errors beside the baselines, differences, atoms over the folds. */
export function crossvalText(name: string, results: CrossvalFound): TextBlock[] {
  const { compared, outerGroup, repeats } = results;
  return [
    heading(crossvalTitle(shown(name), results)),
    ...crossvalRows(results),
    ...warningBlocks(results.warnings),
    ...extraBlocks(results),
    ...(compared === undefined
      ? armBlocks(results)
      : [
          ...comparedBlocks(compared),
          ...compared.arms.flatMap(({ letter, label, found }, i) => [
            heading(`${letter}: ${shown(label)}`),
            ...(i === 0 ? [] : warningBlocks(found.warnings)),
            ...armBlocks({ ...found, outerGroup, repeats }),
          ]),
        ]),
    ...foldTables(results),
  ];
}

/** Learning curve and permutation test. */
export function extraBlocks(found: CrossvalFound): TextBlock[] {
  return [
    ...(found.permutation === undefined ? [] : permutationBlocks(found, found.permutation)),
    ...(found.curve === undefined ? [] : curveBlocks(found, found.curve)),
  ];
}

/** What one config found. */
function armBlocks(arm: ArmInStudy): TextBlock[] {
  return [
    ...Object.keys(arm.targets).flatMap((target) => [...crossvalErrors(arm, target), ...measureBlocks(arm, target)]),
    ...foldErrors(arm),
    ...siteErrors(arm),
    ...crossvalInformation(arm),
    ...crossvalTogether(arm),
    ...paragraph(said(foldWeightsSentences, arm).join("")),
  ];
}

/** @param name of the first config */
export function crossvalTitle(
  name: string,
  { folds, repeats, compared }: Pick<CrossvalFound, "folds" | "repeats" | "compared">,
): string {
  const others = compared?.arms.length ?? 1;
  const named = others === 1 ? name : `${name} and ${plural(others - 1, "other config")}`;
  return `${named}: ${folds}-fold cross-validation${repeats > 1 ? `, ${repeats} times` : ""}`;
}

/** What was tested. */
export function crossvalRows({ outerGroup, rows, runs, setAside, compared }: CrossvalFound): TextBlock[] {
  const whole = outerGroup === null ? "" : `; rows of one "${shown(outerGroup)}" are tested together`;
  return paragraph(
    `${rows} rows, ${runs.length * (compared?.arms.length ?? 1)} trainings${whole}. Mean over the test folds ± standard deviation over them.` +
      (setAside === 0 ? "" : ` ${setAsideMessage(setAside)}.`),
  );
}

/** What is said of rows that the config's split keeps from training. */
export function setAsideMessage(rows: number): string {
  return `${rows} ${rows === 1 ? "row that data.split sets aside is" : "rows that data.split sets aside are"} in no fold`;
}

/** Errors of one target beside those of the baselines, and their differences. */
export function crossvalErrors(results: ArmFound, target: string): TextBlock[] {
  const { headline, shown: columns } = results.task.metrics;
  const found = results.targets[target];
  return [
    errorTable(withUnit(results, target), columns, found),
    ...errorBlocks(
      { own: "pidreg", error: headline.name, target: shown(target), unit: shown(unitAfter(results, target)) },
      found,
    ),
  ];
}

/** Atoms over the folds. */
export function crossvalInformation(results: ArmInStudy): TextBlock[] {
  const rows = atomRows(results.pid);
  const intervals = new Map(atomRows({ ...results.atomIntervals, sharedNotSplit: results.pid.sharedNotSplit }));
  return [
    ...paragraphs(said(informationSentences, informationFacts(results))),
    table([
      ["", "mean", "sd over folds", "95 %"],
      ...rows.map(([label, value]) => {
        const interval = intervals.get(label) ?? null;
        const ends = interval === null ? "-" : `${fixed(interval.low)} to ${fixed(interval.high)}`;
        return [label, fixed(value?.mean), fixed(value?.sd), ends];
      }),
    ]),
    ...paragraphs(infiniteLegend(rows.map(([, value]) => value))),
  ];
}

/** What all tested rows together tell. */
export function crossvalTogether({ task, outerGroup, targets }: ArmInStudy): TextBlock[] {
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
  named: Pick<DifferenceFacts, "own" | "error" | "target" | "unit">,
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

function informationFacts({ targets, atomsFrom, outerGroup, runs }: ArmInStudy): InformationFacts {
  const rows = (of: (run: ArmFound["runs"][number]) => number | undefined) =>
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
