import type { Tensor2D } from "@tensorflow/tfjs";
import type { Engine } from "../../engine/engine.js";
import type { HeadInputs, HeadRows, RowHead } from "../../evaluation/row-head.js";
import { adam } from "../../fit/adam.js";
import { inBatches } from "../../fit/compiled-steps.js";
import { earlyStopping } from "../../fit/early-stopping.js";
import { evaluationStep } from "../../fit/evaluation.js";
import { fitModel } from "../../fit/fit-model.js";
import type { Learner } from "../../fit/learner.js";
import { schedule } from "../../fit/schedule.js";
import type { Objective } from "../../fit/step.js";
import { mean } from "../../math/descriptive.js";
import type { Rng } from "../../math/rng.js";
import { type ScaleHead, scaleHead, scaleLayers } from "../../models/scale-head.js";
import tf from "../../tensorflow.js";
import { divergence } from "../divergence.js";

const settings = {
  batchSize: 128,
  hidden: [32, 32],
  dropout: 0.1,
  learningRate: 3e-3,
  /** Share of the rows that stop the fit, and say whether it found anything. */
  heldOut: 0.2,
  patience: 8,
  maxEpochs: 60,
  /** Steps in all, where rows are many. */
  maxSteps: 6000,
} as const;

/** Where a head is fitted. */
export interface HeadPlace {
  readonly engine: Engine;
  readonly rng: Rng;
  readonly signal?: AbortSignal | undefined;
}

/** Rows that fit, and those that are held out to stop. */
export interface HeadParts {
  readonly fitRows: Int32Array;
  readonly heldRows: Int32Array;
}

/** What a head is fitted to. */
export interface HeadRequest extends HeadParts {
  readonly inputs: HeadInputs;
  readonly read: HeadRows;
  /** What the cost of a row reads beside the outputs of the head, row-major [rows, given.width]. */
  readonly given: { readonly values: Float32Array; readonly width: number };
  readonly outputs: number;
  /** What each output of a row costs: [batch, outputs] and [batch, given.width] -> [batch, costs]. */
  readonly each: (outputs: Tensor2D, given: Tensor2D) => Tensor2D;
  /** What is fitted, for errors. */
  readonly what: string;
}

/** A head with what held-out rows cost by it, row-major [held rows, costs]. */
export interface FittedHead {
  readonly head: RowHead;
  readonly costs: Float64Array;
}

/** A fifth of the own rows, with all that is of them, held out. @param rowOf row that each row is of */
export function heldOutParts(rowOf: Int32Array, rng: Rng): HeadParts {
  const own = [...new Set(rowOf)];
  const order = rng.permutation(own.length);
  const held = new Set(Array.from(order.subarray(0, Math.round(settings.heldOut * own.length)), (i) => own[i]));
  const rows = Int32Array.from(rowOf.keys());
  return { fitRows: rows.filter((i) => !held.has(rowOf[i])), heldRows: rows.filter((i) => held.has(rowOf[i])) };
}

interface HeadObjective extends Objective {
  readonly model: ScaleHead;
}

function headObjective(model: ScaleHead, { given, each }: Pick<HeadRequest, "given" | "each">): HeadObjective {
  const { batchSize } = settings;
  const { inputWidth } = model.architecture;
  return {
    ...{ model, batchSize, noise: [], hyper: [], report: [] },
    inputs: [
      { name: "z", shape: [batchSize, inputWidth] },
      { name: "given", shape: [batchSize, given.width] },
    ],
    value: ({ context, inputs }) => {
      const costs = each(model.logScale(context, inputs.z as Tensor2D), inputs.given as Tensor2D);
      return { total: tf.mean(costs), report: [] };
    },
  };
}

/**
 * Fits a small network to rows by the mean of what they cost; the epoch at which held-out rows cost least is kept.
 * @throws Interrupted when the signal fires
 */
