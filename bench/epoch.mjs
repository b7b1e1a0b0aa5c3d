/*
 * Wall time of an epoch of each phase and the share of it outside compiled steps: batches, noise, readouts and atoms,
 * bandwidths, records. Compiled steps are those of training and the inference for validation and atoms.
 *   node bench/main.mjs epoch [--json] [--config configs/superconductivity.yaml] [--epochs 4] [--engine auto]
 * The first epoch of a phase is left out: it holds the compilation of the step.
 */
import { parseArgs } from "node:util";
import { loadConfig, Rng } from "pidreg";
import { createEngine } from "pidreg/engine";
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
  const { engine, seconds } = timed(await createEngine(options.engine, { threads: config.threads }));
  const records = [];
  let before = 0;
  const epoch = (record) => {
    records.push({ ...record, inside: seconds() - before });
    before = seconds();
  };
  const trained = await train({ config, data, engine, rng, observer: { epoch } });
  await trained.learner.dispose();
  const phases = [...new Set(records.map(({ phase }) => phase))];
  const rows = phases.map((phase) => summary(phase, records));
  return {
    title: `epochs of ${config.name}, ${data.trainRows.length} training rows, engine ${engine.name}`,
    columns: ["phase", "steps", "secondsPerEpoch", "msPerStep", "outsideShare"],
    engine: engine.name,
    trainRows: data.trainRows.length,
    rows,
  };
}

/** The engine with a clock that runs while any of its compiled steps runs. */
function timed(engine) {
  let total = 0;
  const compile = async (...given) => {
    const step = await engine.compile(...given);
    const run = async () => {
      const start = performance.now();
      await step.run();
      total += performance.now() - start;
    };
    return { inputs: step.inputs, outputs: step.outputs, run, dispose: () => step.dispose() };
  };
  return {
    engine: { name: engine.name, compile, createState: (...given) => engine.createState(...given) },
    seconds: () => total / 1000,
  };
}

function summary(phase, records) {
  const index = records.findIndex((record) => record.phase === phase);
  const steps = records[index].step - (records[index - 1]?.step ?? 0);
  const epochs = records.filter((record) => record.phase === phase).slice(1);
  const total = epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  const inside = epochs.reduce((sum, record) => sum + record.inside, 0);
  const training = epochs.reduce((sum, { stepSeconds }) => sum + stepSeconds, 0);
  const round = (value) => Math.round(value * 1000) / 1000;
  return {
    phase,
    steps,
    secondsPerEpoch: round(total / epochs.length),
    msPerStep: round((1000 * training) / epochs.length / steps),
    outsideShare: round(1 - inside / total),
  };
}
