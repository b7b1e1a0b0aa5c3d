/*
 * Wall time of an epoch of each phase and the share of it outside training steps (batches, noise, validation, atoms).
 *   node bench/main.mjs epoch [--json] [--config configs/superconductivity.yaml] [--epochs 4] [--engine auto]
 * The first epoch of a phase is left out: it holds the compilation of the step.
 */
import { parseArgs } from "node:util";
import { loadConfig } from "../dist/config/load.js";
import { createEngine } from "../dist/engine/index.js";
import { Rng } from "../dist/math/rng.js";
import { prepareRun } from "../dist/run/prepare.js";
import { train } from "../dist/training/trainer.js";

export async function run(args) {
  const { values: options } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      config: { type: "string", default: "configs/superconductivity.yaml" },
      epochs: { type: "string", default: "4" },
      engine: { type: "string", default: "auto" },
    },
  });
  const { epochs } = options;
  const { config, baseFolder } = await loadConfig(options.config, [
    `training.pilot.epochs=${epochs}`,
    `training.stage1.maxEpochs=${epochs}`,
    `training.stage2.maxEpochs=${epochs}`,
    `training.stage2.patience=${epochs}`,
  ]);
  const rng = new Rng(config.seed);
  const { training: data } = await prepareRun(config, baseFolder, rng);
  const engine = await createEngine(options.engine, { threads: config.threads });
  const records = [];
  const trained = await train({ config, data, engine, rng, observer: { epoch: (record) => records.push(record) } });
  await trained.learner.dispose();
  const phases = [...new Set(records.map(({ phase }) => phase))];
  const rows = phases.map((phase) => summary(phase, records));
  return {
    title: `epochs of ${config.name}, ${data.trainRows.length} training rows, engine ${engine.name}`,
    columns: ["phase", "steps", "secondsPerEpoch", "msPerStep", "outsideSteps"],
    engine: engine.name,
    trainRows: data.trainRows.length,
    rows,
  };
}

function summary(phase, records) {
  const index = records.findIndex((record) => record.phase === phase);
  const steps = records[index].step - (records[index - 1]?.step ?? 0);
  const epochs = records.filter((record) => record.phase === phase).slice(1);
  const total = epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  const inside = epochs.reduce((sum, { stepSeconds }) => sum + stepSeconds, 0);
  const round = (value) => Math.round(value * 1000) / 1000;
  return {
    phase,
    steps,
    secondsPerEpoch: round(total / epochs.length),
    msPerStep: round((1000 * inside) / epochs.length / steps),
    outsideSteps: round(1 - inside / total),
  };
}