export async function fitHead(request: HeadRequest, { engine, rng, signal }: HeadPlace): Promise<FittedHead> {
  const { read, inputs, fitRows, heldRows, outputs, what } = request;
  const moments = momentsOf(read, fitRows);
  const { hidden, dropout, batchSize, maxEpochs, maxSteps, patience, learningRate } = settings;
  const model = scaleHead({ inputWidth: read.width, hidden, dropout, targets: outputs });
  const feed = feeder(request, moments);
  const costs = (learner: Learner<HeadObjective>) => heldCosts(learner, request, feed, heldRows);
  const epochs = Math.max(2, Math.min(maxEpochs, Math.ceil((maxSteps * batchSize) / fitRows.length)));
  const plateau = { factor: 0.5, patience: 5 };
  const { learner } = await fitModel({
    ...{ engine, rng, signal, feed: ({ inputs: into }, batch) => feed(into, batch), rows: fitRows, maxEpochs: epochs },
    objective: headObjective(model, request),
    optimiser: adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    clip: { norm: 5 },
    averaging: 0.9,
    schedule: schedule({ learningRate, schedule: "cosine", warmupEpochs: 0, plateau }),
    stopping: earlyStopping(patience),
    judge: async (fitted) => mean(await costs(fitted)),
    diverged: (where, name, value) => divergence(`${what}, ${where}`, name, value),
  });
  try {
    const { average: weights } = await learner.snapshot();
    const values = new Map(
      learner.layout.parameters.unpackValues(weights).map((tensor) => [tensor.name, tensor.values]),
    );
    const layers = scaleLayers(model.architecture).map((name) => ({
      weight: values.get(`${name}.weight`) as Float32Array,
      bias: values.get(`${name}.bias`) as Float32Array,
    }));
    return { head: { inputs, ...moments, layers }, costs: await costs(learner) };
  } finally {
    await learner.dispose();
  }
}

/** Mean and standard deviation of every column; of a constant one 1. */
function momentsOf({ values, width }: HeadRows, rows: Int32Array) {
  const centres = new Float64Array(width);
  const squares = new Float64Array(width);
  for (const i of rows) for (let j = 0; j < width; j++) centres[j] += values[i * width + j] / rows.length;
  for (const i of rows)
    for (let j = 0; j < width; j++) squares[j] += (values[i * width + j] - centres[j]) ** 2 / rows.length;
  return {
    centres: Float32Array.from(centres),
    // A column whose spread is rounding tells rows apart by rounding.
    spreads: Float32Array.from(squares, (square, j) =>
      Math.sqrt(square) > 1e-6 * (1 + Math.abs(centres[j])) ? Math.sqrt(square) : 1,
    ),
  };
}

type Feed = (inputs: Readonly<Record<string, Float32Array>>, batch: ArrayLike<number>) => void;

function feeder({ given, read }: HeadRequest, { centres, spreads }: ReturnType<typeof momentsOf>): Feed {
  const { values, width } = read;
  return ({ z, given: into }, batch) => {
    for (let k = 0; k < batch.length; k++) {
      const row = batch[k];
      for (let j = 0; j < width; j++) z[k * width + j] = (values[row * width + j] - centres[j]) / spreads[j];
      into.set(given.values.subarray(row * given.width, (row + 1) * given.width), k * given.width);
    }
  };
}

/** Cost of held-out rows by the averaged weights, row-major [rows, costs]. */
async function heldCosts(
  learner: Learner<HeadObjective>,
  { each }: HeadRequest,
  feed: Feed,
  rows: Int32Array,
): Promise<Float64Array> {
  const { model, inputs } = learner.objective;
  const step = await learner.steps.get("head", () =>
    evaluationStep("head", learner.layout, inputs, (context, { z, given }) => ({
      each: each(model.logScale(context, z as Tensor2D), given as Tensor2D),
    })),
  );
  let out = new Float64Array(0);
  await inBatches(rows, settings.batchSize, async (batch, start) => {
    feed(step.inputs, batch);
    await step.run();
    // How many costs a row has is known when the step has run.
    const width = step.outputs.each.length / settings.batchSize;
    if (start === 0) out = new Float64Array(rows.length * width);
    out.set(step.outputs.each.subarray(0, batch.length * width), start * width);
  });
  return out;
}
