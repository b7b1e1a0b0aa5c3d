/*
 * Ways to make an interval of a prediction. Each is fitted on errors of the training rows, calibrated on those of the
 * validation rows, and answers the ends of any row as distances from its prediction.
 */
import { createRequire } from "node:module";
import { Rng } from "pidreg";
import { scalesOf } from "../../dist/evaluation/conditional-scale.js";
import { ScoreEnds, scoreList } from "../../dist/evaluation/score-list.js";
import { adam } from "../../dist/fit/adam.js";
import { inBatches } from "../../dist/fit/compiled-steps.js";
import { earlyStopping } from "../../dist/fit/early-stopping.js";
import { evaluationStep } from "../../dist/fit/evaluation.js";
import { fitModel } from "../../dist/fit/fit-model.js";
import { schedule } from "../../dist/fit/schedule.js";
import { fitRidge } from "../../dist/models/baselines/ridge.js";
import { densityHead } from "../../dist/models/density-head.js";
import { scaleHead } from "../../dist/models/scale-head.js";

const tf = createRequire(import.meta.url)("@tensorflow/tfjs");
const batchSize = 128;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * @param given { errors, read (values, width; standardised), train, validation, units, level, engine, scale, scaleRead }
 * @returns per name a function from a row to { low, high }
 */
export async function candidates(given) {
  const { errors, train, validation, level } = given;
  const spread = Math.sqrt(mean(Array.from(train, (i) => errors[i] ** 2)));
  const density = await densityScale(given, spread);
  const logs = logScale(given, spread);
  const own = scalesOf(given.scale, errors.length, given.scale.head && given.scaleRead);
  const sizes = Array.from(validation, (i) => Math.abs(errors[i])).sort((a, b) => a - b);
  const half = sizes[Math.ceil((sizes.length + 1) * level) - 1] ?? Number.POSITIVE_INFINITY;
  return {
    "one width": () => ({ low: -half, high: half }),
    "log residual": normalised(given, logs),
    "density sd": normalised(given, density),
    quantiles: await conformalisedQuantiles(given, spread),
    scale: normalised(given, (i) => own[i], given.units),
  };
}

function normalised({ errors, validation, level }, scale, units) {
  const scores = Array.from(validation, (i) => errors[i] / scale(i));
  const labels = units === undefined ? {} : { units: Array.from(validation, (i) => units[i]) };
  const { low, high } = new ScoreEnds(scoreList({ scores, ...labels }), false).at(level);
  return (i) => ({ low: low * scale(i), high: high * scale(i) });
}

/** Ridge regression of the log of the absolute error. */
function logScale({ errors, read, train }, spread) {
  const { values, width } = read;
  const features = Float64Array.from(train, () => 0);
  const rows = new Float64Array(train.length * width);
  train.forEach((row, k) => {
    for (let j = 0; j < width; j++) rows[k * width + j] = values[row * width + j];
    features[k] = 0.5 * Math.log(errors[row] ** 2 + 0.01 * spread ** 2);
  });
  const model = fitRidge(rows, features, { rows: train.length });
  const predicted = model.predict(Float64Array.from(values));
  return (i) => Math.exp(predicted[i]);
}

const held = (train) => {
  const order = new Rng("held").permutation(train.length);
  const cut = Math.round(0.8 * train.length);
  return [order.subarray(0, cut), order.subarray(cut)].map((part) => Int32Array.from(part, (k) => train[k]));
};

