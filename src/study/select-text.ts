import { mostShown } from "../report/foremost.js";
import { holding, said } from "../report/sentence.js";
import { joinWords } from "../report/text.js";
import { withUnit } from "../report/with-unit.js";
import { shown } from "../shown.js";
import { taskNamed } from "../tasks/tasks.js";
import { informationSentences } from "./information-sentences.js";
import { digits, fixed, percent, plainPercent } from "./markdown.js";
import { splitTables, warningBlocks } from "./parts-text.js";
import { setAsideWords } from "./repeats.js";
import { isSubset, type SelectResults, type SubsetResult } from "./select-results.js";
import { isTie, selectFacts, selectSentences, weightsSentences } from "./select-sentences.js";
import { errorHeading, errorLegend, infiniteLegend } from "./summarise.js";
import { heading, paragraph, paragraphs, type TextBlock, table } from "./text-blocks.js";

/** Most subsets in the table: those of least error. */
const mostSubsets = 100;

/** The findings of a selection. */
export function selectText(name: string, results: SelectResults): TextBlock[] {
  return [
    heading(selectTitle(shown(name))),
    ...selectVerdict(results),
    ...warningBlocks(results.warnings),
    ...selectFinal(results),
    ...splitTables(results),
    ...selectSubsets(results),
    ...selectOwnRows(results),
    ...selectWeights(results),
  ];
}

/** @param name of the config */
export function selectTitle(name: string): string {
  return `${name}: which modalities to keep`;
}

/** What is kept, and how that was found. */
export function selectVerdict(results: SelectResults): TextBlock[] {
  const { repeats, seeds, margin, decideOn, greedy, rows, subsets, comparisons } = results;
  const [full] = subsets;
  const facts = selectFacts(results, (modalities) => joinedSubset(modalities, full.modalities));
  const search = greedy ? "Backward elimination" : "Every subset";
  return [
    { kind: "marked", text: said(selectSentences, facts).join(" ") },
    ...paragraph(
      `${search}, ${seeds} ${seeds === 1 ? "training" : "trainings"} each` +
        `${repeats === 1 ? ", all on the same rows" : ` on each of ${repeats} splits, all on the same rows of it`}. Decided on the ` +
        `${rows.decision} ${decideOn} rows${repeats === 1 ? "" : " of a split (the first; others about as many)"}: kept is the ${full.cost === null ? "smallest" : "cheapest"} subset whose error is, at 95 %, ` +
        `at most ${plainPercent(margin)} above that of all modalities. ${comparedSubsets(comparisons.subsets)}; the bounds hold ` +
        `for all together (the largest deviation among ${comparisons.near} that may be within the margin: ` +
        `${comparisons.critical.toFixed(2)} standard errors).` +
        (repeats === 1 ? " All of this is for this split." : "") +
        (repeats === 2
          ? " Two splits have one degree of freedom: bounds hang on chance, and more --repeats may decide otherwise."
          : "") +
        (rows.setAside === 0 ? "" : ` ${setAsideWords(rows.setAside)}.`) +
        (rows.lacking === 0 ? "" : ` ${lackingMessage(rows.lacking)}`),
    ),
  ];
}

function comparedSubsets(subsets: number): string {
  return subsets === 1
    ? "1 subset, that without any modality, is compared with all modalities"
    : `${subsets} subsets, that without any modality among them, are compared with all modalities`;
}

