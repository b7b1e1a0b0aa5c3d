/*
 * One training step: forward, every loss of the default config, gradient, clipping, AdamW, moving average, and drawing
 * the noise. The network of ../shared/bench/torch_step.py: inputs 81 + 86, hidden 256/128, latent 64, batch 256.
 *   node bench/main.mjs step [--json] [--engine onnx] [--batch 256] [--latent 64] [--hidden 256] [--threads 1]
 *                            [--steps 200] [--losses all|networks] [--embedding] [--frequencies 8] [--width 4]
 *                            [--sweep] [--profile PREFIX]
 * --losses networks leaves the regularisers out, --embedding embeds every feature periodically, --sweep varies one of
 * these at a time. Beside the time of a step stands its CPU time, which other work on the machine changes less.
 * --profile writes a trace of ONNX Runtime; bench/step-profile.mjs summarises it.
 */
import { parseArgs } from "node:util";
import { createEngine } from "pidreg/engine";
import { createOnnxEngine } from "../dist/engine/onnx/onnx.js";
import { createLearner, feed } from "./training-step.mjs";

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
      frequencies: { type: "string", default: "8" },
      width: { type: "string", default: "4" },
      sweep: { type: "boolean", default: false },
      profile: { type: "string" },
    },
  });
  const counts = ["batch", "latent", "hidden", "threads", "steps", "frequencies", "width"];
  const numbers = counts.map((name) => [name, Number(options[name])]);
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
    msCpuPerStep: round(
      quantile(
        timed.map(({ cpu }) => cpu),
        0.5,
      ),
    ),
    msCompile: Math.round(msCompile),
    terms: report,
  };
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(q * (sorted.length - 1))];
}
