/*
 * Tables of results.jsonl and near-ties.jsonl, written into README.md and into docs/decompose.md.
 *   node experiments/coverage/summarise.mjs [--results results.jsonl] [--print]
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain, readResults } from "../lib/pool.mjs";
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

const atoms = ["unique", "redundancy", "synergy"];
const ofAtom = {
  unique: (key) => key.startsWith("u "),
  redundancy: (key) => key === "r",
  synergy: (key) => key === "s",
};

/** Lowest and highest share over numbers that fit, of all results. */
function overall(results, pick, fits) {
  const all = results
    .map((result) => pick(result))
    .filter((covered) => Object.values(covered).every((v) => v !== null));
  const shares = all.flatMap((covered) => Object.entries(covered).flatMap(([key, v]) => (fits(key) ? [v] : [])));
  const [low, high] = [Math.min(...shares), Math.max(...shares)].map(percent);
  return low === high ? low : `${low}-${high}`;
}

/** How many times as wide as value ± 1.96 standard errors, on average over the estimates without the flag. */
function wider({ width, widthPlain }, fits) {
  const sum = (of) => Object.entries(of).reduce((all, [key, v]) => all + (fits(key) ? v : 0), 0);
  return sum(width) / sum(widthPlain);
}

function byDesign(results) {
  const groups = new Map();
  for (const result of results) {
    const name = `${result.design}, ${result.rows} rows`;
    groups.set(name, [...(groups.get(name) ?? []), result]);
  }
  return [...groups];
}

/** Over all distances of a design and number of rows: how often intervals hold, and how much wider they are. */
export function summariseNear(results) {
  const held = ["all tables", "without the flag", "before"];
  const head = ["case", ...held.flatMap((which) => atoms.map((atom) => `${atom}, ${which}`))];
  const picks = [(r) => r.covered, (r) => r.coveredUnflagged, (r) => r.coveredPlain];
  const groups = byDesign(results);
  const rows = groups.map(([name, own]) => [
    name,
    ...picks.flatMap((pick) => atoms.map((atom) => overall(own, pick, ofAtom[atom]))),
  ]);
  const distances = [...new Set(results.map(({ distance }) => distance))].sort((a, b) => a - b);
  const sizes = [...new Set(results.map(({ rows: count }) => count))].sort((a, b) => a - b);
  const widths = distances.map((distance) => {
    const own = results.filter((result) => result.distance === distance);
    const share = own.reduce((sum, { unflagged, tables }) => sum + unflagged / tables / own.length, 0);
    const mean = (count, fits) => {
      const some = own.filter((result) => result.rows === count);
      return some.reduce((sum, result) => sum + wider(result, fits) / some.length, 0).toFixed(2);
    };
    return [distance, percent(share), ...sizes.flatMap((count) => atoms.map((atom) => mean(count, ofAtom[atom])))];
  });
  const widthHead = sizes.flatMap((count) => atoms.map((atom) => `${atom}, ${count} rows`));
  return [
    "As two modalities come closer to a tie, 0 to 7 standard errors of their difference: lowest and highest share of 95 % " +
      "intervals that hold the truth, in per cent, over these distances; of all tables, of those without the flag `boundary`, and " +
      "of the latter with value ± 1.96 standard errors, as it was before.",
    table(head, rows),
    "How many times as wide as value ± 1.96 standard errors intervals without the flag are, by the distance in standard errors, " +
      "means over the three designs. (With 100 rows a modality that knows less by 5 and 7 errors knows next to nothing; what is wider " +
      "there are the upper ends of small informations.)",
    table(["distance", "without the flag, %", ...widthHead], widths),
  ].join("\n\n");
}

/** Writes a section of the README and that of the page. */
async function fillBoth(text, ownSection, pageSection) {
  for (const [name, section] of [
    ["README.md", ownSection],
    ["../../docs/decompose.md", pageSection],
  ]) {
    const file = fileURLToPath(new URL(name, import.meta.url));
    await writeFile(file, fillSection(await readFile(file, "utf8"), section, text));
  }
}

if (isMain(import.meta.url)) {
  const byName = ({ name: a }, { name: b }) => a.localeCompare(b, "en", { numeric: true });
  await writeSummary(import.meta.url, (results) => summarise(results.sort(byName)));
  const readme = await readFile(fileURLToPath(new URL("README.md", import.meta.url)), "utf8");
  const [, content] = /<!-- results: begin -->\n([\s\S]*?)<!-- results: end -->/.exec(readme);
  await fillBoth(content.trim(), "results", "coverage");
  const near = await readResults(fileURLToPath(new URL("near-ties.jsonl", import.meta.url)));
  await fillBoth(summariseNear(near), "near", "near");
}
