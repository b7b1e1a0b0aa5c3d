/*
 * Categories of many values: columns of 0 and 1 against a narrower learned embedding and against means of the target.
 *   npm run build && node experiments/categories/run.mjs --seeds 1-3 [--workers 2]
 * One JSON line per table and seed: validation errors, and differences from columns of 0 and 1 on the same validation rows.
 * Columns of 0 and 1 into a first layer of 64 are a learned embedding of 64 numbers for each value; `narrow` puts a layer of
 * 8 units in front of it, an embedding of 8; `means` replaces a value by the mean target of the other training
 * rows that have it, shrunk towards the mean of all as by 10 rows more.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { pairedDifference, parseConfig, Rng } from "pidreg";
import { createEngine } from "pidreg/engine";
import { parseCsv } from "../../dist/files/parse-csv.js";
import { prepareRun } from "../../dist/run/prepare.js";
import { train } from "../../dist/training/trainer.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";

const houses = fileURLToPath(new URL("../../../shared/data/houses_multimodal/table.csv", import.meta.url));

/** Rows of a table: target, columns of numbers, the category. */
const tables = {
  "made-60": (seed) => made(60, seed),
  "made-200": (seed) => made(200, seed),
  houses: () => readHouses(),
};

/**
 * 2000 rows; category k of `values` has three hidden numbers u, and y = u1 + u2 x1 + x2 + noise: an offset and an interaction, what
 * embeddings are for. Frequent and rare values: the share of k falls as 1 / (k + 5).
 */
function made(values, seed) {
  const rng = new Rng(`categories/${values}/${seed}`);
  const hidden = Array.from({ length: values }, () => [rng.normal(), rng.normal()]);
  const shares = hidden.map((_, k) => 1 / (k + 5));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return Array.from({ length: 2000 }, () => {
    let left = rng.uniform() * whole;
    let k = 0;
    while (k < values - 1 && left > shares[k]) left -= shares[k++];
    const x = [rng.normal(), rng.normal(), rng.normal()];
    return { y: hidden[k][0] + hidden[k][1] * x[0] + x[1] + 0.5 * rng.normal(), x, kind: `k${k}` };
  });
}

/** Houses of Ahmed & Moustafa 2016: the logarithm of the price to base 10, by size and zip code. */
async function readHouses() {
  const { header, rows } = parseCsv(await readFile(houses, "utf8"), houses);
  const cell = (row, name) => row[header.indexOf(name)];
  return rows.map((row) => ({
    y: Math.log10(Number(cell(row, "price"))),
    x: ["bedrooms", "bathrooms", "area"].map((name) => Number(cell(row, name))),
    kind: `z${cell(row, "zipcode")}`,
  }));
}

/** Parts of the rows: 60 % training, 20 % validation, 20 % test. */
function partsOf(rows, seed) {
  const order = new Rng(`categories/split/${seed}`).permutation(rows.length);
  const parts = Array(rows.length);
  order.forEach((row, i) => {
    parts[row] = i < 0.6 * rows.length ? "train" : i < 0.8 * rows.length ? "validation" : "test";
  });
  return parts;
}

/** Mean target of the training rows of the same category, the row itself left out, shrunk by 10 rows of the mean of all. */
function targetMeans(rows, parts) {
  const sums = new Map();
  let [total, count] = [0, 0];
  rows.forEach(({ y, kind }, i) => {
    if (parts[i] !== "train") return;
    const [sum, n] = sums.get(kind) ?? [0, 0];
    sums.set(kind, [sum + y, n + 1]);
    total += y;
    count++;
  });
  const all = total / count;
  return rows.map(({ y, kind }, i) => {
    const [sum, n] = sums.get(kind) ?? [0, 0];
    const own = parts[i] === "train" ? 1 : 0;
    return (sum - own * y + 10 * all) / (n - own + 10);
  });
}

const encodings = {
  "columns of 0 and 1": { who: { categories: ["kind"] } },
  narrow: { who: { categories: ["kind"] }, hidden: [8, 64, 32] },
  means: { who: { columns: ["mean"] } },
};

/** Trains with every encoding on the same rows. */
export async function runCell({ table, seed }) {
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-categories-"));
  try {
    const rows = await tables[table](seed);
    const parts = partsOf(rows, seed);
    const means = targetMeans(rows, parts);
    const lines = rows.map(({ y, x, kind }, i) => [y, ...x, kind, means[i], parts[i]].join(","));
    await writeFile(path.join(folder, "t.csv"), `${["y,x1,x2,x3,kind,mean,part", ...lines].join("\n")}\n`);
    const found = {};
    for (const [name, encoding] of Object.entries(encodings)) found[name] = await errors(folder, encoding, seed);
    const [first] = Object.values(found);
    const rng = new Rng("categories/bootstrap");
    const result = Object.entries(found).map(([name, { truth, prediction }]) => {
      const { value, low, high } = pairedDifference(rmse, truth, prediction, first.prediction, {
        rng: rng.split(name),
        groups: null,
      });
      return [
        name,
        { rmse: digits(rmse(truth, prediction)), difference: digits(value), low: digits(low), high: digits(high) },
      ];
    });
    return { validation: Object.fromEntries(result) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function errors(folder, { who, hidden }, seed) {
  const config = parseConfig({
    ...{ name: "t", seed },
    data: {
      ...{ file: path.join(folder, "t.csv"), target: "y", split: { by: "column", column: "part" } },
      modalities: { who, other: { columns: ["x1", "x2", "x3"] } },
    },
    model: {
      latentDim: 16,
      encoder: {
        ...{ hidden: [64, 32], embedding: "none" },
        // The narrow layer stands for the embedding, which nothing is dropped from.
        modalities: hidden === undefined ? {} : { who: { hidden, dropout: [0, 0.3, 0.3] } },
      },
      predictor: { hidden: [64, 32] },
    },
    losses: { gaussianity: { weight: 0 }, independence: { weight: 0 }, jointGaussianity: { weight: 0 } },
    training: { batchSize: 64, stage1: { maxEpochs: 10 }, stage2: { maxEpochs: 50, patience: 12 } },
  });
  const rng = new Rng(seed);
  const prepared = await prepareRun(config, folder, rng);
  const engine = await createEngine(config.engine, { threads: config.threads });
  const trained = await train({ config, data: prepared.training, engine, rng });
  try {
    const { training, split } = prepared;
    const request = { inputs: training.modalities, rows: split.validation, weights: trained.fusionWeights };
    const { prediction } = await trained.learner.inference.run(request);
    const truth = Float64Array.from(split.validation, (row) => training.rawTarget[row]);
    return { truth, prediction: training.toRaw(prediction) };
  } finally {
    await trained.learner.dispose();
  }
}

function rmse(truth, prediction) {
  return Math.sqrt(truth.reduce((sum, y, i) => sum + (prediction[i] - y) ** 2, 0) / truth.length);
}

function digits(value) {
  return Number(value.toPrecision(3));
}

if (isMain(import.meta.url)) {
  const { seeds, pool } = studyArguments(import.meta.url, {});
  const cells = seeds.flatMap((seed) => Object.keys(tables).map((table) => ({ table, seed })));
  await runStudy({ ...pool, cells });
}
