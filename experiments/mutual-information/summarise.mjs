/*
 * Tables of results.jsonl, zoo.jsonl and seeds.jsonl, written into README.md, and their figures, estimates.svg and zoo.svg.
 *   node experiments/mutual-information/summarise.mjs [--results results.jsonl] [--print]
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain, readResults } from "../lib/pool.mjs";
import { deviation, fillSection, groupBy, mean, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

const usual = ["gaussian", "ksg", "density", "flow"];
/** Those of zoo.jsonl: the default ones, and those of the literature. */
const zoo = ["gaussian", "ksg", "density", "mine", "nwj", "smile", "infonce", "nn-ratio", "minde"];
/** Estimators whose values are lower bounds. */
const bounds = ["density", "flow", "nwj", "infonce"];

const digits = (value) => value.toFixed(3);

function cell(rows) {
  const read = rows.filter(({ bits }) => bits !== null);
  if (rows.length === 0) return "";
  if (read.length === 0) return "–";
  return `${digits(mean(read.map(({ bits }) => bits)))} ± ${digits(mean(read.map(({ standardError }) => standardError)))}`;
}

function line([task, rows], names) {
  const read = rows.filter(({ bits }) => bits !== null);
  const cells = names.map((name) => cell(rows.filter(({ estimator }) => estimator === name)));
  return [task, digits(read[0].truth), digits(mean(read.map(({ oracle }) => oracle))), ...cells];
}

/** How far each estimator is from the oracle of its rows, and how often above the truth. */
function account(results, name) {
  const rows = results.filter(({ estimator, bits }) => estimator === name && bits !== null);
  const off = rows.map(({ bits, oracle }) => Math.abs(bits - oracle));
  const above = rows.filter(({ bits, standardError, truth }) => bits - 2 * standardError > truth).length;
  return [
    name,
    `${rows.length}`,
    digits(mean(off)),
    bounds.includes(name) ? `${above} of ${rows.length}` : "",
    digits(mean(rows.map(({ seconds }) => seconds))),
  ];
}

/** The tables, from the lines of zoo.jsonl. */
export const zooSummary = (results) => summary(results, zoo);

/** The tables, from the lines of results.jsonl. */
export function summary(results, names = usual) {
  const byTask = [...groupBy(results, ({ task }) => task)].filter(([, rows]) => rows.some(({ bits }) => bits !== null));
  const present = names.filter((name) => results.some(({ estimator }) => estimator === name));
  return [
    `${results[0].rows} rows; means over the seeds that were run, ± mean standard error of one estimate; –: the estimator does not read such rows; empty: not run.`,
    "",
    table(
      ["task", "truth", "oracle", ...names],
      byTask.map((task) => line(task, names)),
    ),
    "",
    table(
      ["estimator", "estimates", "mean distance from the oracle", "above the truth by 2 s.e.", "CPU s"],
      present.map((name) => account(results, name)),
    ),
  ].join("\n");
}

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** How often `density` is above the truth by 2 standard errors, by task and over all, and how far it is from the oracle, from the lines of seeds.jsonl. */
export function seedsSummary(results) {
  const read = results.filter(({ estimator, bits }) => estimator === "density" && bits !== null);
  const isAbove = ({ bits, standardError, truth }) => bits - 2 * standardError > truth;
  const byTask = [...groupBy(read, ({ task }) => task)].map(([task, rows]) => {
    const own = rows.map(({ bits }) => bits);
    return [
      ...[task, `${rows.length}`, digits(rows[0].truth), digits(mean(own))],
      digits(deviation(own) ?? 0),
      digits(mean(rows.map(({ standardError }) => standardError))),
      digits(mean(rows.map(({ bits, oracle }) => bits - oracle))),
      `${rows.filter(isAbove).length}`,
    ];
  });
  const above = read.filter(isAbove).length;
  return [
    table(
      ["task", "seeds", "truth", "mean", "sd over seeds", "mean s.e.", "mean distance from the oracle", "above"],
      byTask,
    ),
    "",
    `Above the truth by 2 standard errors: ${above} of ${read.length} (${((100 * above) / read.length).toFixed(1)} %).`,
  ].join("\n");
}

/** Tables of another file, in a section of their own. */
async function writeSection(name, file, summarise) {
  const text = summarise(await readResults(here(file)));
  if (!process.argv.includes("--print")) {
    const readme = here("README.md");
    await writeFile(readme, fillSection(await readFile(readme, "utf8"), name, text));
  }
  process.stdout.write(`${text}\n`);
}

/** Estimates against the truth, as the figure of `pidreg mi --benchmark`. */
async function drawFigure(results, figure) {
  const { benchmarkFigure } = await import("../../dist/report/information/benchmark-figure.js");
  const found = (await readResults(here(results))).filter(({ bits }) => bits !== null);
  const order = [...new Set(found.map(({ task }) => task))];
  const sorted = [...found].sort((a, b) => order.indexOf(a.task) - order.indexOf(b.task));
  await writeFile(here(figure), await benchmarkFigure(sorted.map((row) => ({ ...row, n: row.rows }))));
}

if (isMain(import.meta.url)) {
  await writeSummary(import.meta.url, (results) => summary(results));
  await writeSection("zoo", "zoo.jsonl", zooSummary);
  await writeSection("seeds", "seeds.jsonl", seedsSummary);
  await drawFigure("results.jsonl", "estimates.svg");
  await drawFigure("zoo.jsonl", "zoo.svg");
}
