// Makes tables of any size and runs commands on them, with what they used: shared by the scripts that measure.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { writeParquet } from "./made-parquet.mjs";

const program = fileURLToPath(new URL("../bin/pidreg.js", import.meta.url));
/** Runs in the measured process and writes what it used when it ends. */
const hook = `data:text/javascript,${encodeURIComponent(
  'import { writeFileSync } from "node:fs";' +
    'process.on("exit", () => writeFileSync(process.env.PIDREG_USAGE, JSON.stringify(process.resourceUsage())));',
)}`;

/** `a_0`, `a_1`, .. */
export const names = (prefix, count) => Array.from({ length: count }, (_, j) => `${prefix}_${j}`);

/** Evenly spread numbers in [-0.5, 0.5) without a generator: fractional parts of multiples of an irrational number. */
const noise = (i, j) => ((i * Math.SQRT2 + (i + 3) * (j + 1) * 0.618033988749895) % 1) - 0.5;
const short = (value) => String(Number(value.toPrecision(6)));

/**
 * Modalities of `width` columns; the target is a sum and a product of some of them, and a little noise.
 * @param change alters the cells of row i before they are written
 */
export function table({ rows = 1500, width = 5, targets = ["y"], modalities = ["a", "b"], change = () => undefined }) {
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

async function writeTable(file, { header, rows, row }) {
  const stream = createWriteStream(file);
  stream.write(`${header.join(",")}\n`);
  const block = Math.max(1, Math.floor(200_000 / header.length));
  for (let from = 0; from < rows; from += block) {
    const lines = Array.from({ length: Math.min(block, rows - from) }, (_, i) => row(from + i).join(","));
    if (!stream.write(`${lines.join("\n")}\n`)) await new Promise((resolve) => stream.once("drain", resolve));
  }
  await new Promise((resolve) => stream.end(resolve));
}

/** Few epochs and no pilots: what a training takes at its largest does not depend on them. */
const briefly = {
  "training.stage1.maxEpochs": 1,
  "training.stage2.maxEpochs": 1,
  "training.pilot.epochs": 1,
  "model.encoder.embedding": "none",
};

/**
 * The same as a Parquet file, of as many rows as there is room for on disk, trained on out of core.
 * @param sample rows that are held
 */
export function parquetTable({ rows, width, modalities, sample }) {
  const { config } = table({ width, modalities });
  return {
    file: (folder, name) =>
      writeParquet(join(folder, `${name}.parquet`), { rows, modalities: modalities.length, width }),
    config: { ...config, target: "y", outOfCore: { sample }, streaming: { cache: "cache" } },
  };
}

/**
 * Trains once on a made table, in a process of its own.
 * @param overrides values of the config by key
 * @returns exit code, stderr, largest resident size (megabytes of 10^6 bytes) and CPU time (seconds)
 */
export async function train(folder, name, made, overrides = {}) {
  const file = made.file === undefined ? `${name}.csv` : `${name}.parquet`;
  await (made.file?.(folder, name) ?? writeTable(join(folder, file), made));
  const config = { name: "load", data: { file, id: "id", ...made.config, ...made.data } };
  await writeFile(join(folder, `${name}.yaml`), stringify(config));
  const sets = Object.entries({ ...briefly, ...overrides }).flatMap(([key, value]) => [
    "--set",
    `${key}=${JSON.stringify(value)}`,
  ]);
  const args = ["train", join(folder, `${name}.yaml`), "--out", join(folder, `${name}-run`), "--quiet", ...sets];
  return usageOf(args, { folder });
}

/**
 * Runs a command in a process of its own.
 * @param onText gets what it writes on stderr
 * @returns exit code, stderr, largest resident size (megabytes of 10^6 bytes) and CPU time (seconds)
 */
export async function usageOf(args, { folder, onText = () => undefined }) {
  const usage = join(folder, "usage.json");
  const env = { ...process.env, PIDREG_USAGE: usage };
  const child = spawn(process.execPath, ["--import", hook, program, ...args], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    onText(text);
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(await readFile(usage, "utf8"));
  return { code, stderr, megabytes: (maxRSS * 1024) / 1e6, seconds: (userCPUTime + systemCPUTime) / 1e6 };
}
