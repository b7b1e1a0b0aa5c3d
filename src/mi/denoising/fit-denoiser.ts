import type { Tensor2D } from "@tensorflow/tfjs";
import { inBatches } from "../../fit/compiled-steps.js";
import { evaluationStep } from "../../fit/evaluation.js";
import { fitModel } from "../../fit/fit-model.js";
import type { Learner } from "../../fit/learner.js";
import type { Objective } from "../../fit/step.js";
import type { Rng } from "../../math/rng.js";
import { applyLinear, hiddenStack, linearSpec } from "../../models/mlp.js";
import { type ForwardContext, joinSpecs, type ModuleSpec } from "../../models/module.js";
import tf from "../../tensorflow.js";
import type { CriticRows } from "../critics/fit-critic.js";
import type { CrossFitFold } from "../cross-fit.js";
import { batchOf, type FitConstants, type FitRun, fitOptions } from "../fit-options.js";
import { logSnrIn, logSnrRange, mixing, timeFeatures, timeWidth } from "./diffusion.js";

/** Constants of every fit. */
const constants: FitConstants = {
  batch: 256,
  steps: 2000,
  stepsPerLook: 50,
  patience: 10,
  learningRate: 3e-3,
  averaging: 0.98,
  clip: 5,
};
const hidden = 64;
/** Variance of the weights of the last layer times its inputs, at the start: a denoiser begins with that of a normal x. */
const lastGain = 1e-4;
/** Share of the rows of a batch that are denoised without y. */
const withoutShare = 0.5;
/** Parts of the range of the log-SNR in which each row is drawn once: to judge a fit, and for the integral. */
const judgedStrata = 8;
const strata = 32;

/** A network that tells the noise of x_t, less what it would be of a standard normal x, from x_t, the log-SNR and y or nothing. */
interface Denoiser extends ModuleSpec {
  /** @param input [batch, dx + time + dy + 1] @returns [batch, dx] */
  apply(context: ForwardContext, input: Tensor2D): Tensor2D;
}

function denoiser(dimX: number, dimY: number): Denoiser {
  const stack = hiddenStack(
    "denoiser",
    inputWidth(dimX, dimY),
    { hidden: [hidden, hidden], dropout: [0, 0], batchNorm: false },
    "predictor",
  );
  const last = linearSpec("denoiser.last", hidden, dimX, { group: "predictor", bias: true, gain: lastGain });
  return {
    ...joinSpecs([stack, last]),
    apply: (context, input) => applyLinear(context, "denoiser.last", stack.apply(context, input), true),
  };
}

const inputWidth = (dimX: number, dimY: number) => dimX + timeWidth + dimY + 1;

interface DenoiserObjective extends Objective {
  readonly model: Denoiser;
}

/**
 * Fits a denoiser of x, with y and without, to the training rows of a fold; the epoch whose squared error is least on the validation
 * rows is kept.
 * @returns of each scored row 1/2 the integral over the log-SNR of |e(x_t) - e(x_t, y)|^2, nats, from one noise in each of 32 parts
 */
export async function fitDenoiser(rows: CriticRows, fold: CrossFitFold, run: FitRun): Promise<Float64Array> {
  const { x, y } = rows;
  const { train, validation, scored } = fold;
  const draws = run.rng.split("draws");
  const { learner } = await fitModel<DenoiserObjective>({
    ...fitOptions("the denoiser", train, constants, run),
    objective: objectiveOf(x.length, y.length, batchOf(train, constants)),
    feed: ({ inputs }, batch) => {
      for (let i = 0; i < batch.length; i++) {
        const noised = noisedRow(rows, batch[i], logSnrIn(0, 1, draws), draws);
        const given = draws.uniform() >= withoutShare;
        inputs.input.set(inputRow(rows, batch[i], noised, given), i * inputWidth(x.length, y.length));
        inputs.rest.set(noised.rest, i * x.length);
      }
    },
    judge: (learner) => squaredError(learner, rows, validation, run.rng.split("judged")),
  });
  try {
    return await halfIntegrals(learner, rows, scored, run.rng.split("scored"));
  } finally {
    await learner.dispose();
  }
}

