import { said } from "../../report/sentence.js";
import { plural } from "../../report/text.js";
import { shown } from "../../shown.js";
import { digits, percent } from "../markdown.js";
import { partsTable, warningBlocks } from "../parts-text.js";
import { setAsideWords } from "../repeats.js";
import { errorHeading, errorLegend } from "../summarise.js";
import { heading, paragraph, type TextBlock, table } from "../text-blocks.js";
import { settingText } from "./best-config.js";
import type { NestedTuneResults } from "./nested-tune-results.js";
import { nestedTuneSentences } from "./nested-tune-sentences.js";

/** The findings of a cross-validation that tunes inside every fold. */
export function nestedTuneText(name: string, results: NestedTuneResults): TextBlock[] {
  return [
    heading(nestedTuneTitle(shown(name), results)),
    ...nestedTuneVerdict(results),
    ...warningBlocks(results.warnings),
    ...nestedTuneErrors(results),
    ...nestedTuneChoices(results),
    ...nestedTuneFolds(results),
  ];
}

/** @param name of the config */
export function nestedTuneTitle(
  name: string,
  { folds, repeats }: Pick<NestedTuneResults, "folds" | "repeats">,
): string {
  return `${name}: settings searched inside ${folds} outer folds${repeats > 1 ? `, ${repeats} times` : ""}`;
}

/** What tuning comes to, and how that was found. */
export function nestedTuneVerdict(results: NestedTuneResults): TextBlock[] {
  const { runs, change, asked, rows, outerGroup } = results;
  const facts = {
    ...{ folds: runs.length, change },
    asItIs: runs.filter(({ chosen }) => chosen.trial === 0).length,
    settings: new Set(runs.map(({ chosen }) => chosen.trial)).size,
  };
  return [
    { kind: "marked", text: said(nestedTuneSentences, facts).join(" ") },
    ...paragraph(
      `Every fold tries the config as it is and ${plural(asked.trials, "trial")}, the same in every fold, on inner splits of the rows that it ` +
        `does not test${outerGroup === null ? "" : `, whole values of ${shown(outerGroup)} apart`}, by successive halving. What it chose and ` +
        `the config as it is are then trained on all of them. ${rows.tested} rows are tested, in ${runs.length} folds, by models that were ` +
        `chosen without them.${rows.setAside === 0 ? "" : ` ${setAsideWords(rows.setAside)}.`}`,
    ),
  ];
}

/** Errors of the config as it is and of tuning. */
export function nestedTuneErrors(results: NestedTuneResults): TextBlock[] {
  const { error, change } = results;
  const line = (name: string, { value, low, high }: NestedTuneResults["change"], more: readonly string[]) => [
    ...[name, digits(value), `${digits(low, 3)} to ${digits(high, 3)}`],
    ...more,
  ];
  return [
    table([
      ["settings", errorHeading(results, "test"), "95 %", "change", "95 %"],
      line("as it is", error.config, ["", ""]),
      line("what each fold chose", error.tuned, [
        percent(change.value),
        `${percent(change.low)} to ${percent(change.high)}`,
      ]),
    ]),
    ...paragraph(
      [
        '"change": error over that of the config as it is, less 1, fold by fold. Intervals are corrected for the rows that the folds share in ' +
          "training (Nadeau & Bengio 2003).",
        errorLegend(results),
      ]
        .filter((text) => text !== "")
        .join(" "),
    ),
  ];
}

/** How often every value was chosen. */
export function nestedTuneChoices({ keys, runs }: NestedTuneResults): TextBlock[] {
  return [
    table([
      ["key", `chosen, of ${runs.length} folds`],
      ...keys.map(({ key, values }) => [
        key,
        values.map(({ value, chosen }) => `${settingText(value)}${chosen === 1 ? "" : ` (${chosen})`}`).join(", "),
      ]),
    ]),
  ];
}

/** What every fold chose, and what it holds. */
export function nestedTuneFolds(results: NestedTuneResults): TextBlock[] {
  const { runs } = results;
  const tested = runs
    .filter(({ repeat }) => repeat === 1)
    .flatMap(({ fold, parts: { test } }) => (test === undefined ? [] : [{ name: `${fold}`, part: test }]));
  return [
    table([
      ["fold", "chosen", "change inside", "test, as it is", "test, tuned"],
      ...runs.map(({ name, chosen, searchChange, test }) => [
        ...[name, chosen.trial === 0 ? "as it is" : `trial ${chosen.trial}`, percent(searchChange)],
        ...[digits(test.config), digits(test.tuned)],
      ]),
    ]),
    ...paragraph(
      '"change inside": on the rows that chose it, where the least of many errors is low by chance too; it is no gain.',
    ),
    partsTable("test fold", tested),
  ];
}
