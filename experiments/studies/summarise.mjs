/*
 * Tables of results.jsonl, written into README.md.
 *   node experiments/studies/summarise.mjs [--results results.jsonl] [--print]
 */
import { isMain } from "../lib/pool.mjs";
import { table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

const percent = (share) => (100 * share).toFixed(0);
const points = (width) => (100 * width).toFixed(1);

/** A part of the results as a table, under its title; nothing where it has no results. */
function part(results, kind, title, head, line) {
  const own = results.filter((result) => result.kind === kind);
  return own.length === 0
    ? []
    : [`### ${title}\n\n${own[0].trials} studies per case.\n\n${table(head, own.map(line))}`];
}

const covered = ({ before, now, widthBefore, widthNow }) => [
  percent(before),
  percent(now),
  points(widthBefore),
  points(widthNow),
];
const coverage = ["held before, %", "held now, %", "width before, points", "width now, points"];

export function summarise(results) {
  return [
    ...part(
      results,
      "seeds",
      "Several trainings: 2 % more error, held by the 95 % interval",
      ["rows", "trainings", "sd between trainings", ...coverage],
      (result) => [result.rows, result.trainings, `${percent(result.sd)} %`, ...covered(result)],
    ),
    ...part(results, "groups", "Rows in groups, one training", ["groups", "sizes", ...coverage], (result) => [
      result.groups,
      result.uneven ? "5 to 40" : "20",
      ...covered(result),
    ]),
    ...part(
      results,
      "selection",
      "Selection: six subsets that all truly err 2 % more, margin 2 %",
      ["rows", "trainings", "sd between trainings", "something dropped before, %", "now, %"],
      ({ rows, trainings, sd, before, now }) => [rows, trainings, `${percent(sd)} %`, percent(before), percent(now)],
    ),
    ...part(
      results,
      "splits",
      "Several splits of one table, one training on each: 2 % more error",
      [
        ...["table rows", "splits", "sd of a training", "held by the interval of one split, %", "of all splits, %"],
        ...["width of one, points", "of all, points"],
      ],
      (result) => [result.rows, result.trainings, `${percent(result.sd)} %`, ...covered(result)],
    ),
    ...part(
      results,
      "repeats",
      "Selection over several splits: six subsets that all truly err 2 % more, margin 2 %",
      ["table rows", "splits", "sd of a training", "something dropped on one split, %", "over all splits, %"],
      ({ rows, trainings, sd, before, now }) => [rows, trainings, `${percent(sd)} %`, percent(before), percent(now)],
    ),
  ].join("\n\n");
}

if (isMain(import.meta.url)) await writeSummary(import.meta.url, summarise);
