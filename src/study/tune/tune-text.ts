import { duration } from "../../report/duration.js";
import { said } from "../../report/sentence.js";
import { plural } from "../../report/text.js";
import { shown } from "../../shown.js";
import { digits, percent } from "../markdown.js";
import { partsTable, warningBlocks } from "../parts-text.js";
import { errorHeading, errorLegend } from "../summarise.js";
import { heading, paragraph, type TextBlock, table } from "../text-blocks.js";
import { settingText } from "./best-config.js";
import { keptOne } from "./rungs.js";
import type { TuneResults } from "./tune-results.js";
import { tuneSentences } from "./tune-sentences.js";
import { epochsWords } from "./tune-words.js";

/** Most trials in the table; results.json and trials.csv have all. */
const mostTrials = 30;

/** The findings of a search. */
export function tuneText(name: string, results: TuneResults): TextBlock[] {
  return [
    heading(tuneTitle(shown(name))),
    ...tuneVerdict(results),
    ...warningBlocks(results.warnings),
    ...tuneErrors(results),
    ...tuneSettings(results),
    ...tuneTrials(results),
    ...tuneParts(results),
  ];
}

/** @param name of the config */
export function tuneTitle(name: string): string {
  return `${name}: settings searched inside its training rows`;
}

/** What the search found, and how. */
export function tuneVerdict(results: TuneResults): TextBlock[] {
  const { chosen, searchChange, final, test, repeats, rows, rungs } = results;
  const facts = {
    ...{ trials: results.trials.length - 1, chosen: chosen.trial, searchChange, repeats },
    ...{ final: final?.change ?? null, test: test.change, cut: results.spent?.ended ?? null },
  };
  const ladder = rungs.flatMap(({ trials, epochs }) => (trials === 0 ? [] : [`${trials} with ${epochsWords(epochs)}`]));
  return [
    { kind: "marked", text: said(tuneSentences, facts).join(" ") },
    ...paragraph(
      `Random search with successive halving: ${ladder.join(", ") || "no trial"}; on each rung one of ${keptOne} goes on, and the config as it is ` +
        `always does. ${rows.deciding} rows decide; they and all rows of the search are rows that the config trains and validates on. ` +
        `${rows.test} test rows are in none of its trainings.`,
    ),
    ...paragraph(spentWords(results)),
  ];
}

function spentWords({ spent, asked, seed }: TuneResults): string {
  if (spent === null || asked.seconds === null) return "";
  return (
    `Of ${duration(asked.seconds)} the search took ${duration(spent.seconds)}, ${spent.atOnce} at a time: ${plural(spent.brackets, "bracket")} ` +
    `of trials ${spent.brackets === 1 ? "was" : "were"} begun. How many depends on how fast the machine was; which settings each has depends ` +
    `on the seed alone, ${seed}. --trials gives the same search anywhere.${afterWords(spent)}`
  );
}

function afterWords({ finalTrainings = 0, finalSeconds = 0 }: NonNullable<TuneResults["spent"]>): string {
  if (finalTrainings === 0) return "";
  return ` The final figures, which the budget does not cover, took ${duration(finalSeconds)} more (${plural(finalTrainings, "training")}).`;
}

/** Errors of the config as it is and of what was chosen. */
export function tuneErrors(results: TuneResults): TextBlock[] {
  const { final, test, resampled } = results;
  const line = (name: string, error: Error, change: Error | null) => [
    ...[name, digits(error.value), `${digits(error.low, 3)} to ${digits(error.high, 3)}`],
    ...(change === null ? ["", ""] : [percent(change.value), `${percent(change.low)} to ${percent(change.high)}`]),
  ];
  const anew =
    final === null
      ? []
      : [line("inner splits: as it is", final.config, null), line("inner splits: chosen", final.chosen, final.change)];
  const tested = [
    line("test: as it is", test.config, null),
    ...(test.chosen === null ? [] : [line("test: chosen", test.chosen, test.change)]),
  ];
  const how = resampled === null ? "" : ` Intervals of the inner splits: ${resampled}.`;
  return [
    table([
      ["trained anew", errorHeading(results, "test").replace(/^test /, ""), "95 %", "change", "95 %"],
      ...anew,
      ...tested,
    ]),
    ...paragraph(
      [
        `"change": error over that of the config as it is, less 1, on the same rows.${how}`,
        errorLegend(results),
        ...results.cautions,
      ]
        .filter((text) => text !== "")
        .join(" "),
    ),
  ];
}

type Error = TuneResults["test"]["config"];

/** What was chosen, key by key. */
export function tuneSettings({ chosen, space }: TuneResults): TextBlock[] {
  if (chosen.trial === 0) return [];
  return [table([["key", "chosen"], ...Object.keys(space).map((key) => [key, settingText(chosen.settings[key])])])];
}

/** The trials that came farthest. */
export function tuneTrials({ trials, rungs }: TuneResults): TextBlock[] {
  const order = trials.toSorted((a, b) => b.rungs.length - a.rungs.length || last(a) - last(b));
  const cut =
    trials.length > mostTrials
      ? `${mostTrials} of ${trials.length} trials; trials.csv has all, with what each sets.`
      : "";
  return [
    table([
      ["trial", ...rungs.map((_, r) => `rung ${r + 1}`)],
      ...order
        .slice(0, mostTrials)
        .map(({ trial, rungs: own }) => [
          trial === 0 ? "as it is" : `${trial}`,
          ...rungs.map((_, r) => (own[r] === undefined ? "" : digits(own[r].error))),
        ]),
    ]),
    ...paragraph(cut),
  ];
}

function last({ rungs }: Pick<TuneResults["trials"][number], "rungs">): number {
  return rungs[rungs.length - 1].error;
}

/** What the parts hold: those of the config, and of the first inner split. */
export function tuneParts({ parts, inner }: TuneResults): TextBlock[] {
  const first = inner[0].parts;
  const named = [
    ["training", parts.train],
    ["validation", parts.validation],
    ["test", parts.test],
    ["inner training", first.train],
    ["inner validation", first.validation],
    ["inner, deciding", first.test],
  ] as const;
  return [
    partsTable(
      "part",
      named.flatMap(([name, part]) => (part === undefined ? [] : [{ name, part }])),
    ),
  ];
}
