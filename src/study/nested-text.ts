import { said } from "../report/sentence.js";
import { plural } from "../report/text.js";
import { shown } from "../shown.js";
import { digits, percent, plainPercent } from "./markdown.js";
import type { NestedResults } from "./nested-results.js";
import { type NestedSentenceFacts, nestedSentences } from "./nested-sentences.js";
import { partsTable, warningBlocks } from "./parts-text.js";
import { setAsideWords } from "./repeats.js";
import { joinedSubset, lackingMessage } from "./select-text.js";
import { errorHeading, errorLegend } from "./summarise.js";
import { heading, paragraph, type TextBlock, table } from "./text-blocks.js";

/** Most subsets in the table. */
const mostSubsets = 20;

/** The findings of a nested selection. */
export function nestedText(name: string, results: NestedResults): TextBlock[] {
  return [
    heading(nestedTitle(shown(name), results)),
    ...nestedVerdict(results),
    ...warningBlocks(results.warnings),
    ...nestedErrors(results),
    ...nestedChoices(results),
    ...nestedFolds(results),
  ];
}

/** @param name of the config */
export function nestedTitle(name: string, { folds, repeats }: Pick<NestedResults, "folds" | "repeats">): string {
  return `${name}: selection inside ${folds} outer folds${repeats > 1 ? `, ${repeats} times` : ""}`;
}

/** A subset as its table names it. */
export function nestedSubset({ modalities: all }: NestedResults, modalities: readonly string[]): string {
  return joinedSubset(
    modalities,
    all.map(({ modality }) => modality),
  );
}

function sentenceFacts(results: NestedResults): NestedSentenceFacts {
  const [often, next] = results.subsets;
  const { change, bound, margin, runs, modalities } = results;
  const name =
    often.modalities.length === 0 ? "the prediction without any" : shown(nestedSubset(results, often.modalities));
  const isAll = often.modalities.length === modalities.length;
  return {
    folds: runs.length,
    margin,
    change,
    bound,
    outer: outerFacts(results),
    often: { name, chosen: often.chosen, isAll, tied: next?.chosen === often.chosen },
  };
}

/** What the selection comes to, and how that was found. */
export function nestedVerdict(results: NestedResults): TextBlock[] {
  const { seeds, margin, rows, greedy, runs, cost, outerGroup } = results;
  const [least, most] = [Math.min(...validationRows(results)), Math.max(...validationRows(results))];
  const decided = least === most ? `${least}` : `${least} to ${most}`;
  return [
    { kind: "marked", text: said(nestedSentences, sentenceFacts(results)).join(" ") },
    ...paragraph(
      `${greedy ? "Backward elimination" : "Every subset"}, ${plural(seeds, "training")} of each in every fold. A fold decides on its ` +
        `own ${decided} validation rows: kept is the ${cost === null ? "smallest" : "cheapest"} subset whose error is, at 95 % for all subsets ` +
        `together, at most ${plainPercent(margin)} above that of all modalities. ${rows.tested} rows are tested, in ` +
        `${runs.length} folds, by models that were chosen without them${outerGroup === null ? "" : `; rows of one "${shown(outerGroup)}" are tested together`}.` +
        (cost === null ? "" : ` Cost ${digits(cost.chosen, 3)} on average instead of ${cost.full}.`) +
        (rows.lacking === 0 ? "" : ` ${lackingMessage(rows.lacking)}`) +
        (rows.setAside === 0 ? "" : ` ${setAsideWords(rows.setAside)}.`),
    ),
  ];
}

/** The validation rows, which decide, of studies that test groups as a whole. */
function outerFacts({ outerGroup, runs }: NestedResults): NestedSentenceFacts["outer"] {
  if (outerGroup === null) return null;
  const sum = (rows: readonly number[]) => rows.reduce((all, own) => all + own, 0);
  return {
    column: shown(outerGroup),
    rows: sum(validationRows({ runs })),
    ofTrainedGroups: sum(runs.map((run) => run.validationOfTrainedGroups ?? 0)),
  };
}

function validationRows({ runs }: Pick<NestedResults, "runs">): number[] {
  return runs.map(({ parts }) => parts.validation?.rows ?? 0);
}

/** Errors of the selection, of all modalities and of none. */
export function nestedErrors(results: NestedResults): TextBlock[] {
  const { error, change, bound } = results;
  const line = (name: string, { value, low, high }: NestedResults["change"], more: readonly string[]) => [
    ...[name, digits(value), `${digits(low, 3)} to ${digits(high, 3)}`],
    ...more,
  ];
  return [
    table([
      ["trained on", errorHeading(results, "test"), "95 %", "change", "95 %", "at most"],
      line("all modalities", error.full, ["", "", ""]),
      line("what each fold chose", error.chosen, [
        ...[percent(change.value), `${percent(change.low)} to ${percent(change.high)}`, percent(bound)],
      ]),
      line("none", error.none, ["", "", ""]),
    ]),
    ...paragraph(
      [
        '"change": error over that of all modalities, less 1, fold by fold; "at most": its bound at 95 %, one-sided. Intervals are ' +
          "corrected for the rows that the folds share in training (Nadeau & Bengio 2003).",
        errorLegend(results),
      ]
        .filter((text) => text !== "")
        .join(" "),
    ),
  ];
}

/** How often modalities and subsets were chosen. */
export function nestedChoices(results: NestedResults): TextBlock[] {
  const { modalities, subsets, runs } = results;
  const shownSubsets = subsets.slice(0, mostSubsets);
  const cut = subsets.length > mostSubsets ? `${mostSubsets} of ${subsets.length} subsets; results.json has all.` : "";
  return [
    table([
      ["modality", `chosen in, of ${runs.length} folds`],
      ...modalities.map(({ modality, chosen }) => [modality, String(chosen)]),
    ]),
    table([
      ["subset", `chosen in, of ${runs.length} folds`, `mean ${errorHeading(results, "test")}`],
      ...shownSubsets.map(({ modalities: own, chosen, test }) => [
        ...[nestedSubset(results, own), String(chosen), digits(test)],
      ]),
    ]),
    ...paragraph(cut),
  ];
}

/** What every fold chose, and what it holds. */
export function nestedFolds(results: NestedResults): TextBlock[] {
  const { runs } = results;
  const parts = (part: "test" | "validation") =>
    runs
      .filter(({ repeat }) => repeat === 1)
      .flatMap(({ fold, parts: { [part]: own } }) => (own === undefined ? [] : [{ name: `${fold}`, part: own }]));
  return [
    table([
      ["fold", "chosen", "validation change", "at most", "test, all", "test, chosen"],
      ...runs.map(({ name, chosen, change, bound, test }) => [
        ...[
          name,
          nestedSubset(results, chosen),
          percent(change),
          percent(bound),
          digits(test.full),
          digits(test.chosen),
        ],
      ]),
    ]),
    partsTable("test fold", parts("test")),
    partsTable("validation part", parts("validation")),
  ];
}
