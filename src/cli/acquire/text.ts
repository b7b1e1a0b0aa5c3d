import { alike } from "../../report/alike.js";
import { agree, formatCount, formatNumber, joinWords, plural } from "../../report/text.js";
import { alignColumns, wrapWords } from "../../report/text-columns.js";
import { unitAfter } from "../../report/with-unit.js";
import type { Acquisition } from "../../run/acquisition/acquire-run.js";
import { shown } from "../../shown.js";

const width = 100;

/** What acquiring modalities one after the other brings, for a terminal. `title` is what the table is called where its name is long. */
export function acquisitionSummary(found: Acquisition & { readonly title?: string | undefined }): string {
  const { target, rows, on, error, costs, order, atHand } = found;
  const where = on === "test" ? "test rows" : `rows of ${found.title ?? on}`;
  const paid = Object.entries(costs).map(([name, cost]) => `${name} ${formatNumber(cost)}`);
  const lines = [
    `What to acquire next: ${target}${unitAfter(found, target)}, ${formatCount(rows)} ${where} with every modality; costs ${paid.join(", ")}`,
    "",
    alignColumns([
      ["mean cost of a row", "chosen for each row", "one order for all rows", "random order", ""],
      ...found.atCosts.map(({ cost, adaptive, fixed, random }, k) => [
        ...[cost, adaptive, fixed, random].map((value) => formatNumber(value)),
        k === 0 ? (atHand.length === 0 ? "nothing" : atHand.join(", ")) : `+ ${order[k - 1]}`,
      ]),
      [
        "all budgets",
        ...[found.overBudgets.adaptive, found.overBudgets.fixed, found.overBudgets.random].map((own) =>
          formatNumber(own),
        ),
        error,
      ],
    ]),
    "",
    ...sentences(found).flatMap((text) => wrapWords(`- ${text}`, width)),
  ];
  return lines.flatMap((line) => line.split("\n").map(shown)).join("\n");
}

/** The findings as sentences. */
export function sentences(found: Acquisition): string[] {
  const { gained, error, target, order, constant, drops, loss, fittedRows, costsAssumed } = found;
  const unit = unitAfter(found, target);
  const clear = gained.low > 0 ? "lower" : gained.high < 0 ? "higher" : null;
  const write = alike([gained.value, gained.low, gained.high]);
  // Of how much higher it is, where it is: the same way as the amount.
  const [from, to] = clear === "higher" ? [-gained.high, -gained.low] : [gained.low, gained.high];
  const interval = `${write(from)} to ${write(to)}`;
  const sameForAll = order.filter((name) => constant.byModality[name] !== null);
  const off = Object.entries(drops).filter(
    ([, { expected, realised, standardError }]) => Math.abs(expected - realised) > 3 * standardError,
  );
  return [
    ...(costsAssumed
      ? ["Nothing says what the modalities cost: each counts as 1. Give costs with --cost NAME=NUMBER."]
      : []),
    clear === null
      ? `Choosing for each row is not clearly better than one order for all (${joinWords(order)}): over all budgets the ${error} differs by ${write(gained.value)}${unit} (95 % ${interval}).`
      : `Choosing for each row is ${clear === "lower" ? "better" : "worse"} than one order for all (${joinWords(order)}): over all budgets its ${error} is ${write(Math.abs(gained.value))}${unit} ${clear} (95 % ${interval}).`,
    ...(sameForAll.length === 0
      ? []
      : [
          `By what share ${joinWords(sameForAll)} ${agree(sameForAll.length, "lowers", "lower")} the expected ${loss} was not found to differ between rows ` +
            `that have the same modalities${constant.byModality[sameForAll[0]] === "few-rows" ? `: ${plural(fittedRows, "validation row")} are too few to say` : ""}. ` +
            `${constant.atHand === null ? `How large it is before that differs, and with it what is gained.` : "How large it is before that was not found to differ either: all rows are acquired for alike."}`,
        ]),
    ...off.map(
      ([name, { expected, realised }]) =>
        `Of ${name} a mean drop of ${formatNumber(expected)} was expected and ${formatNumber(realised)} came: read what is expected of it with care.`,
    ),
    `Expectations were fitted to ${plural(fittedRows, "validation row")}; the order for all rows was chosen on them too.`,
  ];
}
