/*
 * The tables of README.md, and the one of the project's README.md, from results.jsonl, ensembles.jsonl, information.jsonl,
 * boosting.jsonl, nearest.jsonl, tried.jsonl, now.jsonl and now-ensembles.jsonl.
 *   node experiments/accuracy/summarise.mjs
 */
import { readFile, writeFile } from "node:fs/promises";
import { correctedResampledInterval } from "../../dist/evaluation/paired.js";
import { readResults } from "../lib/pool.mjs";
import { fillSection } from "../lib/statistics.mjs";
import { AccuracyTables } from "./tables.mjs";

const here = (path) => new URL(path, import.meta.url);
const data = {
  results: await readResults(here("results.jsonl")),
  ensembles: await readResults(here("ensembles.jsonl")),
  information: await readResults(here("information.jsonl")),
  boosting: await readResults(here("boosting.jsonl")),
  nearest: await readResults(here("nearest.jsonl")),
  tried: await readResults(here("tried.jsonl")),
  now: await readResults(here("now.jsonl")),
  "now-ensembles": await readResults(here("now-ensembles.jsonl")),
};
const tables = new AccuracyTables(data, correctedResampledInterval);

const readme = await readFile(here("README.md"), "utf8");
const [before] = fillSection(fillSection(readme, "tried", tables.tried()), "now", tables.now()).split(
  "<!-- results -->",
);
await writeFile(here("README.md"), `${before}<!-- results -->\n\n${tables.sections()}\n`);

const projectReadme = new URL("../../README.md", import.meta.url);
await writeFile(projectReadme, fillSection(await readFile(projectReadme, "utf8"), "results", tables.headlines()));