function objectiveOf(dimX: number, dimY: number, batchSize: number): DenoiserObjective {
  const model = denoiser(dimX, dimY);
  return {
    model,
    batchSize,
    inputs: [
      { name: "input", shape: [batchSize, inputWidth(dimX, dimY)] },
      { name: "rest", shape: [batchSize, dimX] },
    ],
    ...{ noise: [], hyper: [], report: [] },
    value: ({ context, inputs }) => {
      const off = tf.sub(inputs.rest, model.apply(context, inputs.input as Tensor2D));
      return { total: tf.mean(tf.sum(tf.square(off), 1)), report: [] };
    },
  };
}

/** x_t of a row, the log-SNR, and what of the noise a standard normal x does not explain. */
interface NoisedRow {
  readonly mixed: Float64Array;
  readonly time: Float32Array;
  readonly rest: Float64Array;
}

function noisedRow({ x }: CriticRows, row: number, logSnr: number, rng: Rng): NoisedRow {
  const { signal, noise } = mixing(logSnr);
  const e = x.map(() => rng.normal());
  const mixed = Float64Array.from(x, (column, c) => signal * column[row] + noise * e[c]);
  const time = new Float32Array(timeWidth);
  timeFeatures(logSnr, time);
  return { mixed, time, rest: mixed.map((v, c) => e[c] - noise * v) };
}

/** One row of the network's input: x_t, the log-SNR, and y with a 1, or nothing with a 0. */
function inputRow({ y }: CriticRows, row: number, { mixed, time }: NoisedRow, given: boolean): number[] {
  return [...mixed, ...time, ...y.map((column) => (given ? column[row] : 0)), Number(given)];
}

/** What the averaged weights make of inputs, [rows, dx]. */
async function applied(learner: Learner<DenoiserObjective>, inputs: readonly number[][]): Promise<Float64Array> {
  const { model, batchSize, inputs: specs } = learner.objective;
  const [width, dimX] = specs.map(({ shape }) => shape[1]);
  const step = await learner.steps.get("denoised", () =>
    evaluationStep("denoised", learner.layout, specs.slice(0, 1), (context, { input }) => ({
      rest: model.apply(context, input as Tensor2D),
    })),
  );
  const out = new Float64Array(inputs.length * dimX);
  await inBatches([...inputs.keys()], batchSize, async (batch, start) => {
    batch.forEach((p, i) => void step.inputs.input.set(inputs[p], i * width));
    await step.run();
    out.set(step.outputs.rest.subarray(0, batch.length * dimX), start * dimX);
  });
  return out;
}

/** Mean squared error of rows, every row once in each part of the range, in turn with y and without. */
async function squaredError(
  learner: Learner<DenoiserObjective>,
  rows: CriticRows,
  of: Int32Array,
  rng: Rng,
): Promise<number> {
  const noised = inEveryStratum(rows, of, judgedStrata, rng);
  const inputs = noised.map(({ row, at }, p) => inputRow(rows, row, at, (p + Math.floor(p / judgedStrata)) % 2 === 0));
  const found = await applied(learner, inputs);
  const rest = noised.flatMap(({ at }) => [...at.rest]);
  return found.reduce((sum, v, p) => sum + (v - rest[p]) ** 2, 0) / noised.length;
}

/** [of] 1/2 the integral of |e(x_t) - e(x_t, y)|^2. */
async function halfIntegrals(
  learner: Learner<DenoiserObjective>,
  rows: CriticRows,
  of: Int32Array,
  rng: Rng,
): Promise<Float64Array> {
  const noised = inEveryStratum(rows, of, strata, rng);
  const inputs = (given: boolean) => noised.map(({ row, at }) => inputRow(rows, row, at, given));
  const u = await applied(learner, inputs(false));
  const c = await applied(learner, inputs(true));
  const each = u.length / of.length;
  const part = (logSnrRange.most - logSnrRange.least) / strata;
  return Float64Array.from(of, (_, r) => {
    let sum = 0;
    for (let p = r * each; p < (r + 1) * each; p++) sum += (u[p] - c[p]) ** 2;
    return 0.5 * part * sum;
  });
}

/** Every row with one noise in each part of the range of the log-SNR, row after row. */
function inEveryStratum(rows: CriticRows, of: Int32Array, count: number, rng: Rng) {
  return Array.from(of).flatMap((row) =>
    Array.from({ length: count }, (_, k) => ({ row, at: noisedRow(rows, row, logSnrIn(k, count, rng), rng) })),
  );
}
