/*
 * Boosting (boosting.py) on the tables of the study, one JSON line per table and seed in boosting.jsonl.
 *   npm run build && node experiments/small-wide/boosting.mjs --seeds 1-3 --workers 1 [--tables spread,sparse]
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { tables, writeTable } from "./tables.mjs";

const script = fileURLToPath(new URL("boosting.py", import.meta.url));

export async function runCell({ table, seed }) {
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-small-wide-"));
  try {
    if ((await writeTable(table, seed, folder)) === null) throw new Error(`the source of ${table} is not there`);
    const env = { ...process.env, OMP_NUM_THREADS: "1" };
    const python = process.env.PYTHON ?? "python3";
    const { stdout } = await promisify(execFile)(python, [script, path.join(folder, "table.csv")], { env });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (isMain(import.meta.url)) {
  const {
    tables: asked,
    seeds,
    pool,
  } = studyArguments(import.meta.url, {
    tables: { type: "string", default: Object.keys(tables).join(",") },
    out: { type: "string", default: fileURLToPath(new URL("boosting.jsonl", import.meta.url)) },
  });
  await runStudy({ ...pool, cells: seeds.flatMap((seed) => asked.split(",").map((table) => ({ table, seed }))) });
}
