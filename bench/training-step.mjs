// The training step of the benchmarks.
import { Rng } from "pidreg";
import { lossesSchema } from "../dist/config/losses.js";
import { trainingSchema } from "../dist/config/training.js";
import { feedNoise } from "../dist/fit/noise.js";
import { blomScores } from "../dist/losses/joint-gaussianity.js";
import { regression } from "../dist/tasks/regression/regression.js";
import { PidRegLearner } from "../dist/training/learner.js";

/** A learner of two modalities of 81 and 86 columns, as PyTorch's program has it. */
export function createLearner(engine, { batch, latent, hidden, losses, embedding, frequencies = 8, width = 4 }) {
  const stack = { hidden: [hidden, hidden / 2], dropout: [0.3, 0.2], batchNorm: true };
  const periodic = embedding ? { frequencies, sigma: 0.1, width } : null;
  const modality = (name, inputWidth) => ({ name, inputWidth, embedding: periodic, ...stack });
  const off = { weight: 0 };
  const none = { gaussianity: off, independence: off, jointGaussianity: off, auxiliary: off, capacity: off };
  // As PyTorch's program compares them.
  const allRows = { gaussianity: { rows: batch }, independence: { rows: batch } };
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
    losses: lossesSchema.parse(losses === "networks" ? none : allRows),
    task: regression,
    optimizer: trainingSchema.parse({ optimizer: { learningRate: 2e-3 } }).optimizer,
    bottleneck: { learningRate: 0.01 },
    rng: new Rng("weights"),
  });
}

/** Fills the constant inputs; the returned function runs step t and gives its times. */
export function feed({ step, train, objective }, latent, batch) {
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
    const [start, used] = [performance.now(), process.cpuUsage()];
    const corrections = { correction1: 1 - 0.9 ** t, correction2: 1 - 0.999 ** t };
    train.hyper.fill(step.inputs.hyper, { ...hyper, ...corrections });
    feedNoise(step, train.noise, noise);
    const drawn = performance.now();
    await step.run();
    const total = performance.now() - start;
    const { user, system } = process.cpuUsage(used);
    return { noise: drawn - start, total, cpu: (user + system) / 1000 };
  };
}

function initialHyper(name, latent) {
  if (name.startsWith("bandwidth.input")) return 6;
  if (name.startsWith("bandwidth.gaussianity")) return Math.sqrt(2 * latent);
  if (name.startsWith("bandwidth")) return Math.sqrt(latent / 2);
  const rates = { learningRate: 1e-3, correction1: 1, correction2: 1, averaging: 0.99, momentMemory: 0.9 };
  return rates[name] ?? (name === "weight.prediction" ? 1 : 0.1);
}
