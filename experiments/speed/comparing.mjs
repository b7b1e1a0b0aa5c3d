/*
 * What the terms that compare rows (Gaussianity, independence, joint Gaussianity) take of a training step.
 *   npm run build && node experiments/speed/comparing.mjs >> experiments/speed/comparing.jsonl
 * Steps with and without them by turns over one network, on rows of random numbers; one line of JSON per network: the lower decile
 * of their milliseconds, which other work on the machine lifts least.
 */
import { Rng } from "pidreg";
import { createEngine } from "pidreg/engine";
import { lossesSchema } from "../../dist/config/losses.js";
import { trainingSchema } from "../../dist/config/training.js";
import { feedNoise } from "../../dist/fit/noise.js";
import { blomScores } from "../../dist/losses/joint-gaussianity.js";
import { regression } from "../../dist/tasks/regression/regression.js";
import { PidRegLearner } from "../../dist/training/learner.js";

const latentDim = 64;
const steps = 90;
/** Networks of the tables of the accuracy study. */
const networks = [
  { table: "gas-turbine", widths: [3, 6], batchSize: 256, periodic: true },
  { table: "brain-age, raw features", widths: [149, 50], batchSize: 128, periodic: false },
  { table: "brain-age, periodic", widths: [149, 50], batchSize: 128, periodic: true },
  { table: "superconductivity", widths: [81, 86], batchSize: 256, periodic: true, hidden: [512, 256] },
];

const engine = await createEngine("onnx", { threads: 1 });
for (const network of networks) process.stdout.write(`${JSON.stringify(await measure(network))}\n`);
await engine.dispose();

async function measure({ table, widths, batchSize, periodic, hidden = [256, 128] }) {
  const stack = { hidden, dropout: [0.15, 0.15], batchNorm: true };
  const embedding = periodic ? { frequencies: 12, sigma: 0.1, width: 8 } : null;
  const learner = await PidRegLearner.start({
    engine,
    architecture: {
      modalities: widths.map((inputWidth, i) => ({ name: `m${i}`, inputWidth, embedding, ...stack })),
      targets: 1,
      latentDim,
      bottleneck: { lambda: 0.98, perDimension: false },
      fusion: { method: "pid", interaction: "hadamard" },
      predictor: stack,
    },
    batchSize,
    losses: lossesSchema.parse({ gaussianity: { rows: batchSize }, independence: { rows: batchSize } }),
    task: regression,
    optimizer: trainingSchema.parse({ optimizer: { learningRate: 2e-3 } }).optimizer,
    bottleneck: { learningRate: 0.01 },
    rng: new Rng("weights"),
  });
  const both = [learner, await learner.withoutComparing()];
  for (const step of both) fill(step, widths.length);
  const times = both.map(() => []);
  for (let s = 0; s < steps; s++) {
    for (const [i, { step }] of both.entries()) {
      const start = performance.now();
      await step.run();
      times[i].push(performance.now() - start);
    }
  }
  await learner.dispose();
  const [all, without] = times.map(lowerDecile);
  return { table, batchSize, all, without, share: Number((1 - without / all).toFixed(3)) };
}

function fill({ step, train, objective }, modalities) {
  const rng = new Rng("rows");
  for (const input of Object.values(step.inputs)) rng.fillNormal(input);
  step.inputs.fusionWeights.fill(1 / step.inputs.fusionWeights.length);
  if (objective.jointRows > 0) {
    const width = 1 + modalities * latentDim;
    step.inputs["joint.centre"].fill(0);
    step.inputs["joint.whitening"].fill(0);
    for (let i = 0; i < width; i++) step.inputs["joint.whitening"][i * width + i] = 1;
    step.inputs["joint.scores"].set(blomScores(objective.jointRows * width));
  }
  train.hyper.fill(step.inputs.hyper, Object.fromEntries(train.hyper.names.map((name) => [name, numberOf(name)])));
  feedNoise(step, train.noise, rng);
}

function numberOf(name) {
  if (name.startsWith("bandwidth")) return Math.sqrt(latentDim / 2);
  const numbers = { learningRate: 1e-4, correction1: 1, correction2: 1, averaging: 0.99, momentMemory: 0.9 };
  return numbers[name] ?? (name === "weight.prediction" ? 1 : 0.01);
}

function lowerDecile(times) {
  const sorted = times.slice(10).sort((a, b) => a - b);
  return Number(sorted[Math.floor(0.1 * sorted.length)].toFixed(2));
}
