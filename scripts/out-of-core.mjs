// Compares trainings in memory and out of core on one table, in turn: rows a CPU second in the epochs, and validation errors by seed.
// Usage: npm run build && node scripts/out-of-core.mjs [ROWS] [REPEATS]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "pidreg";
import { createEngine } from "../dist/engine/index.js";
import { Rng } from "../dist/math/rng.js";
import { prepareRun } from "../dist/run/prepare.js";
import { train } from "../dist/training/trainer.js";
import { writeParquet } from "./made-parquet.mjs";

const [rows = 200_000, repeats = 3] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), "pidreg-out-of-core-"));

/** The sample is the whole table: both train on the same rows. */
const configOf = (seed, disk) =>
  parseConfig({
    name: "load",
    seed,
    data: {
      file: "t.parquet",
      id: "id",
      target: "y",
      modalities: { m_0: { columns: ["m_0_*"] }, m_1: { columns: ["m_1_*"] } },
      streaming: { cache: "cache" },
      ...(disk ? { outOfCore: { sample: rows } } : {}),
    },
    model: { encoder: { embedding: "none" } },
    training: { stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 1 } },
  });

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Rows a CPU second of the epochs, and the errors of the validation part. */
async function measure(seed, disk) {
  const config = configOf(seed, disk);
  const prepared = await prepareRun(config, folder, new Rng(seed));
  const engine = await createEngine(config.engine, { threads: 1, onMessage: () => undefined });
  const found = { seconds: 0, rows: 0, errors: [] };
  let begun = cpu();
  const observer = {
    phase: () => {
      begun = cpu();
    },
    epoch: ({ phase, validation }) => {
      found.seconds += cpu() - begun;
      found.rows += prepared.training.stored?.rows ?? prepared.split.train.length;
      found.errors.push(`${phase} ${validation.rmse.toPrecision(4)}`);
    },
  };
  const { learner } = await train({ config, data: prepared.training, engine, rng: new Rng(seed), observer });
  await learner.dispose();
  await engine.dispose();
  return found;
}

try {
  await writeParquet(join(folder, "t.parquet"), { rows });
  const speeds = { memory: [], disk: [] };
  for (let k = 1; k <= repeats; k++) {
    for (const [name, disk] of k % 2 === 1
      ? [
          ["memory", false],
          ["disk", true],
        ]
      : [
          ["disk", true],
          ["memory", false],
        ]) {
      const { seconds, rows: read, errors } = await measure(k, disk);
      speeds[name].push(read / seconds);
      process.stdout.write(
        `seed ${k}, ${name}: ${Math.round(read / seconds)} rows a CPU second; ${errors.join(", ")}\n`,
      );
    }
  }
  const ratios = speeds.disk.map((speed, k) => speed / speeds.memory[k]);
  process.stdout.write(`disk to memory: ${ratios.map((ratio) => ratio.toFixed(3)).join(", ")}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
