import type { Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../engine/engine.js";
import { createEngine } from "../engine/index.js";
import { Rng } from "../math/rng.js";
import { fitRidge } from "../models/baselines/ridge.js";
import { type DensityHead, densityHead } from "../models/density-head.js";
import { adam } from "./adam.js";
import { inBatches } from "./compiled-steps.js";
import { earlyStopping } from "./early-stopping.js";
import { evaluationStep } from "./evaluation.js";
import { type FitRequest, fitModel } from "./fit-model.js";
import { Learner } from "./learner.js";
import { schedule } from "./schedule.js";
import { sgd } from "./sgd.js";
import type { Objective } from "./step.js";

const [trainRows, validationRows, testRows] = [2000, 500, 4000];
const rows = trainRows + validationRows + testRows;
const batchSize = 128;
const bitsPerNat = 1 / Math.LN2;

/** Two latents, of which the first speaks of y, and the density that y was drawn from. */
interface Example {
  readonly draw: (z: number, rng: Rng) => number;
  /** log p(y | z), nats. */
  readonly logDensity: (y: number, z: number) => number;
  /** Conditional entropy, bits. */
  readonly bits: number;
}

const logNormal = (x: number, deviation: number) =>
  -0.5 * Math.log(2 * Math.PI) - Math.log(deviation) - 0.5 * (x / deviation) ** 2;
/** Entropy of a normal distribution, bits: log2(2 pi e s^2) / 2. */
const normalBits = (deviation: number) => 0.5 * Math.log2(2 * Math.PI * Math.E * deviation ** 2);

/** y = 0.8 z + 0.6 e. */
const gaussian: Example = {
  draw: (z, rng) => 0.8 * z + 0.6 * rng.normal(),
  logDensity: (y, z) => logNormal(y - 0.8 * z, 0.6),
  bits: normalBits(0.6),
};

const peak = (z: number) => 1 + 0.5 * Math.tanh(z);
/** A coin for the sign of y, whose size follows z; the halves are 7 deviations apart or more, so that the coin is 1 bit. */
const bimodal: Example = {
  draw: (z, rng) => (rng.uniform() < 0.5 ? -1 : 1) * peak(z) + 0.15 * rng.normal(),
  logDensity: (y, z) => {
    const [low, high] = [logNormal(y + peak(z), 0.15), logNormal(y - peak(z), 0.15)];
    return Math.log(0.5) + Math.max(low, high) + Math.log1p(Math.exp(-Math.abs(low - high)));
  },
  bits: 1 + normalBits(0.15),
};

/** Latents, and what the linear reading of the training rows leaves of y, in units of its standard deviation. */
function data({ draw }: Example) {
  const rng = new Rng("density");
  const z = new Float32Array(2 * rows);
  rng.split("z").fillNormal(z);
  const noise = rng.split("y");
  const y = Float64Array.from({ length: rows }, (_, i) => draw(z[2 * i], noise));
  const linear = fitRidge(z.subarray(0, 2 * trainRows), y.subarray(0, trainRows), { rows: trainRows }).predict(z);
  const left = y.map((value, i) => value - linear[i]);
  const deviation = Math.sqrt(left.subarray(0, trainRows).reduce((sum, e) => sum + e * e, 0) / trainRows);
  return { z, y, residual: Float32Array.from(left, (e) => e / deviation), deviation };
}

type Data = ReturnType<typeof data>;

interface DensityObjective extends Objective {
  readonly model: DensityHead;
}

/** Mean negative log density of a batch. */
function densityObjective(model: DensityHead): DensityObjective {
  return {
    model,
    batchSize,
    inputs: [
      { name: "z", shape: [batchSize, model.architecture.inputWidth] },
      { name: "residual", shape: [batchSize, 1] },
    ],
    noise: [],
    hyper: [],
    report: [],
    value: ({ context, inputs }) => {
      const each = model.logDensity(context, inputs.z as Tensor2D, inputs.residual as Tensor2D);
      return { total: tf.neg(tf.mean(each)), report: [] };
    },
  };
}

function feed({ z, residual }: Data, inputs: Readonly<Record<string, Float32Array>>, batch: ArrayLike<number>): void {
  for (let i = 0; i < batch.length; i++) {
    inputs.z.set(z.subarray(2 * batch[i], 2 * batch[i] + 2), 2 * i);
    inputs.residual[i] = residual[batch[i]];
  }
}

/** log q(y | z) of rows by the averaged weights, nats. */
async function logDensities(learner: Learner<DensityObjective>, given: Data, of: Int32Array): Promise<Float64Array> {
  const { model, inputs } = learner.objective;
  const step = await learner.steps.get("density", () =>
    evaluationStep("density", learner.layout, inputs, (context, { z, residual }) => ({
      each: model.logDensity(context, z as Tensor2D, residual as Tensor2D),
    })),
  );
  const out = new Float64Array(of.length);
  await inBatches(of, batchSize, async (batch, start) => {
    feed(given, step.inputs, batch);
    await step.run();
    batch.forEach((_, i) => {
      out[start + i] = step.outputs.each[i] - Math.log(given.deviation);
    });
  });
  return out;
}

const range = (from: number, count: number) => Int32Array.from({ length: count }, (_, i) => from + i);
const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
const scheduled = schedule({
  learningRate: 3e-3,
  schedule: "cosine",
  warmupEpochs: 0,
  plateau: { factor: 0.5, patience: 5 },
});

function request(engine: Engine, given: Data): FitRequest<DensityObjective> {
  const model = densityHead("density", { inputWidth: 2, hidden: [32, 32], dropout: 0.1, components: 5 });
  return {
    engine,
    objective: densityObjective(model),
    optimiser: adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    clip: { norm: 5 },
    rng: new Rng("fit"),
    rows: range(0, trainRows),
    averaging: 0.9,
    schedule: scheduled,
    stopping: earlyStopping(8),
    maxEpochs: 40,
    feed: ({ inputs }, batch) => feed(given, inputs, batch),
    judge: async (learner) => -mean(await logDensities(learner, given, range(trainRows, validationRows))),
    diverged: (where, name, value) => new Error(`${where}: ${name} became ${value}`),
  };
}

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("onnx");
});
afterAll(() => engine.dispose());