/** Test errors of trainings that decided nothing; nothing where all modalities are kept. */
export function selectFinal(results: SelectResults): TextBlock[] {
  const { final, chosen, subsets, targets } = results;
  if (final === null) return [];
  const name = joinedSubset(chosen, subsets[0].modalities);
  const ends = ({ low, high }: { low: number; high: number }) => `${digits(low, 3)} to ${digits(high, 3)}`;
  const { difference } = final;
  const each = targets.length === 1 ? [] : targets;
  const perTarget = (pick: "full" | "chosen") => each.map((target) => digits(final.targets[target][pick]));
  return [
    ...paragraph(
      `Final figures, ${final.trainings} ${final.trainings === 1 ? "training" : "trainings"} of each${results.repeats === 1 ? "" : " on every split"} with seeds that decided nothing:`,
    ),
    table([
      ["modalities", errorHeading(results, "test"), "95 %", "test change", "95 %", "at most", ...each],
      ["all", digits(final.full.value), ends(final.full), "", "", "", ...perTarget("full")],
      [
        ...[name, digits(final.chosen.value), ends(final.chosen), percent(difference.value)],
        ...[`${percent(difference.low)} to ${percent(difference.high)}`, percent(final.bound), ...perTarget("chosen")],
      ],
    ]),
  ];
}

/** Errors, changes and information of the subsets. */
export function selectSubsets(results: SelectResults): TextBlock[] {
  return [
    ...subsetTable(results),
    ...targetTable(results),
    ...paragraph(legend(results)),
    ...paragraphs(
      said(informationSentences, { ...results, outer: null }).map((text) =>
        `"bits": ${lowerFirst(text)}`.replace(/:$/, "."),
      ),
    ),
    ...paragraphs(infiniteLegend(results.subsets.map(({ information }) => information))),
  ];
}

/** Subsets on all rows that have them, beside complete rows; nothing where that was not asked for. */
export function selectOwnRows(results: SelectResults): TextBlock[] {
  const { ownRows, subsets, rows } = results;
  if (ownRows === null) return [];
  if (ownRows.length === 0) return paragraph("No subset has more rows than all modalities together.");
  const error = errorHeading(results, "test");
  return [
    ...paragraph(
      `Trained on all rows that have the subset, and on those that have every modality; both tested on the same ${rows.test} rows, ` +
        `which have every modality${results.repeats === 1 ? "" : " (rows of the first split; others about as many)"}:`,
    ),
    table([
      ["modalities", "training rows", "complete", error, "complete", "change", "95 %"],
      ...ownRows.map(({ modalities, rows: used, own, complete, change: by }) => [
        ...[joinedSubset(modalities, subsets[0].modalities), String(used.own.train), String(used.complete.train)],
        ...[digits(own.value), digits(complete.value), percent(by.value), `${percent(by.low)} to ${percent(by.high)}`],
      ]),
    ]),
  ];
}

/** What is said of rows that could not be compared on. */
export function lackingMessage(lacking: number): string {
  return (
    `${lacking} ${lacking === 1 ? "row lacks a modality and takes" : "rows lack a modality and take"} no part: ` +
    "subsets are compared on rows that have every modality."
  );
}

function subsetTable(results: SelectResults): TextBlock[] {
  const { subsets, chosen, decideOn } = results;
  const priced = subsets[0].cost !== null;
  const order = [...subsets].sort((a, b) => a.test.error.value - b.test.error.value);
  const rows = order.filter(
    (subset, i) => i < mostSubsets || subset === subsets[0] || isSubset(subset.modalities, chosen),
  );
  const cut =
    rows.length === order.length
      ? ""
      : `${rows.length} of ${order.length} subsets, those of least test error; results.json has all.`;
  const subsetsTable = table([
    [
      "modalities",
      ...(priced ? ["cost"] : []),
      errorHeading(results, "validation"),
      errorHeading(results, "test"),
      "95 %",
      `${decideOn} change`,
      "95 %",
      "at most",
      "bits",
      "s.e.",
      "kept",
      "front",
    ],
    ...rows.map((subset) => [
      joinedSubset(subset.modalities, subsets[0].modalities),
      ...(priced ? [String(subset.cost)] : []),
      digits(subset.validation),
      digits(subset.test.error.value),
      `${digits(subset.test.error.low, 3)} to ${digits(subset.test.error.high, 3)}`,
      ...change(subset),
      fixed(subset.information?.value, 2),
      fixed(subset.information?.standardError, 2),
      isSubset(subset.modalities, chosen) ? "chosen" : subset.acceptable ? "enough" : "",
      subset.onFront ? "*" : "",
    ]),
  ]);
  return [subsetsTable, ...paragraph(cut)];
}

