/*
 * What the compression term of the Cauchy-Schwarz information bottleneck does: errors, information that latents keep of their
 * inputs, errors under noise.
 *   npm run build && node experiments/information-bottleneck/run.mjs [--tables mixed,brain-age] [--arms none,compression-1] [--seeds 1-3] [--workers 1] [--out FILE]
 * One JSON line per table, arm and seed; those that are in the file already are left out. Tables: summarise.mjs.
 */
import * as tf from "@tensorflow/tfjs";
import { evaluatePart, Rng } from "pidreg";
import { csMutualInformation, gaussianGram } from "pidreg/losses";
import { choleskyFactor } from "../../dist/math/dense.js";
import { medianPairwiseDistance } from "../../dist/math/pairwise.js";
import { latentTable } from "../../dist/training/atoms/atoms.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { deviation, mean } from "../lib/statistics.mjs";
import { shortStudies, trainOnce } from "../lib/train.mjs";

const compression = (weight) => `losses.compression.weight=${weight}`;
const capacity = (weight) => [`losses.capacity.weight=${weight}`, "model.bottleneck.perDimension=true"];

/** Terms of each arm; the Kullback-Leibler bound of the noise bottleneck for comparison. */
export const arms = {
  none: [],
  ...Object.fromEntries([0.1, 1, 10].map((weight) => [`compression-${weight}`, [compression(weight)]])),
  "cs-prediction": ["losses.prediction=cs"],
  "cs-prediction-compression-1": ["losses.prediction=cs", compression(1)],
  ...Object.fromEntries([0.01].map((weight) => [`capacity-${weight}`, capacity(weight)])),
};

/** Noise on prepared features, in their standard deviations. */
export const noises = [0.2, 0.5, 1];
/** Test rows whose kernels are compared. */
const kernelRows = 500;

export async function runCell({ table, arm, seed, set }) {
  const start = process.cpuUsage();
  const { settings, open } = shortStudies[table];
  const found = await open(seed, (config) =>
    trainOnce(config, [...settings, ...set, `seed=${seed}`, ...arms[arm]], inspect),
  );
  const used = process.cpuUsage(start);
  const { test, inspected, testAtoms, epochs } = found;
  return {
    ...{ test, ...inspected, total: testAtoms.values.total, epochs },
    seconds: Math.round((used.user + used.system) / 1e4) / 100,
  };
}

async function inspect({ prepared: { training, split }, trained: { learner, fusionWeights } }) {
  const { latents, rows } = await latentTable({ learner, data: training, fusionWeights }, split.test);
  const { latentDim: width } = learner.model.architecture;
  const { average } = await learner.snapshot();
  const parameters = learner.layout.parameters.unpackValues(average);
  const used = Math.min(rows, kernelRows);
  const each = training.modalities.map((modality, m) => {
    const at = (k) => (Math.floor(k / width) * training.modalities.length + m) * width + (k % width);
    const own = Float32Array.from({ length: rows * width }, (_, k) => latents[at(k)]);
    const { values: logits } = parameters.find(({ name }) => name === `bottleneck.${modality.name}.logit`);
    const inputs = gathered(modality, split.test.subarray(0, used));
    return {
      cs: csInformation([inputs, modality.width], [own.subarray(0, used * width), width], used),
      bits: noisyInformation(own, rows, width, logits),
    };
  });
  const sum = (key) => each.reduce((total, one) => total + one[key], 0);
  return {
    cs: sum("cs"),
    bits: sum("bits"),
    noisy: await noisyErrors({ training, split }, { learner, fusionWeights }),
  };
}

/** Prepared features of rows, row-major. */
function gathered({ values, width }, rows) {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    out.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return out;
}

/** I_CS(X; Z) of rows, nats, with kernels as wide as those of the term: half the median distance. */
function csInformation(inputs, latents, rows) {
  const gram = ([values, width]) => {
    const bandwidth = 0.5 * medianPairwiseDistance(values, rows, width, rows);
    return gaussianGram(tf.tensor2d(values, [rows, width]), tf.scalar(bandwidth));
  };
  return tf.tidy(() => csMutualInformation(gram(inputs), gram(latents)).dataSync()[0]);
}

/**
 * Bits that pass the noise of the bottleneck, z = lambda h + (1 - lambda) e: at most 1/2 log2 det(I + K R K), R the correlations of
 * h and K the ratios lambda / (1 - lambda), since a Gaussian has the largest entropy.
 */
function noisyInformation(latents, rows, width, logits) {
  const columns = Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: rows }, (_r, i) => latents[i * width + j]),
  ).map((column) => {
    const centre = mean([...column]);
    const scale = deviation([...column]);
    return scale > 0 ? column.map((value) => (value - centre) / scale) : column.map(() => 0);
  });
  const ratio = (j) => Math.exp(logits[logits.length === 1 ? 0 : j]);
  const matrix = new Float64Array(width * width);
  for (let j = 0; j < width; j++) {
    for (let k = 0; k < width; k++) {
      const r = columns[j].reduce((total, value, i) => total + value * columns[k][i], 0) / (rows - 1);
      matrix[j * width + k] = Number(j === k) + ratio(j) * r * ratio(k);
    }
  }
  const factor = choleskyFactor(matrix, width, "the information that passes the bottleneck");
  let logDeterminant = 0;
  for (let j = 0; j < width; j++) logDeterminant += 2 * Math.log(factor[j * width + j]);
  return logDeterminant / (2 * Math.LN2);
}

/** Root mean squared errors on the test rows whose prepared features have noise on them. */
async function noisyErrors({ training, split }, { learner, fusionWeights }) {
  const errors = {};
  for (const noise of noises) {
    const inputs = training.modalities.map((modality) => {
      const rng = new Rng(1).split(`noise/${modality.name}`);
      return { ...modality, values: modality.values.map((value) => value + noise * rng.normal()) };
    });
    const { prediction } = await learner.inference.run({ inputs, rows: split.test, weights: fusionWeights });
    const truth = Float64Array.from(split.test, (row) => training.rawTarget[row]);
    errors[noise] = evaluatePart(training.targetNames, truth, training.toRaw(prediction)).overall.rmse;
  }
  return errors;
}

if (isMain(import.meta.url)) {
  const options = studyArguments(import.meta.url, {
    tables: { type: "string", default: "mixed,brain-age" },
    arms: { type: "string", default: Object.keys(arms).join(",") },
  });
  const { seeds, set, pool } = options;
  const list = (text) => text.split(",");
  const cells = seeds.flatMap((seed) =>
    list(options.tables).flatMap((table) => list(options.arms).map((arm) => ({ table, arm, seed, set }))),
  );
  await runStudy({ ...pool, cells });
}
