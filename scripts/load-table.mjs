// Trains on large and odd tables and prints the table of docs/limits.md: outcome, CPU time and largest resident size.
// Usage: npm run build && node scripts/load-table.mjs [NAME ...]
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";

const program = fileURLToPath(new URL("../bin/pidreg.js", import.meta.url));
/** Runs in the measured process and writes what it used when it ends. */
const hook = `data:text/javascript,${encodeURIComponent(
  'import { writeFileSync } from "node:fs";' +
    'process.on("exit", () => writeFileSync(process.env.PIDREG_USAGE, JSON.stringify(process.resourceUsage())));',
)}`;

const names = (prefix, count) => Array.from({ length: count }, (_, j) => `${prefix}_${j}`);
/** Evenly spread numbers in [-0.5, 0.5) without a generator: fractional parts of multiples of an irrational number. */
const noise = (i, j) => ((i * Math.SQRT2 + (i + 3) * (j + 1) * 0.618033988749895) % 1) - 0.5;
const short = (value) => String(Number(value.toPrecision(6)));

/** Two modalities of `width` columns; the target is a sum and a product of some of them, and a little noise. */
function table({ rows = 1500, width = 5, targets = ["y"], modalities = ["a", "b"], change = () => undefined }) {
  const features = modalities.flatMap((name) => names(name, width));
  return {
    rows,
    header: ["id", ...targets, ...features],
    config: {
      target: targets,
      // Names of columns may hold anything, those of modalities letters of any script.
      modalities: Object.fromEntries(
        modalities.map((name) => [name.replace("🧠", "brain"), { columns: [`${name}_*`] }]),
      ),
    },
    row(i) {
      const x = features.map((_, j) => noise(i + 1, j));
      const y = targets.map((_, t) => x[t % x.length] + x[width] + x[0] * x[width] + 0.3 * noise(i + 1, x.length + t));
      const cells = Object.fromEntries([["id", `r${i}`], ...targets.map((name, t) => [name, y[t]])]);
      features.forEach((name, j) => {
        cells[name] = x[j];
      });
      change(cells, i);
      return [cells.id, ...[...targets, ...features].map((name) => short(cells[name]))];
    },
  };
}

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
  modalities: ["1500 rows, 20 modalities of 3 columns", table({ width: 3, modalities: names("m", 20) })],
  targets: ["1500 rows, 2 x 10 columns, 50 targets", table({ width: 10, targets: names("y", 50) })],
  groups: ["400 rows, every group one row", { ...table(odd), data: { group: "id", split: { by: "group" } } }],
  ids: ["an id column with repeated ids", table({ ...odd, change: (cells, i) => (cells.id = `r${i % 399}`) })],
  unicode: [
    "emoji and letters of any script as names",
    table({ ...odd, targets: ["ñ 🎯"], modalities: ["🧠", "тело"] }),
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

async function writeTable(file, { header, rows, row }) {
  const stream = createWriteStream(file);
  stream.write(`${header.join(",")}\n`);
  for (let from = 0; from < rows; from += 2000) {
    const lines = Array.from({ length: Math.min(2000, rows - from) }, (_, i) => row(from + i).join(","));
    if (!stream.write(`${lines.join("\n")}\n`)) await new Promise((resolve) => stream.once("drain", resolve));
  }
  await new Promise((resolve) => stream.end(resolve));
}

/** Trains once; one epoch per stage and no pilots unless the table is small. */
async function train(folder, name, made) {
  const config = { name: "load", data: { file: `${name}.csv`, id: "id", ...made.config, ...made.data } };
  await writeFile(join(folder, `${name}.yaml`), stringify(config));
  const overrides = ["training.stage1.maxEpochs=1", "training.stage2.maxEpochs=1", "model.encoder.embedding=none"];
  const args = ["train", join(folder, `${name}.yaml`), "--out", join(folder, `${name}-run`), "--quiet"];
  const usage = join(folder, `${name}.usage.json`);
  const all = ["--import", hook, program, ...args, ...overrides.flatMap((override) => ["--set", override])];
  const env = { ...process.env, PIDREG_USAGE: usage };
  const child = spawn(process.execPath, all, { env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(await readFile(usage, "utf8"));
  return { code, stderr, megabytes: maxRSS / 1024, seconds: (userCPUTime + systemCPUTime) / 1e6 };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in cases));
if (unknown.length > 0) throw new Error(`no case ${unknown.join(", ")}; there is: ${Object.keys(cases).join(", ")}`);
const folder = await mkdtemp(join(tmpdir(), "pidreg-load-"));
await mkdir(folder, { recursive: true });
process.stdout.write("| table | outcome | CPU time | memory |\n|---|---|---|---|\n");
try {
  for (const name of wanted.length === 0 ? Object.keys(cases) : wanted) {
    const [what, made] = cases[name];
    await writeTable(join(folder, `${name}.csv`), made);
    const { code, stderr, megabytes, seconds } = await train(folder, name, made);
    const outcome =
      code === 0 ? "trains" : `exit ${code}: ${stderr.trim().split("\n").at(-1)?.replace("pidreg: ", "")}`;
    process.stdout.write(`| ${what} | ${outcome} | ${seconds.toFixed(0)} s | ${megabytes.toFixed(0)} MB |\n`);
    await rm(join(folder, `${name}.csv`));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
