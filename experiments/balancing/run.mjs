/*
 * What the terms that balance modalities change: errors, atoms, and errors of rows that lack a modality.
 *   npm run build && node experiments/balancing/run.mjs [--tables hidden,idle,brain-age] [--arms none,game-0.1] [--seeds 1-3] [--workers 1] [--out FILE]
 * One JSON line per table, arm and seed; those that are in the file already are left out. Tables: summarise.mjs.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { evaluatePart, Rng } from "pidreg";
import { stringify } from "yaml";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { shortStudies, trainOnce } from "../lib/train.mjs";

const game = (weight) => `losses.balance.game.weight=${weight}`;
const entropy = (weight) => `losses.balance.functionalEntropy.weight=${weight}`;
const noHeads = "losses.auxiliary.weight=0";

/** What is changed in each arm; the last ones are without the linear heads on each latent, which balance too. */
export const arms = {
  none: [],
  "game-0.1": [game(0.1)],
  "entropy-0.01": [entropy(0.01)],
  "entropy-0.1": [entropy(0.1)],
  "no-heads": [noHeads],
  "no-heads-game-0.1": [noHeads, game(0.1)],
  "no-heads-entropy-0.1": [noHeads, entropy(0.1)],
};

/** Targets of two modalities of eight columns each, of which the first tells its part in a straight line. */
const drawn = {
  /** The second tells as much, by products of its columns, which take longer to learn. */
  hidden: (a, b, e) => a[0] + b[0] * b[1] + 0.3 * e,
  /** The second tells nothing: there is nothing to balance. */
  idle: (a, _b, e) => a[0] + a[1] * a[2] + 0.3 * e,
};

/** Rows that may lack a modality need a model that was trained for it. */
const common = ["training.modalityDropout=0.2"];

async function withDrawnTable(name, rows, seed, use) {
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-balancing-"));
  const rng = new Rng(seed).split(`balancing/${name}`);
  const normals = () => Array.from({ length: 8 }, () => rng.normal());
  const lines = Array.from({ length: rows }, () => {
    const [a, b] = [normals(), normals()];
    return [...a, ...b, drawn[name](a, b, rng.normal())].map((value) => value.toFixed(6)).join(",");
  });
  const columns = ["a", "b"].flatMap((side) => Array.from({ length: 8 }, (_, j) => `${side}${j + 1}`));
  const config = path.join(folder, "config.yaml");
  try {
    await writeFile(path.join(folder, "table.csv"), `${[[...columns, "y"].join(","), ...lines].join("\n")}\n`);
    const modalities = { a: { columns: ["a*"] }, b: { columns: ["b*"] } };
    await writeFile(config, stringify({ name, data: { file: "table.csv", target: "y", modalities } }));
    return await use(config);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function runCell({ table, arm, rows, seed, set }) {
  const start = process.cpuUsage();
  const { settings, open } = shortStudies[Object.hasOwn(drawn, table) ? "mixed" : table];
  const overrides = [...settings, ...common, ...set, `seed=${seed}`, ...arms[arm]];
  const train = (config) => trainOnce(config, overrides, lackingErrors);
  const found = Object.hasOwn(drawn, table)
    ? await withDrawnTable(table, rows, seed, train)
    : await open(seed, (config) => train(config));
  const used = process.cpuUsage(start);
  return {
    test: found.test,
    lacking: found.inspected,
    atoms: found.testAtoms.values,
    weights: found.weights,
    epochs: found.epochs,
    seconds: Math.round((used.user + used.system) / 1e4) / 100,
  };
}

/** Root mean squared errors on the test rows that were left without each modality. */
async function lackingErrors({ prepared: { training, split }, trained: { learner, fusionWeights } }) {
  const names = training.modalities.map(({ name }) => name);
  const errors = {};
  for (const [m, name] of names.entries()) {
    const inputs = training.modalities.map((modality, k) =>
      k === m ? { ...modality, present: new Uint8Array(training.rawTarget.length) } : modality,
    );
    const { prediction } = await learner.inference.run({ inputs, rows: split.test, weights: fusionWeights });
    const truth = Float64Array.from(split.test, (row) => training.rawTarget[row]);
    errors[name] = evaluatePart(training.targetNames, truth, training.toRaw(prediction)).overall.rmse;
  }
  return errors;
}

if (isMain(import.meta.url)) {
  const options = studyArguments(import.meta.url, {
    tables: { type: "string", default: "hidden,idle,brain-age" },
    arms: { type: "string", default: Object.keys(arms).join(",") },
    rows: { type: "string", default: "2000" },
  });
  const { seeds, set, pool } = options;
  const list = (text) => text.split(",");
  const cells = seeds.flatMap((seed) =>
    list(options.tables).flatMap((table) =>
      list(options.arms).map((arm) => ({ table, arm, rows: Number(options.rows), seed, set })),
    ),
  );
  await runStudy({ ...pool, cells });
}
