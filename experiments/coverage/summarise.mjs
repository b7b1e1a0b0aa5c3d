/*
 * Tables of results.jsonl, written into README.md and into docs/decompose.md.
 *   node experiments/coverage/summarise.mjs [--results results.jsonl] [--print]
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain } from "../lib/pool.mjs";
import { fillSection, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

const percent = (share) => (100 * share).toFixed(0);

/** Lowest and highest coverage of the numbers whose name fits, in per cent. */
function range(covered, fits) {
  const shares = Object.entries(covered).flatMap(([name, share]) => (fits(name) ? [Number(percent(share))] : []));
  const [low, high] = [Math.min(...shares), Math.max(...shares)];
  return low === high ? `${low}` : `${low}-${high}`;
}

/** Flags that say that intervals may not hold; that two modalities tie has been allowed for. */
const doubts = ["few-rows", "few-groups", "heavy-tails", "no-information", "inconsistent"];

function flagsOf({ flags }) {
  const found = doubts.filter((flag) => flags[flag] > 0);
  return found.map((flag) => `${flag} ${percent(flags[flag])}`).join(", ");
}

function estimatorOf({ estimators }) {
  return Object.keys(estimators).sort().join(", ");
}

/** Fewest estimates without a tie that a share is given of. */
const fewestUntied = 20;

const amounts = ["total", "alone", "unique", "redundancy", "synergy"];

/** Coverage of each of the amounts. */
function shares(covered) {
  const fits = [
    (key) => key === "total",
    (key) => key.startsWith("I "),
    (key) => key.startsWith("u "),
    (key) => key === "r",
    (key) => key === "s",
  ];
  return fits.map((fit) => range(covered, fit));
}

/** One row per case. */
export function summarise(results) {
  const head = ["case", "estimator", ...amounts, "flagged, % of tables"];
  const rows = results.map((result) => [result.name, estimatorOf(result), ...shares(result.covered), flagsOf(result)]);
  const untied = results
    .filter(({ untied }) => untied !== null && untied.tables >= fewestUntied && untied.tables < results[0].reps)
    .map(({ name, untied }) => [name, untied.tables, ...shares(untied.covered)]);
  const levels = results
    .filter(({ rejected }) => rejected !== undefined)
    .map(({ name, rejected }) => [name, (100 * rejected).toFixed(1)]);
  return [
    `Coverage of 95 % intervals in per cent, ${results[0].reps} tables per case.`,
    table(head, rows),
    "The same among those estimates that have no flag `boundary`, where at least 20 have none and some have it.",
    table(["case", "tables", ...amounts], untied),
    "Permutation test at 5 % of a target that has nothing to do with the modalities, tables rejected in per cent.",
    table(["case", "rejected"], levels),
  ].join("\n\n");
}

if (isMain(import.meta.url)) {
  const byName = ({ name: a }, { name: b }) => a.localeCompare(b, "en", { numeric: true });
  await writeSummary(import.meta.url, (results) => summarise(results.sort(byName)));
  const page = fileURLToPath(new URL("../../docs/decompose.md", import.meta.url));
  const readme = await readFile(fileURLToPath(new URL("README.md", import.meta.url)), "utf8");
  const [, content] = /<!-- results: begin -->\n([\s\S]*?)<!-- results: end -->/.exec(readme);
  await writeFile(page, fillSection(await readFile(page, "utf8"), "coverage", content.trim()));
}
