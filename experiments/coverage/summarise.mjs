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

/** One row per case. */
export function summarise(results) {
  const head = ["case", "estimator", "total", "alone", "unique", "redundancy", "synergy", "flagged, % of tables"];
  const rows = results.map((result) => {
    const { name, covered } = result;
    const of = (fits) => range(covered, fits);
    return [
      name,
      estimatorOf(result),
      of((key) => key === "total"),
      of((key) => key.startsWith("I ")),
      of((key) => key.startsWith("u ")),
      of((key) => key === "r"),
      of((key) => key === "s"),
      flagsOf(result),
    ];
  });
  const levels = results
    .filter(({ rejected }) => rejected !== undefined)
    .map(({ name, rejected }) => [name, (100 * rejected).toFixed(1)]);
  return [
    `Coverage of 95 % intervals in per cent, ${results[0].reps} tables per case.`,
    table(head, rows),
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