/** Fits `model` by `cost` of (output, error) and reads `outputs` of every row. */
async function fitted({ errors, read, train, engine }, spread, model, cost, outputs) {
  const { values, width } = read;
  const [fit, stop] = held(train);
  const inputs = [
    { name: "z", shape: [batchSize, width] },
    { name: "error", shape: [batchSize, 1] },
  ];
  const feed = (into, batch) => {
    for (let k = 0; k < batch.length; k++) {
      into.z.set(values.subarray(batch[k] * width, (batch[k] + 1) * width), k * width);
      into.error[k] = errors[batch[k]] / spread;
    }
  };
  const all = async (learner, name, value, rows, columns) => {
    const step = await learner.steps.get(name, () =>
      evaluationStep(name, learner.layout, inputs, (c, given) => ({ each: value(c, given) })),
    );
    const out = new Float64Array(rows.length * columns);
    await inBatches(rows, batchSize, async (batch, start) => {
      feed(step.inputs, batch);
      await step.run();
      out.set(step.outputs.each.subarray(0, batch.length * columns), start * columns);
    });
    return out;
  };
  const { learner } = await fitModel({
    ...{ engine, rows: fit, averaging: 0.9, maxEpochs: 60, clip: { norm: 5 }, stopping: earlyStopping(8) },
    objective: {
      model,
      batchSize,
      inputs,
      noise: [],
      hyper: [],
      report: [],
      value: ({ context, inputs: given }) => ({ total: tf.mean(cost(context, given)), report: [] }),
    },
    optimiser: adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    rng: new Rng("candidate"),
    schedule: schedule({
      learningRate: 3e-3,
      schedule: "cosine",
      warmupEpochs: 0,
      plateau: { factor: 0.5, patience: 5 },
    }),
    feed: ({ inputs: into }, batch) => feed(into, batch),
    judge: async (own) => mean(await all(own, "cost", cost, stop, 1)),
    diverged: (where, name, value) => new Error(`${where}: ${name} became ${value}`),
  });
  try {
    return await all(learner, "outputs", outputs.value, Int32Array.from(errors.keys()), outputs.columns);
  } finally {
    await learner.dispose();
  }
}

/** Standard deviation around the prediction of a mixture of five normal distributions. */
async function densityScale(given, spread) {
  const model = densityHead("density", { inputWidth: given.read.width, hidden: [32, 32], dropout: 0.1, components: 5 });
  const cost = (context, { z, error }) => tf.neg(model.logDensity(context, z, error));
  // The density on a grid gives its second moment around 0.
  const grid = Array.from({ length: 161 }, (_, k) => -8 + k / 10);
  const value = (context, { z }) => {
    const each = grid.map((x) => tf.exp(model.logDensity(context, z, tf.fill([batchSize, 1], x))));
    const mass = tf.addN(each);
    const second = tf.addN(each.map((density, k) => tf.mul(density, grid[k] ** 2)));
    return tf.sqrt(tf.div(second, mass));
  };
  const scale = await fitted(given, spread, model, cost, { value, columns: 1 });
  return (i) => spread * scale[i];
}

/** Conformalised quantile regression: Romano, Patterson & Candes 2019. */
async function conformalisedQuantiles(given, spread) {
  const { errors, validation, level } = given;
  const model = scaleHead({ inputWidth: given.read.width, hidden: [32, 32], dropout: 0.1, targets: 2 });
  const shares = [(1 - level) / 2, (1 + level) / 2];
  const cost = (context, { z, error }) => {
    const each = tf.split(model.logScale(context, z), 2, 1).map((quantile, k) => {
      const off = tf.sub(error, quantile);
      return tf.maximum(tf.mul(off, shares[k]), tf.mul(off, shares[k] - 1));
    });
    return tf.addN(each);
  };
  const value = (context, { z }) => model.logScale(context, z);
  const ends = (await fitted(given, spread, model, cost, { value, columns: 2 })).map((end) => spread * end);
  const beyond = Array.from(validation, (i) => Math.max(ends[2 * i] - errors[i], errors[i] - ends[2 * i + 1])).sort(
    (a, b) => a - b,
  );
  const more = beyond[Math.ceil((beyond.length + 1) * level) - 1] ?? Number.POSITIVE_INFINITY;
  return (i) => ({ low: ends[2 * i] - more, high: ends[2 * i + 1] + more });
}
