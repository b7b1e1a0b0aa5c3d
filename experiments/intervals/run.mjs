/*
 * Coverage and width of 90 % intervals made in five ways.
 *   npm run build && node experiments/intervals/run.mjs [--seeds 1-3] [--rows 400,1000,4000] [--workers 1] [--out results.jsonl]
 * One JSON line per table, number of rows (training and validation part together, 3 to 1) and seed; lines that are in the
 * file are left out. Tables of the results: summarise.mjs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfig, Rng } from "pidreg";
import { createEngine } from "pidreg/engine";
import { fitConditionalScale } from "../../dist/run/conditional-scale.js";
import { prepareRun } from "../../dist/run/prepare.js";
import { takeTrueValues } from "../../dist/training/data.js";
import { headRows } from "../../dist/training/row-head/head-rows.js";
import { train } from "../../dist/training/trainer.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { smallNetworks } from "../lib/train.mjs";
import { candidates } from "./candidates.mjs";
import { generated, writeTable } from "./tables.mjs";

const level = 0.9;
const testRows = 10_000;
const brainAge = fileURLToPath(new URL("../../configs/brain-age.yaml", import.meta.url));

export async function runCell({ table, rows, seed }) {
  if (table === "brain-age") return measure(await loadConfig(brainAge, [`seed=${seed}`, ...smallNetworks]), null);
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-intervals-"));
  try {
    const { config, beta } = await writeTable(table, { rows, testRows, seed }, folder);
    return await measure(await loadConfig(config), beta);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param beta latent that errors may follow, by row; of brain age the age itself */
async function measure({ config, baseFolder }, beta) {
  const rng = new Rng(config.seed);
  const prepared = await prepareRun(config, baseFolder, rng);
  const engine = await createEngine(config.engine, { threads: config.threads });
  const started = performance.now();
  try {
    const trained = await train({ config, data: prepared.training, engine, rng });
    const { training, split, dataset } = prepared;
    const all = Int32Array.from({ length: dataset.rows }, (_, i) => i);
    const { learner, fusionWeights } = trained;
    const scale = await fitConditionalScale({ config, prepared, trained, engine, rng });
    const run = await learner.inference.run({ inputs: training.modalities, rows: all, weights: fusionWeights });
    await learner.dispose();
    const truth = takeTrueValues(training, all);
    const errors = truth.map((y, i) => y - training.toRaw(run.prediction)[i]);
    const network = { ...run, inputs: training.modalities, rows: all, absentModalities: false };
    const read = standardised(await headRows(scale.head?.inputs ?? "latents", network), split.train);
    const scaleRead = await headRows(scale.head?.inputs ?? "latents", network);
    const units = dataset.group;
    const given = { errors, read, scaleRead, scale, units, level, engine };
    const made = await candidates({ ...given, train: split.train, validation: split.validation });
    const by = beta ?? [...truth];
    const found = Object.entries(made).map(([name, ends]) => [name, summary(ends, errors, split.test, by)]);
    const seconds = Math.round((performance.now() - started) / 1000);
    return { byRow: scale.head?.inputs ?? null, found: Object.fromEntries(found), seconds };
  } finally {
    await engine.dispose();
  }
}

function standardised({ values, width }, rows) {
  const out = Float32Array.from(values);
  for (let j = 0; j < width; j++) {
    const own = Array.from(rows, (i) => values[i * width + j]);
    const centre = own.reduce((sum, x) => sum + x, 0) / own.length;
    const spread = Math.sqrt(own.reduce((sum, x) => sum + (x - centre) ** 2, 0) / own.length) || 1;
    for (let i = j; i < out.length; i += width) out[i] = (values[i] - centre) / spread;
  }
  return { values: out, width };
}

/** Coverage, mean width, coverage by tenths of `by`; of ages also below and from 25 years. */
function summary(ends, errors, test, by) {
  const inside = (i) => ends(i).low <= errors[i] && errors[i] <= ends(i).high;
  const share = (rows) => Math.round((1000 * rows.filter(inside).length) / rows.length) / 1000;
  const rows = [...test];
  const ordered = [...rows].sort((i, k) => by[i] - by[k]);
  const tenth = (d) => ordered.slice(Math.floor((d * rows.length) / 10), Math.floor(((d + 1) * rows.length) / 10));
  const width = rows.reduce((sum, i) => sum + ends(i).high - ends(i).low, 0) / rows.length;
  return {
    covered: share(rows),
    width: Number.isFinite(width) ? Number(width.toPrecision(4)) : null,
    tenths: Array.from({ length: 10 }, (_, d) => share(tenth(d))),
    young: share(rows.filter((i) => by[i] < 25)),
    old: share(rows.filter((i) => by[i] >= 25)),
  };
}

if (isMain(import.meta.url)) {
  const { rows, seeds, pool } = studyArguments(import.meta.url, {
    rows: { type: "string", default: "400,1000,4000" },
  });
  const sizes = rows.split(",").map(Number);
  const cells = [
    ...seeds.map((seed) => ({ table: "brain-age", rows: null, seed })),
    ...sizes.flatMap((size) => seeds.flatMap((seed) => generated.map((table) => ({ table, rows: size, seed })))),
  ];
  await runStudy({ ...pool, cells });
}