/** Bits per row that a fitted density needs on rows it never saw, and those of the true density and of the linear one. */
async function scored(example: Example, changes: Partial<FitRequest<DensityObjective>> = {}) {
  const given = data(example);
  const { learner, best } = await fitModel({ ...request(engine, given), ...changes });
  const test = range(trainRows + validationRows, testRows);
  const density = -mean(await logDensities(learner, given, test)) * bitsPerNat;
  const validation = -mean(await logDensities(learner, given, range(trainRows, validationRows)));
  await learner.dispose();
  const exact = Float64Array.from(test, (i) => example.logDensity(given.y[i], given.z[2 * i]));
  const linear = Float64Array.from(test, (i) => logNormal(given.residual[i], 1) - Math.log(given.deviation));
  const bits = (values: Float64Array) => -mean(values) * bitsPerNat;
  return { density, exact: bits(exact), linear: bits(linear), best, validation };
}

describe("a conditional density, which is no PIDReg, fitted on the compiled engine", () => {
  // The mean of 4000 log densities has a standard error of 0.016 bits; compared on the same rows it nearly cancels.
  it("finds the conditional entropy of a linear Gaussian, and does not lose to the linear reading", async () => {
    const { density, exact, linear } = await scored(gaussian);
    expect(density - exact).toBeGreaterThan(-0.005);
    expect(density - exact).toBeLessThan(0.02);
    expect(density - linear).toBeLessThan(0.01);
    expect(Math.abs(density - gaussian.bits)).toBeLessThan(0.06);
  });

  it("finds that of two peaks, of which the linear reading sees nothing", async () => {
    const { density, exact, linear } = await scored(bimodal);
    expect(linear - exact).toBeGreaterThan(1.5);
    expect(density - exact).toBeGreaterThan(-0.005);
    expect(density - exact).toBeLessThan(0.08);
    expect(Math.abs(density - bimodal.bits)).toBeLessThan(0.12);
  });

  it("takes another optimiser, and keeps the best epoch rather than the last", async () => {
    const changes = { optimiser: sgd({ momentum: 0.9, nesterov: true }), maxEpochs: 6 };
    const { density, linear, best, validation } = await scored(bimodal, changes);
    expect(density).toBeLessThan(linear - 0.05);
    expect(validation).toBeCloseTo(best.loss, 12);
  });

  it("restores the best weights where later epochs are worse, and stops when its patience is at an end", async () => {
    let epoch = 0;
    const seen: Float32Array[] = [];
    const judge = async (learner: Learner<DensityObjective>) => {
      seen.push((await learner.snapshot()).average);
      return [3, 1, 2, 2, 2, 2][epoch++];
    };
    const { learner, best } = await fitModel({
      ...request(engine, data(gaussian)),
      judge,
      stopping: earlyStopping(2),
    });
    expect([best, seen.length]).toEqual([{ loss: 1, epoch: 2 }, 4]);
    expect((await learner.snapshot()).average).toEqual(seen[1]);
    expect(seen[3]).not.toEqual(seen[1]);
    await learner.dispose();
  });

  it("leaves nothing on the engine, neither when it is done nor when it fails", async () => {
    const given = request(engine, data(gaussian));
    expect(engine.held).toEqual({ states: 0, steps: 0 });
    const failing = async () => Number.NaN;
    await expect(fitModel({ ...given, judge: failing })).rejects.toThrow("epoch 1: validation loss became NaN");
    const spoiled: FitRequest<DensityObjective>["feed"] = ({ inputs }) => void inputs.z.fill(Number.NaN);
    await expect(fitModel({ ...given, feed: spoiled })).rejects.toThrow("epoch 1, step 1 of 15: total became NaN");
    await expect(fitModel({ ...given, signal: AbortSignal.abort() })).rejects.toThrow("training was interrupted");
    expect(engine.held).toEqual({ states: 0, steps: 0 });
  });
});

