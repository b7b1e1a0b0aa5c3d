/*
 * One training step: forward, every loss of the default config, gradient, clipping, AdamW, moving average, and drawing
 * the noise. The network of ../shared/bench/torch_step.py: inputs 81 + 86, hidden 256/128, latent 64, batch 256.
 *   node bench/main.mjs step [--json] [--engine onnx] [--batch 256] [--latent 64] [--hidden 256] [--threads 1]
 *                            [--steps 200] [--losses all|networks] [--embedding] [--sweep] [--profile PREFIX]
 * --losses networks leaves the regularisers out, --embedding embeds every feature periodically (12 frequencies, 8
 * wide), --sweep varies one of these at a time.
 * --profile writes a trace of ONNX Runtime; bench/step-profile.mjs summarises it.
 */
import { parseArgs } from "node:util";
import { Rng } from "pidreg";
import { createEngine } from "pidreg/engine";
import { lossesSchema } from "../dist/config/losses.js";
import { trainingSchema } from "../dist/config/training.js";
import { createOnnxEngine } from "../dist/engine/onnx/onnx.js";
import { feedNoise } from "../dist/fit/noise.js";
import { blomScores } from "../dist/losses/joint-gaussianity.js";
import { regression } from "../dist/tasks/regression/regression.js";
import { PidRegLearner } from "../dist/training/learner.js";

const warmUp = 20;

export async function run(args) {
  const { values: options } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      engine: { type: "string", default: "auto" },
      batch: { type: "string", default: "256" },
      latent: { type: "string", default: "64" },
      hidden: { type: "string", default: "256" },
      threads: { type: "string", default: "1" },
      steps: { type: "string", default: "200" },
      losses: { type: "string", default: "all" },
      embedding: { type: "boolean", default: false },
      sweep: { type: "boolean", default: false },
      profile: { type: "string" },
    },
  });
  const numbers = ["batch", "latent", "hidden", "threads", "steps"].map((name) => [name, Number(options[name])]);
  const base = { ...options, ...Object.fromEntries(numbers) };
  const rows = [];
  for (const change of options.sweep ? sweep : [{}]) rows.push(await measure({ ...base, ...change }));
  const columns = ["engine", "batchSize", "latentDim", "hidden", "losses", "msPerStep", "msNoise", "msCompile"];
  return { title: "one training step, milliseconds (median)", columns, ...rows[0], rows };
}

const sweep = [
  {},
  ...[64, 512, 1024].map((batch) => ({ batch })),
  ...[16, 32, 128].map((latent) => ({ latent })),
  { hidden: 512 },
  { losses: "networks" },
  { embedding: true },
];

async function measure(options) {
  const { batch, latent, hidden, threads, steps } = options;
  const engine = options.profile
    ? await createOnnxEngine("onnx", { threads, profilePrefix: options.profile })
    : await createEngine(options.engine, { threads });
  const started = performance.now();
  const learner = await createLearner(engine, options);
  const msCompile = performance.now() - started;
  const step = feed(learner, latent, batch);
  const times = [];
  for (let t = 1; t <= warmUp + steps; t++) times.push(await step(t));
  const timed = times.slice(warmUp);
  const report = Object.fromEntries(
    learner.train.report.map((name, i) => [name, Number(learner.step.outputs.report[i].toPrecision(5))]),
  );
  await learner.dispose();
  const round = (ms) => Math.round(ms * 100) / 100;
  return {
    engine: engine.name,
    batchSize: batch,
    latentDim: latent,
    hidden: `${hidden}/${hidden / 2}`,
    losses: options.losses,
    embedding: options.embedding,
    threads,
    steps,
    msPerStep: round(
      quantile(
        timed.map(({ total }) => total),
        0.5,
      ),
    ),
    msPerStepQuartiles: [0.25, 0.75].map((q) =>
      round(
        quantile(
          timed.map(({ total }) => total),
          q,
        ),
      ),
    ),
    msNoise: round(
      quantile(
        timed.map(({ noise }) => noise),
        0.5,
      ),
    ),
    msCompile: Math.round(msCompile),
    terms: report,
  };
}

function createLearner(engine, { batch, latent, hidden, losses, embedding }) {
  const stack = { hidden: [hidden, hidden / 2], dropout: [0.3, 0.2], batchNorm: true };
  const periodic = embedding ? { frequencies: 12, sigma: 0.1, width: 8 } : null;
  const modality = (name, inputWidth) => ({ name, inputWidth, embedding: periodic, ...stack });
  const off = { weight: 0 };
  const none = { gaussianity: off, independence: off, jointGaussianity: off, auxiliary: off, capacity: off };
  return PidRegLearner.start({
    engine,
    architecture: {
      modalities: [modality("first", 81), modality("second", 86)],
      targets: 1,
      latentDim: latent,
      bottleneck: { lambda: 0.98, perDimension: false },
      fusion: { method: "pid", interaction: "hadamard" },
      predictor: stack,
    },
    batchSize: batch,
    losses: lossesSchema.parse(losses === "networks" ? none : {}),
    task: regression,
    optimizer: trainingSchema.parse({}).optimizer,
    bottleneck: { learningRate: 0.01 },
    rng: new Rng("weights"),
  });
}

/** Fills the constant inputs; the returned function runs step t and gives its times. */
function feed({ step, train, objective }, latent, batch) {
  const rng = new Rng("data");
  for (const input of Object.values(step.inputs)) rng.fillNormal(input);
  step.inputs.fusionWeights.set([0.3, 0.3, 0.4]);
  if (objective.jointRows > 0) {
    const width = 1 + 2 * latent;
    step.inputs["joint.centre"].fill(0);
    step.inputs["joint.whitening"].fill(0);
    for (let i = 0; i < width; i++) step.inputs["joint.whitening"][i * width + i] = 1;
    step.inputs["joint.scores"].set(blomScores(objective.jointRows * width));
  }
  const hyper = Object.fromEntries(train.hyper.names.map((name) => [name, initialHyper(name, latent)]));
  const noise = new Rng(`noise ${batch}`);
  return async (t) => {
    const start = performance.now();
    const corrections = { correction1: 1 - 0.9 ** t, correction2: 1 - 0.999 ** t };
    train.hyper.fill(step.inputs.hyper, { ...hyper, ...corrections });
    feedNoise(step, train.noise, noise);
    const drawn = performance.now();
    await step.run();
    return { noise: drawn - start, total: performance.now() - start };
  };
}

function initialHyper(name, latent) {
  if (name.startsWith("bandwidth.input")) return 6;
  if (name.startsWith("bandwidth.gaussianity")) return Math.sqrt(2 * latent);
  if (name.startsWith("bandwidth")) return Math.sqrt(latent / 2);
  const rates = { learningRate: 1e-3, correction1: 1, correction2: 1, averaging: 0.99, momentMemory: 0.9 };
  return rates[name] ?? (name === "weight.prediction" ? 1 : 0.1);
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(q * (sorted.length - 1))];
}
