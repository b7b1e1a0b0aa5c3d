// Decomposition of a table in Parquet shards by the command line: moments of each, merged, against one pass over all.
//   node bench/main.mjs pid-shards [--shards N] [--rows N] [--folder FOLDER] [--json]
// Shards that FOLDER lacks are generated first (75 MB for a million rows), and kept.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";

const option = (args, name, otherwise) => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? otherwise : args[at + 1];
};
export const columns = ["--target", "y", "--modality", "a=a*", "--modality", "b=b*"];
const round = (value, digits) => Number(value.toFixed(digits));

export async function run(args) {
  const shards = Number(option(args, "shards", 40));
  const rows = Number(option(args, "rows", 100_000));
  const folder = option(args, "folder", join(tmpdir(), `pidreg-shards-${shards}x${rows}`));
  await generate(folder, shards, rows);
  const files = Array.from({ length: shards }, (_, k) => shardFile(folder, k));
  const partials = files.map((file) => `${file}.partial`);
  const each = [];
  for (const [k, file] of files.entries()) {
    each.push(await decompose(["--data", file, ...columns, "--partial", partials[k]]));
  }
  const merge = await decompose(["--merge", ...partials, "--json"]);
  const single = await decompose(["--data", join(folder, "*.parquet"), ...columns, "--stream", "--json"]);
  const most = (key) => Math.max(...each.map((one) => one[key]));
  const row = (step, { cpuSeconds, peakMb }) => ({
    step,
    "cpu s": round(cpuSeconds, 1),
    "peak MB": Math.round(peakMb),
  });
  const largestDifference = difference(JSON.parse(single.out), JSON.parse(merge.out));
  return {
    title:
      `decompose of ${shards} shards of ${rows} rows and 61 columns, from Parquet; ` +
      `largest difference of any number ${largestDifference.toExponential(1)} bits`,
    columns: ["step", "cpu s", "peak MB"],
    rows: [
      row("a shard, at most", { cpuSeconds: most("cpuSeconds"), peakMb: most("peakMb") }),
      row("merge", merge),
      row("one pass over all", single),
    ],
    largestDifference,
  };
}

/** Writes the shards that are not there yet. */
async function generate(folder, shards, rows) {
  await mkdir(folder, { recursive: true });
  for (let k = 0; k < shards; k++) {
    if (existsSync(shardFile(folder, k))) continue;
    console.error(`generating ${shardFile(folder, k)} ...`);
    await generateShard(shardFile(folder, k), k, rows);
  }
}

export const shardFile = (folder, k) => join(folder, `${String(k).padStart(3, "0")}.parquet`);

/**
 * 30 + 30 columns of noise, some of which tell about y, and one another. Features have two decimals, so that Parquet's dictionaries
 * hold them: 85 MB for a million rows.
 */
export async function generateShard(file, k, rows) {
  const database = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await database.connect();
  // Sums of two even numbers in [-1, 1), from a hash of the row of the whole table and of the column.
  const noise = (j) => `(h${j} % 200 + (h${j} >> 20) % 200) / 100.0 - 2`;
  const hashes = Array.from({ length: 61 }, (_, j) => `hash((i + ${k * rows}) * 64 + ${j}) AS h${j}`).join(", ");
  const base = Array.from({ length: 60 }, (_, j) => `${noise(j)} AS x${j}`).join(", ");
  const own = Array.from({ length: 60 }, (_, j) =>
    j < 30 ? `x${j} + 1000 AS a${j}` : `round(x${j} + 0.5 * x${j - 30}, 2) AS b${j - 30}`,
  ).join(", ");
  await connection.run(
    `COPY (SELECT ${own}, x0 + x1 + 0.5 * x2 + 0.7 * x31 + 3 * e AS y
     FROM (SELECT ${base}, h60 / 18446744073709551616.0 AS e FROM (SELECT ${hashes} FROM range(${rows}) t(i)))) TO '${file}.new' (FORMAT parquet)`,
  );
  connection.closeSync();
  database.closeSync();
  await rename(`${file}.new`, file);
}

/** Runs the command in a process of its own, which reports its time and its largest memory when it ends. */
export function decompose(args) {
  const bin = fileURLToPath(new URL("../bin/pidreg.js", import.meta.url));
  const report = `process.on("exit", () => process.stderr.write("\\nusage " + JSON.stringify(process.resourceUsage()) + "\\n"))`;
  const words = ["--import", `data:text/javascript,${encodeURIComponent(report)}`, bin, "decompose", ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    const texts = { out: "", err: "" };
    child.stdout.on("data", (chunk) => {
      texts.out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      texts.err += chunk;
    });
    child.on("close", (code) => {
      if (code !== 0) return reject(new Error(`decompose failed: ${texts.err}`));
      const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(/usage (\{.*\})/.exec(texts.err)[1]);
      resolve({ out: texts.out, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1000 });
    });
  });
}

/** Largest difference of any two numbers at the same place of what was found. */
export function difference(a, b) {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b);
  if (typeof a !== "object" || a === null || b === null) return 0;
  const kept = Object.keys(a).filter((key) => key in b && !["duplicates", "settings"].includes(key));
  return Math.max(0, ...kept.map((key) => difference(a[key], b[key])));
}
