import { unitAfter, withUnit } from "../report/with-unit.js";
import { shown } from "../shown.js";
import type { CrossvalResults, TargetResults } from "./crossval-results.js";
import { digits, fixed, markdownTable } from "./markdown.js";
import { partsMarkdown, warningsText } from "./parts-text.js";
import { atomRows, type MeanSd } from "./summarise.js";

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
      differenceText(shown(target), shown(unitAfter(results, target)), found),
    ]),
    "Information about the target, bits, on rows that did not train the encoders:",
    markdownTable([
      ["", "mean", "sd over folds"],
      ...atomRows(results.pid).map(([label, value]) => [label, fixed(value?.mean), fixed(value?.sd)]),
    ]),
    `Fusion weights: ${Object.entries(results.weights)
      .map(([term, value]) => `${shown(term)} ${fixed(value?.mean, 2)} ± ${fixed(value?.sd, 2)}`)
      .join(", ")}.`,
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
      model,
      cell(mae),
      cell(rmse),
      cell(r2, 3),
      cell(pearson, 3),
    ]),
  ]);
}

/** The paired differences with corrected intervals, as sentences. */
function differenceText(target: string, unit: string, { rmseDifference, rmse }: TargetResults): string {
  const level = `${100 * rmse.level} %`;
  const lines = Object.entries(rmseDifference).map(([model, { value, low, high }]) => {
    const finding = high < 0 ? "lower" : low > 0 ? "higher" : "not told apart";
    return `- RMSE of ${target}, pidreg minus ${model}: ${digits(value, 3)}${unit} (${level}: ${digits(low, 3)} to ${digits(high, 3)}), ${finding}`;
  });
  return [
    `- RMSE of ${target}, pidreg: ${digits(rmse.value)}${unit} (${level}: ${digits(rmse.low)} to ${digits(rmse.high)})`,
    ...lines,
    "",
    "Intervals are corrected for the overlap of the training parts (Nadeau & Bengio 2003).",
  ].join("\n");
}
