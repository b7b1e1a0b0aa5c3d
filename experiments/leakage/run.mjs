/*
 * How much of the other modality can be read from a latent, with and without each independence loss.
 *   npm run build && node experiments/leakage/run.mjs [--tables mixed,brain-age] [--weights 0.01,0.1,1] [--seeds 1-3] [--workers 2] [--out FILE]
 * Trains with every loss and weight, then fits ridge and a multilayer perceptron (probe.py, scikit-learn) that predict
 * the inputs X2 from the latent Z1 on training rows, and reads them on test rows. Tables: summarise.mjs.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { latentTable } from "../../dist/training/atoms/atoms.js";
import { takeRows } from "../../dist/training/data.js";
import { isMain, numberList, runStudy, studyArguments } from "../lib/pool.mjs";
import { shortStudies, trainOnce } from "../lib/train.mjs";

const probe = fileURLToPath(new URL("probe.py", import.meta.url));

/** Every loss at every weight; weight 0 is the same for all. */
export const arms = [
  { loss: "none", weight: 0 },
  ...["conditional", "cross", "latent"].flatMap((loss) => [0.01, 0.1, 1].map((weight) => ({ loss, weight }))),
];

export async function runCell({ table, loss, weight, seed, set }) {
  const { settings, open } = shortStudies[table];
  const target = loss === "none" ? "conditional" : loss;
  const overrides = [`losses.independence.weight=${weight}`, `losses.independence.target=${target}`, `seed=${seed}`];
  return open(seed, async (config) => {
    // what the inputs themselves tell does not depend on the loss
    const kinds = loss === "none" ? ["z", "x"] : ["z"];
    const look = (run) => probeLatents(run, kinds);
    const { inspected, ...result } = await trainOnce(config, [...settings, ...set, ...overrides], look);
    return { ...result, probes: inspected };
  });
}

/** R2 of predicting the other modality's inputs from each latent (z) or from the modality's own inputs (x). */
async function probeLatents({ prepared: { training, split }, trained: { learner, fusionWeights } }, kinds) {
  const folder = await mkdtemp(path.join(tmpdir(), "pidreg-probe-"));
  try {
    const { modalities, latentDim } = learner.model.architecture;
    const widths = training.modalities.map(({ width }) => width);
    for (const part of ["train", "test"]) {
      const rows = split[part];
      const { latents } = await latentTable({ learner, data: training, fusionWeights }, rows);
      await writeTable(folder, `${part}.z`, latents);
      for (const [m, { values, width }] of training.modalities.entries()) {
        await writeTable(folder, `${part}.x${m}`, takeRows(values, width, rows));
      }
    }
    await writeFile(
      path.join(folder, "shape.json"),
      JSON.stringify({ latentDim, widths, kinds, names: modalities.map((m) => m.name) }),
    );
    const { stdout } = await promisify(execFile)("/usr/bin/python3", [probe, folder], {
      env: { ...process.env, OMP_NUM_THREADS: "1" },
    });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function writeTable(folder, name, values) {
  return writeFile(path.join(folder, `${name}.f32`), Buffer.from(values.buffer, values.byteOffset, values.byteLength));
}

if (isMain(import.meta.url)) {
  const tables = { type: "string", default: "mixed,brain-age" };
  const options = studyArguments(import.meta.url, { tables, weights: { type: "string", default: "0.01,0.1,1" } });
  const { seeds, set, pool } = options;
  const weights = numberList(options.weights);
  const chosen = arms.filter(({ weight }) => weight === 0 || weights.includes(weight));
  const cells = options.tables
    .split(",")
    .flatMap((table) => seeds.flatMap((seed) => chosen.map((arm) => ({ table, ...arm, seed, set }))));
  await runStudy({ ...pool, cells });
}
