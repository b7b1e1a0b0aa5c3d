/*
 * Errors of pidreg and ridge regression on small and wide tables.
 *   npm run build && node experiments/small-wide/run.mjs --seeds 1-3 --workers 1 [--tables spread,sparse] [--set path=value ..]
 * One JSON line per table and seed in results.jsonl: root mean squared errors of validation and test rows of the model, of its
 * network without the linear path and of ridge regression, the shares of the path and CPU seconds of the training. Seeds from 11 on are for choosing. Table: summarise.mjs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { evaluatePart, loadConfig, Rng } from "pidreg";
import { createEngine } from "pidreg/engine";
import { linearNames } from "../../dist/models/linear-path.js";
import { fitBaselines } from "../../dist/run/baselines/baselines.js";
import { prepareRun } from "../../dist/run/prepare.js";
import { train } from "../../dist/training/trainer.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { tables, writeTable } from "./tables.mjs";

export async function runCell({ table, set, seed }) {
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-small-wide-"));
  try {
    const file = await writeTable(table, seed, folder);
    if (file === null) throw new Error(`the source of the table ${table} is not there`);
    return await measure(await loadConfig(file, set));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure({ config, baseFolder }) {
  const rng = new Rng(config.seed);
  const prepared = await prepareRun(config, baseFolder, rng);
  const { training: data, split } = prepared;
  const engine = await createEngine(config.engine, { threads: config.threads });
  const before = process.cpuUsage();
  const trained = await train({ config, data, engine, rng });
  const { user, system } = process.cpuUsage(before);
  const baselines = await fitBaselines(prepared);
  const ofParts = async (predict) => ({
    validation: await errorOf(data, split.validation, predict),
    test: await errorOf(data, split.test, predict),
  });
  const inputs = data.modalities;
  const network = async (rows) => {
    const { prediction } = await trained.learner.inference.run({ inputs, rows, weights: trained.fusionWeights });
    return data.toRaw(prediction);
  };
  const model = await ofParts(network);
  const shares = await withoutPath(trained.learner);
  const alone = await ofParts(network);
  const linear = await ofParts(async (rows) => (await baselines(rows)).ridge);
  await engine.dispose();
  const cpuSeconds = Math.round((user + system) / 1e5) / 10;
  return { pidreg: model, network: alone, ridge: linear, shares, cpuSeconds };
}

async function errorOf(data, rows, predict) {
  const truth = Float64Array.from(rows, (row) => data.rawTarget[row]);
  return evaluatePart(data.targetNames, truth, await predict(rows)).overall.rmse;
}

/** Takes the linear path out of the averaged weights. @returns the shares that it had; null where the model has none */
async function withoutPath(learner) {
  if (!learner.model.architecture.linearPath) return null;
  const { parameters } = learner.layout;
  const blocks = parameters.unpackValues((await learner.snapshot()).average);
  const shares = [...blocks.find(({ name }) => name === linearNames.share).values];
  const values = new Map(
    blocks.map(({ name, values }) => [name, name.startsWith("linear.") ? values.fill(0) : values]),
  );
  learner.restore({ average: parameters.pack((name) => values.get(name)) });
  return shares.map((share) => Number(share.toFixed(2)));
}

if (isMain(import.meta.url)) {
  const {
    tables: asked,
    set,
    seeds,
    pool,
  } = studyArguments(import.meta.url, {
    tables: { type: "string", default: Object.keys(tables).join(",") },
  });
  const cells = seeds.flatMap((seed) => asked.split(",").map((table) => ({ table, set, seed })));
  await runStudy({ ...pool, cells });
}
