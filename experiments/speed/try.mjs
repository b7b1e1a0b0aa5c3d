/*
 * What a setting does to validation error and CPU seconds of a training, test rows untouched.
 *   npm run build && node experiments/speed/try.mjs --table brain-age --seeds 1-3 --workers 1 --label LABEL [--set path=value ..]
 * `--label` names the state of the code. One JSON line per training in tried.jsonl: root mean squared error of the
 * validation rows at the best epoch (`network`: without near training rows, where they count), CPU seconds of the training alone (no reading, no evaluation), and of each phase its
 * seconds and the validation loss of every epoch, from which other rules of stopping can be told; how normal latents of validation rows are.
 * Table: summarise.mjs.
 */
import { fileURLToPath } from "node:url";
import { evaluatePart, Rng } from "pidreg";
import { createEngine } from "pidreg/engine";
import { withTable } from "../../bench/train-tables.mjs";
import { shapiroFranciaTest } from "../../dist/evaluation/normality.js";
import { prepareRun } from "../../dist/run/prepare.js";
import { train } from "../../dist/training/trainer.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";

export async function runCell({ table, set, seed }) {
  const measured = await withTable(table, [...set, `seed=${seed}`], measure);
  if (measured === null) throw new Error(`the table ${table} is not there`);
  return measured;
}

async function measure({ config, baseFolder }) {
  const rng = new Rng(config.seed);
  const { training: data, split } = await prepareRun(config, baseFolder, rng);
  const engine = await createEngine(config.engine, { threads: config.threads });
  const clock = new CpuClock();
  const trained = await train({ config, data, engine, rng, observer: clock });
  const phases = clock.phases();
  const { learner, fusionWeights: weights, progress } = trained;
  const rows = split.validation;
  const { prediction, network, latents } = await learner.inference.run({ inputs: data.modalities, rows, weights });
  const width = data.targetNames.length;
  const truth = Float64Array.from({ length: rows.length * width }, (_, i) => {
    return data.rawTarget[rows[Math.floor(i / width)] * width + (i % width)];
  });
  const errorOf = (outputs) => evaluatePart(data.targetNames, truth, data.toRaw(outputs)).overall.rmse;
  const near = learner.model.neighbours === null ? {} : { network: errorOf(network) };
  await engine.dispose();
  const cpuSeconds = Math.round(phases.reduce((sum, { cpu }) => sum + cpu, 0) * 10) / 10;
  const { periodic, best } = progress;
  const gaussianity = normality(latents, rows.length);
  return {
    validation: errorOf(prediction),
    ...near,
    cpuSeconds,
    gaussianity,
    periodic,
    best: best.epoch,
    weights: [...weights],
    phases,
  };
}

/** Shapiro-Francia W of the coordinates of all latents, their mean, and the share of them that the test rejects at 5 %. */
function normality(latents, rows) {
  const width = latents.length / rows;
  const tests = Array.from({ length: width }, (_, k) =>
    shapiroFranciaTest(Float64Array.from({ length: rows }, (_, i) => latents[i * width + k])),
  ).filter((test) => test !== null);
  const w = tests.reduce((sum, test) => sum + test.w, 0) / tests.length;
  return { w, rejected: tests.filter(({ pValue }) => pValue < 0.05).length / tests.length };
}

/** CPU seconds and epochs of each phase. */
class CpuClock {
  #phases = [];

  phase = (name) => {
    this.#close();
    this.#phases.push({ name, losses: [], cpu: 0, from: process.cpuUsage() });
  };

  epoch = ({ validation }) => {
    this.#phases.at(-1).losses.push(Number(validation.loss.toPrecision(6)));
  };

  #close() {
    const last = this.#phases.at(-1);
    if (last === undefined) return;
    const { user, system } = process.cpuUsage(last.from);
    last.cpu = Math.round((user + system) / 1e4) / 100;
  }

  phases() {
    this.#close();
    return this.#phases.map(({ name, losses, cpu }) => ({ name, cpu, epochs: losses.length, losses }));
  }
}

if (isMain(import.meta.url)) {
  const { table, set, label, seeds, pool } = studyArguments(import.meta.url, {
    table: { type: "string" },
    label: { type: "string", default: "now" },
    out: { type: "string", default: fileURLToPath(new URL("tried.jsonl", import.meta.url)) },
  });
  if (table === undefined) throw new Error("which table? --table NAME, one of bench/train-tables.mjs");
  await runStudy({ ...pool, cells: seeds.map((seed) => ({ table, label, set, seed })) });
}
