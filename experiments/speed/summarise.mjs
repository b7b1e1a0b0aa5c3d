/*
 * The table of README.md from tried.jsonl: node experiments/speed/summarise.mjs [--print]
 * One row per table, state of the code and setting; differences and ratios are with "before" on the same seeds.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain, readResults } from "../lib/pool.mjs";
import { fillSection } from "../lib/statistics.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Validation error and CPU seconds of the present state, and those before by seed, as Markdown.
 * @param accuracy results of the accuracy study, trained with the code before
 */
export function summarise(lines, accuracy) {
  const trained = accuracy.map(({ study, seed, errors }) => [
    `${study} ${seed}`,
    { validation: errors.pidreg.validation.overall.rmse },
  ]);
  const before = new Map([...trained, ...lines.filter(isBefore).map((line) => [`${line.table} ${line.seed}`, line])]);
  const groups = new Map();
  for (const line of lines) {
    const key = JSON.stringify([line.table, line.label, line.set]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const rows = [...groups.values()].map((group) => row(group, before));
  return [
    "| table | code | settings | seeds | validation RMSE | to before | CPU seconds | epochs: pilots, stage 1, stage 2 |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.sort(),
  ].join("\n");
}

const isBefore = ({ label, set }) => label === "before" && set.length === 0;

function row(group, before) {
  const [{ table, label, set }] = group;
  const seeds = [...new Set(group.map(({ seed }) => seed))].sort((a, b) => a - b);
  const paired = group.flatMap((line) => {
    const own = before.get(`${table} ${line.seed}`);
    return own === undefined || isBefore(line) ? [] : [line.validation / own.validation - 1];
  });
  const change = paired.length === 0 ? "" : `${(100 * mean(paired)).toFixed(1)} %`;
  const settings = set.map((text) => `\`${text}\``).join("<br>");
  const seconds = group.map(({ cpuSeconds }) => cpuSeconds).filter((value) => value !== null);
  const epochs = group.map(({ phases }) => epochsOf(phases)).filter((text) => text !== "");
  return [
    "",
    ...[table, label, settings, seeds.join(", "), mean(group.map(({ validation }) => validation)).toFixed(3), change],
    ...[seconds.length === 0 ? "" : mean(seconds).toFixed(0), epochs.join("; "), ""],
  ]
    .join(" | ")
    .trim();
}

function epochsOf(phases = []) {
  const of = (name) => phases.filter((phase) => phase.name.startsWith(name)).map(({ epochs }) => epochs);
  return [of("pilot"), of("stage1"), of("stage2")]
    .map((counts) => counts.join("+"))
    .filter(Boolean)
    .join(", ");
}

if (isMain(import.meta.url)) {
  const text = summarise(await readResults(here("tried.jsonl")), await readResults(here("../accuracy/results.jsonl")));
  if (!process.argv.includes("--print")) {
    const readme = here("README.md");
    await writeFile(readme, fillSection(await readFile(readme, "utf8"), "tried", text));
  }
  process.stdout.write(`${text}\n`);
}