/** Errors of each target by itself, in its unit; nothing for one target. */
function targetTable(results: SelectResults): TextBlock[] {
  const { subsets, targets, chosen } = results;
  if (targets.length === 1) return [];
  const order = [...subsets].sort((a, b) => a.test.error.value - b.test.error.value);
  const rows = order.filter(
    (subset, i) => i < mostSubsets || subset === subsets[0] || isSubset(subset.modalities, chosen),
  );
  const heads = targets.flatMap((target) => [
    `validation, ${withUnit(results, target)}`,
    `test, ${withUnit(results, target)}`,
  ]);
  const { name } = taskNamed(results.task).metrics.headline;
  return [
    ...paragraph(`${name} of each target:`),
    table([
      ["modalities", ...heads],
      ...rows.map((subset) => [
        joinedSubset(subset.modalities, subsets[0].modalities),
        ...targets.flatMap((target) => [
          digits(subset.targets[target].validation),
          digits(subset.targets[target].test),
        ]),
      ]),
    ]),
  ];
}

function change({ decision: { difference, bound } }: SubsetResult): string[] {
  const { value, low, high } = difference;
  if (value === 0 && low === 0 && high === 0) return ["", "", ""];
  return [percent(value), `${percent(low)} to ${percent(high)}`, percent(bound)];
}

/** What the columns of the table are. */
function legend(results: SelectResults): string {
  const { subsets, rows, decideOn, cautions, greedy, repeats } = results;
  const { decision, test } = rows.resampled;
  const drawn = decision === test ? `Intervals: ${test}.` : `Intervals: ${decision} (${decideOn}) and ${test} (test).`;
  return [
    `Errors are those of the ${rows.test} test rows${repeats === 1 ? "" : " of a split, means over the splits"}; changes, what is kept and the front those of the ${rows.decision} ${decideOn} rows.`,
    `"${decideOn} change": error over that of all modalities, less 1; "at most": its bound at 95 %, one-sided, for all subsets together; ` +
      '"enough": that bound is within the margin; "none": what is predicted without any modality.',

    `"front": no ${greedy ? "trained " : ""}subset of at most that ${subsets[0].cost === null ? "size" : "cost"} errs less on the ` +
      `${decideOn} rows.`,
    errorLegend(results),
    drawn,
    ...cautions,
  ]
    .filter((text) => text !== "")
    .join(" ");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What the fusion weights of the trainings on all modalities would have suggested. */
export function selectWeights(results: SelectResults): TextBlock[] {
  const {
    weights: { order, bySize },
    decideOn,
  } = results;
  const facts = { seeds: results.repeats * results.seeds, fusion: results.fusion, weights: order };
  const [sentence] = holding(weightsSentences, facts);
  const text = sentence.say(facts);
  if (sentence.id !== "weights/order") return paragraph(text);
  const all = order.map(({ modality }) => modality);
  const rows = bySize
    .slice(0, -1)
    .map(({ size, byWeight, byWeightError, best, bestError }, i) => [
      String(size),
      ...(isTie(facts, i) ? ["equal weights", "-"] : [joinedSubset(byWeight, all), digits(byWeightError)]),
      joinedSubset(best, all),
      digits(bestError),
    ]);
  const error = errorHeading(results, decideOn);
  return [...paragraph(text), table([["size", "by weight", error, "by error", error], ...rows])];
}

/** The modalities of a subset; where they are many, those that it lacks, or the first and how many more. */
export function joinedSubset(modalities: readonly string[], all: readonly string[]): string {
  if (modalities.length === 0) return "none";
  if (modalities.length <= mostShown) return modalities.join(" + ");
  const kept = new Set(modalities);
  const lacking = all.filter((name) => !kept.has(name));
  if (lacking.length === 0) return `all ${all.length}`;
  if (lacking.length <= mostShown) return `all but ${joinWords(lacking)}`;
  return `${modalities.slice(0, mostShown).join(" + ")} and ${modalities.length - mostShown} more`;
}
