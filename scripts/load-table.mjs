// Trains on large and odd tables and prints the table of docs/limits.md: outcome, CPU time and largest resident size.
// Usage: npm run build && node scripts/load-table.mjs [NAME ...]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { names, table, train } from "./measured.mjs";

const odd = { rows: 400 };
/** Replaces the columns of the second modality. */
const secondModality = (value) => (cells) => {
  for (let j = 0; j < 5; j++) cells[`b_${j}`] = value(cells, j);
};
const cases = {
  "rows-100k": ["100,000 rows, 2 x 5 columns", table({ rows: 100_000 })],
  "rows-1m": ["1,000,000 rows, 2 x 5 columns", table({ rows: 1_000_000 })],
  "cells-20m": ["200,000 rows, 2 x 50 columns", table({ rows: 200_000, width: 50 })],
  columns: ["1500 rows, 2 x 500 columns", table({ width: 500 })],
  wide: ["2000 rows, 2 x 10,000 columns", table({ rows: 2000, width: 10_000 })],
  modalities: ["1500 rows, 20 modalities of 3 columns", table({ width: 3, modalities: names("m", 20) })],
  "modalities-100": [
    "1500 rows, 100 modalities of 3 columns, `model.fusion.interaction: none`",
    table({ width: 3, modalities: names("m", 100) }),
    { "model.fusion.interaction": "none" },
  ],
  "targets-30": ["1500 rows, 2 x 10 columns, 30 targets", table({ width: 10, targets: names("y", 30) })],
  targets: ["1500 rows, 2 x 10 columns, 50 targets", table({ width: 10, targets: names("y", 50) })],
  groups: ["400 rows, every group one row", { ...table(odd), data: { group: "id", split: { by: "group" } } }],
  ids: ["an id column with repeated ids", table({ ...odd, change: (cells, i) => (cells.id = `r${i % 399}`) })],
  unicode: [
    "emoji in names of target and columns, letters of any script",
    table({ ...odd, targets: ["ñ 🎯"], modalities: ["🧠", "тело"] }),
  ],
  emoji: [
    "an emoji as a modality's name",
    { ...table(odd), data: { modalities: { "🧠": { columns: ["a_*"] }, b: { columns: ["b_*"] } } } },
  ],
  extremes: [
    "values of 1e300 and 1e-300 in one modality",
    table({
      ...odd,
      change: (cells) => {
        cells.a_0 *= 1e300;
        cells.a_1 *= 1e-300;
      },
    }),
  ],
  constant: ["a modality of constant columns", table({ ...odd, change: secondModality(() => 7) })],
  "constant-column": ["a constant column in a modality", table({ ...odd, change: (cells) => (cells.b_0 = 7) })],
  collinear: [
    "a modality that is linear in the other",
    table({
      ...odd,
      change: secondModality((cells, j) => 2 * cells[`a_${j}`] - cells.a_0),
    }),
  ],
  copy: [
    "a modality that repeats the other's columns",
    table({ ...odd, change: secondModality((cells, j) => cells[`a_${j}`]) }),
  ],
  leak: ["a feature equal to the target", table({ ...odd, change: (cells) => (cells.a_3 = cells.y) })],
  "large-target": ["a target of spread 1e300", table({ ...odd, change: (cells) => (cells.y *= 1e300) })],
  "small-target": ["a target of spread 1e-300", table({ ...odd, change: (cells) => (cells.y *= 1e-300) })],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in cases));
if (unknown.length > 0) throw new Error(`no case ${unknown.join(", ")}; there is: ${Object.keys(cases).join(", ")}`);
const folder = await mkdtemp(join(tmpdir(), "pidreg-load-"));
process.stdout.write("| table | outcome | CPU time | memory |\n|---|---|---|---|\n");
try {
  for (const name of wanted.length === 0 ? Object.keys(cases) : wanted) {
    const [what, made, config] = cases[name];
    const { code, stderr, megabytes, seconds } = await train(folder, name, made, config);
    const outcome =
      code === 0 ? "trains" : `exit ${code}: ${stderr.trim().split("\n").at(-1)?.replace("pidreg: ", "")}`;
    process.stdout.write(`| ${what} | ${outcome} | ${seconds.toFixed(0)} s | ${megabytes.toFixed(0)} MB |\n`);
    await rm(join(folder, `${name}.csv`));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
