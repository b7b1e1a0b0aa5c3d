/*
 * What another setting does to the error, on splits that may be others than those of results.jsonl.
 *   npm run build && node experiments/accuracy/try.mjs --study brain-age --seeds 11-18 [--workers 2] --set path=value [--set ..]
 * Without --set it is the study's config as it stands. One JSON line per training in tried.jsonl, with validation errors, by
 * which settings are chosen, and test errors; those that are in the file are not done again. Table: summarise.mjs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { trainRun } from "pidreg";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { studyConfig } from "./run.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** One training: root mean squared errors in the target's unit. */
export async function runCell({ study, set, seed }) {
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-try-"));
  try {
    const { config, baseFolder } = await studyConfig(study, seed, [...set, `seed=${seed}`]);
    const { metrics } = await trainRun({ config, baseFolder, out: path.join(folder, "run") });
    return { validation: metrics.validation.overall.rmse, test: metrics.test.overall.rmse };
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (isMain(import.meta.url)) {
  const { study, set, seeds, pool } = studyArguments(import.meta.url, {
    study: { type: "string" },
    out: { type: "string", default: here("tried.jsonl") },
  });
  if (study === undefined) throw new Error("which table? --study NAME, a file of configs/ without its ending");
  await runStudy({ ...pool, cells: seeds.map((seed) => ({ study, set, seed })) });
}