describe("the gradient of a step", () => {
  it("is that of finite differences of its loss", async () => {
    const reference = await createEngine("cpu");
    const { objective, ...options } = request(reference, data(bimodal));
    const small = densityObjective(densityHead("d", { inputWidth: 2, hidden: [3], dropout: 0, components: 2 }));
    // Plain gradient descent with rate 1 takes the weights away by the gradient itself.
    const plain = { ...options, optimiser: sgd({ momentum: 0, nesterov: false }), clip: { norm: 1e6 } };
    const learner = await Learner.create({ ...objective, ...small }, plain);
    const batch = range(0, batchSize);
    feed(data(bimodal), learner.step.inputs, batch);
    const rates = { learningRate: 1, averaging: 0 };
    learner.train.hyper.fill(learner.step.inputs.hyper, rates);
    const { parameters: start } = await learner.snapshot();
    // Away from the start, where the last layer is nearly zero and so are the gradients of the others.
    new Rng("away").fillNormal(start);
    const lossAt = async (weights: Float32Array) => {
      learner.restore({ parameters: weights });
      await learner.step.run();
      return learner.step.outputs.report[0];
    };
    await lossAt(start);
    const gradient = (await learner.snapshot()).parameters.map((after, i) => start[i] - after);
    const step = 1e-2;
    let [difference, norm] = [0, 0];
    for (let i = 0; i < start.length; i++) {
      const at = (change: number) => lossAt(start.map((w, k) => (k === i ? w + change : w)));
      const numeric = ((await at(step)) - (await at(-step))) / (2 * step);
      difference += (gradient[i] - numeric) ** 2;
      norm += numeric ** 2;
    }
    // float32 losses of order 1 over steps of 0.01, and the curvature over such a step
    expect(Math.sqrt(difference / norm)).toBeLessThan(3e-3);
    await reference.dispose();
  });
});
