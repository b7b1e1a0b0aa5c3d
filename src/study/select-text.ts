import { mostShown } from "../report/foremost.js";
import { joinWords } from "../report/text.js";
import { shown } from "../shown.js";
import { digits, fixed, markdownTable, percent } from "./markdown.js";
import { sharedPartsText } from "./parts-text.js";
import type { SelectResults, SubsetResult } from "./select-results.js";
import { errorHeading } from "./summarise.js";

/** Most subsets in the table: those of least error. */
const mostSubsets = 100;

/** The findings of a selection as Markdown. */
export function selectText(name: string, results: SelectResults): string {
  const { seeds, margin, decideOn, greedy, rows, subsets } = results;
  const full = subsets[0];
  const chosen = subsets.find(({ modalities }) => modalities === results.chosen) ?? full;
  const search = greedy ? "backward elimination" : "every subset";
  return `${[
    `# ${shown(name)}: which modalities to keep`,
    `**${shown(joined(chosen.modalities, full.modalities))}** ${verdict(chosen, full, results)}`,
    `${search}, ${seeds} ${seeds === 1 ? "training" : "trainings"} each, all on the same rows. Decided on the ` +
      `${rows.decision} ${decideOn} rows: kept is the ${full.cost === null ? "smallest" : "cheapest"} subset whose error is, at 95 %, ` +
      `less than ${percent(margin)} above that of all modalities. The error column is on the ${rows.test} test rows.` +
      (rows.lacking === 0 ? "" : ` ${lackingMessage(rows.lacking)}`),
    ...sharedPartsText(results.parts, results.warnings),
    subsetTable(results, errorHeading(results)),
    caution(results),
    weightsText(results),
  ].join("\n\n")}\n`;
}

/** What is said of rows that could not be compared on. */
export function lackingMessage(lacking: number): string {
  return (
    `${lacking} ${lacking === 1 ? "row lacks a modality and takes" : "rows lack a modality and take"} no part: ` +
    "subsets are compared on rows that have every modality."
  );
}

function verdict(chosen: SubsetResult, full: SubsetResult, { decideOn, margin }: SelectResults): string {
  if (chosen === full) return `: every modality is needed to stay within ${percent(margin)}.`;
  const { value, low, high } = chosen.test.difference;
  const saved = chosen.cost === null || full.cost === null ? "" : ` Cost ${chosen.cost} instead of ${full.cost}.`;
  const reused = decideOn === "test" ? ", on the rows that chose it" : "";
  return `is enough: test error ${percent(value)} (95 %: ${percent(low)} to ${percent(high)}) against all modalities${reused}.${saved}`;
}

function subsetTable({ subsets, chosen, decideOn }: SelectResults, heading: string): string {
  const priced = subsets[0].cost !== null;
  const order = [...subsets].sort((a, b) => a.test.error.value - b.test.error.value);
  const rows = order.filter((subset, i) => i < mostSubsets || subset === subsets[0] || subset.modalities === chosen);
  const cut =
    rows.length === order.length ? "" : `\n\n${rows.length} of ${order.length} subsets; results.json has all.`;
  const table = markdownTable([
    [
      "modalities",
      ...(priced ? ["cost"] : []),
      heading,
      "95 %",
      `${decideOn} change`,
      "95 %",
      "bits",
      "s.e.",
      "kept",
      "front",
    ],
    ...rows.map((subset) => [
      joined(subset.modalities, subsets[0].modalities),
      ...(priced ? [String(subset.cost)] : []),
      digits(subset.test.error.value),
      `${digits(subset.test.error.low, 3)} to ${digits(subset.test.error.high, 3)}`,
      ...change(subset),
      fixed(subset.information?.value, 2),
      fixed(subset.information?.standardError, 2),
      subset.modalities === chosen ? "chosen" : subset.acceptable ? "enough" : "",
      subset.onFront ? "*" : "",
    ]),
  ]);
  return table + cut;
}

function change({ decision: { difference } }: SubsetResult): string[] {
  if (difference.value === 0 && difference.low === 0 && difference.high === 0) return ["", ""];
  return [percent(difference.value), `${percent(difference.low)} to ${percent(difference.high)}`];
}

function caution({ seeds, subsets, rows }: SelectResults): string {
  const front = `"front": no subset of at most that ${subsets[0].cost === null ? "size" : "cost"} errs less.`;
  const chance =
    seeds === 1
      ? "With one training each, the intervals hold the chance of the rows only; two trainings of one subset differ too. Use --seeds 3 or more."
      : "The intervals hold the chance of the rows and of the training.";
  const { decision, test } = rows.resampled;
  const drawn = decision === test ? `Bootstrap ${test}.` : `Bootstrap ${decision} (deciding) and ${test} (test).`;
  return `${front} ${chance} ${drawn}`;
}

function weightsText({ weights: { order, bySize } }: SelectResults): string {
  const all = order.map(({ modality }) => modality);
  const weights = order.map(({ modality, weight }) => `${shown(modality)} ${fixed(weight, 2)}`);
  const list = weights.length > mostShown ? joinWords(weights) : weights.join(", ");
  const rows = bySize
    .slice(0, -1)
    .map(({ size, byWeight, byWeightError, best, bestError }) => [
      String(size),
      joined(byWeight, all),
      digits(byWeightError),
      joined(best, all),
      digits(bestError),
    ]);
  return [
    `What the fusion weights of one training on all modalities alone would have suggested: ${list}.`,
    markdownTable([["size", "by weight", "error", "by error", "error"], ...rows]),
  ].join("\n\n");
}

/** The modalities of a subset; where they are many, those that it lacks, or the first and how many more. */
function joined(modalities: readonly string[], all: readonly string[]): string {
  if (modalities.length <= mostShown) return modalities.join(" + ");
  const kept = new Set(modalities);
  const lacking = all.filter((name) => !kept.has(name));
  if (lacking.length === 0) return `all ${all.length}`;
  if (lacking.length <= mostShown) return `all but ${lacking.join(", ")}`;
  return `${modalities.slice(0, mostShown).join(" + ")} and ${modalities.length - mostShown} more`;
}
