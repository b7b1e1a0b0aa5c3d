/*
 * Test errors of what knows no feature but the time of a row: the line between the training rows before and after it, on the
 * rows of run.mjs. Of the tables whose rows have an order; the others have none.
 *   npm run build && node experiments/accuracy/nearest.mjs [--seeds 1-3]
 * No network is trained. Lines of nearest.jsonl; ridge is made again, and must be that of results.jsonl: the same rows.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { Rng } from "pidreg";
import { evaluateBaselines, fitBaselines } from "../../dist/run/baselines/baselines.js";
import { prepareRun } from "../../dist/run/prepare.js";
import { isMain, readResults, runStudy, studyArguments } from "../lib/pool.mjs";
import { studyConfig } from "./run.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const order = {
  appliances: "date",
  "appliances-later": "date",
  "gas-turbine": "hour",
  "gas-turbine-years": "hour",
  "gas-turbine-two": "hour",
};

/** Errors of the baselines of one table and seed. */
export async function runCell({ study, seed }) {
  const column = order[study];
  const file = column === "hour" ? [`data.file=${await withHours()}`] : [];
  const { config, baseFolder } = await studyConfig(study, seed, [`seed=${seed}`, `data.order=${column}`, ...file]);
  const prepared = await prepareRun(config, baseFolder, new Rng(config.seed));
  const { split } = prepared;
  const predicted = await (await fitBaselines(prepared))(Int32Array.from([...split.validation, ...split.test]));
  const parts = evaluateBaselines(prepared, Object.entries(predicted));
  await refuseOtherRows(study, seed, parts.ridge.test.overall.rmse);
  return { errors: { "nearest-in-time": parts["nearest-in-time"] } };
}

/** @throws Error where the rows are not those of the study */
async function refuseOtherRows(study, seed, rmse) {
  const lines = await readResults(here("results.jsonl"));
  const known = lines.find((line) => line.study === study && line.seed === seed)?.errors.ridge.test.overall.rmse;
  if (known === undefined || Math.abs(known - rmse) > 1e-6 * known)
    throw new Error(`${study}, seed ${seed}: ridge has ${rmse}, in results.jsonl ${known}: other rows`);
}

/** The turbine's table names the year alone; its rows are hours in the order of time, and here they are numbered. */
async function withHours() {
  const table = gunzipSync(await readFile(here("../../../shared/data/gas_turbine_nox/table.csv.gz"))).toString("utf8");
  const [header, ...lines] = table.trimEnd().split("\n");
  const numbered = [`hour,${header}`, ...lines.map((line, i) => `${i + 1},${line}`)];
  const file = here("../../runs/accuracy/gas-turbine-hours.csv.gz");
  await mkdir(here("../../runs/accuracy"), { recursive: true });
  await writeFile(file, gzipSync(`${numbered.join("\n")}\n`));
  return file;
}

if (isMain(import.meta.url)) {
  const { seeds, pool } = studyArguments(import.meta.url, {});
  const cells = seeds.flatMap((seed) => Object.keys(order).map((study) => ({ study, seed })));
  await runStudy({ ...pool, file: here("nearest.jsonl"), cells });
}
