import type { Tensor2D } from "@tensorflow/tfjs";
import type { Engine } from "../../engine/engine.js";
import type { ConditionalScale, ConstantBecause, ScaleInputs, ScaleRows } from "../../evaluation/conditional-scale.js";
import { adam } from "../../fit/adam.js";
import { inBatches } from "../../fit/compiled-steps.js";
import { earlyStopping } from "../../fit/early-stopping.js";
import { evaluationStep } from "../../fit/evaluation.js";
import { fitModel } from "../../fit/fit-model.js";
import type { Learner } from "../../fit/learner.js";
import { schedule } from "../../fit/schedule.js";
import type { Objective } from "../../fit/step.js";
import { scaledError } from "../../losses/scaled-error.js";
import type { Rng } from "../../math/rng.js";
import { type ScaleHead, scaleHead, scaleLayers } from "../../models/scale-head.js";
import tf from "../../tensorflow.js";
import { divergence } from "../divergence.js";

/** Errors of training rows, and what their size may be read from. */
export interface ScaleData {
  /** Row-major [rows, targets], user's units. */
  readonly errors: Float64Array;
  readonly targets: number;
  /** What may be read, by name; the one that tells more of the rows that are held out is used. */
  readonly read: ReadonlyMap<ScaleInputs, ScaleRows>;
  /** Training row that each row is of: a row may be there several times, with and without modalities. */
  readonly rowOf: Int32Array;
}

/** Fewer training rows have one scale for all. */
export const fewestScaleRows = 200;

const settings = {
  batchSize: 128,
  hidden: [32, 32],
  dropout: 0.1,
  learningRate: 3e-3,
  /** Share of the training rows that stop the fit, and say whether it found anything. */
  heldOut: 0.2,
  patience: 8,
  maxEpochs: 60,
  /** Steps in all, where rows are many. */
  maxSteps: 6000,
  /** Standard errors by which held-out rows have to be told better than by one scale. */
  clear: 2,
} as const;

/**
 * Fits how large errors are, by row, on errors of the training rows; a target of which held-out rows are not told clearly
 * better has one scale for all rows.
 * @throws Interrupted when the signal fires
 */
export async function fitScale(
  data: ScaleData,
  { engine, rng, signal }: { readonly engine: Engine; readonly rng: Rng; readonly signal?: AbortSignal | undefined },
): Promise<ConditionalScale> {
  const { targets } = data;
  const own = new Set(data.rowOf).size;
  const base = meanAbsolute(data);
  const alike = (because: ConstantBecause): ConditionalScale => ({
    base,
    constant: base.map(() => because),
    head: null,
  });
  if (own < fewestScaleRows) return alike("few-rows");
  const parts = parted(data, rng.split("held-out"));
  let best: Fitted | null = null;
  for (const [inputs, read] of data.read) {
    const fitted = await fitHead({ data, base, inputs, read, ...parts }, { engine, rng: rng.split(inputs), signal });
    if (best === null || total(fitted.gains) > total(best.gains)) best = fitted;
  }
  if (best === null) return alike("no-pattern");
  const constant = best.gains.map(({ mean, error }) => (mean > settings.clear * error ? null : "no-pattern"));
  if (constant.every((because) => because !== null)) return alike("no-pattern");
  return { base, constant: constant.slice(0, targets), head: best.head };
}

/** By how much held-out rows are told better than by one scale, nats per row. */
interface Gain {
  readonly mean: number;
  readonly error: number;
}

interface Fitted {
  readonly head: NonNullable<ConditionalScale["head"]>;
  readonly gains: readonly Gain[];
}

const total = (gains: readonly Gain[]) => gains.reduce((sum, { mean }) => sum + mean, 0);

/** Mean absolute error per target; 1 where all are 0, which every scale fits. */
function meanAbsolute({ errors, targets }: ScaleData): number[] {
  const rows = errors.length / targets;
  return Array.from({ length: targets }, (_, t) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += Math.abs(errors[i * targets + t]);
    return sum > 0 ? sum / rows : 1;
  });
}

interface HeadRequest extends Parts {
  readonly data: ScaleData;
  readonly base: readonly number[];
  readonly inputs: ScaleInputs;
  readonly read: ScaleRows;
}

interface Parts {
  readonly fitRows: Int32Array;
  readonly heldRows: Int32Array;
}

/** A fifth of the training rows, with all that is of them, held out. */
function parted({ rowOf }: ScaleData, rng: Rng): Parts {
  const own = [...new Set(rowOf)];
  const order = rng.permutation(own.length);
  const held = new Set(Array.from(order.subarray(0, Math.round(settings.heldOut * own.length)), (i) => own[i]));
  const rows = Int32Array.from(rowOf.keys());
  return { fitRows: rows.filter((i) => !held.has(rowOf[i])), heldRows: rows.filter((i) => held.has(rowOf[i])) };
}

interface ScaleObjective extends Objective {
  readonly model: ScaleHead;
}

function scaleObjective(model: ScaleHead): ScaleObjective {
  const { batchSize } = settings;
  const { inputWidth, targets } = model.architecture;
  return {
    ...{ model, batchSize, noise: [], hyper: [], report: [] },
    inputs: [
      { name: "z", shape: [batchSize, inputWidth] },
      { name: "error", shape: [batchSize, targets] },
    ],
    value: ({ context, inputs }) => {
      const each = scaledError(model.logScale(context, inputs.z as Tensor2D), inputs.error as Tensor2D);
      return { total: tf.mean(each), report: [] };
    },
  };
}

async function fitHead(
  request: HeadRequest,
  { engine, rng, signal }: { readonly engine: Engine; readonly rng: Rng; readonly signal?: AbortSignal | undefined },
): Promise<Fitted> {
  const { data, read, inputs, fitRows, heldRows } = request;
  const moments = momentsOf(read, fitRows);
  const { hidden, dropout, batchSize, maxEpochs, maxSteps, patience, learningRate } = settings;
  const model = scaleHead({ inputWidth: read.width, hidden, dropout, targets: data.targets });
  const feed = feeder(request, moments);
  const costs = (learner: Learner<ScaleObjective>) => heldCosts(learner, feed, heldRows);
  const epochs = Math.max(2, Math.min(maxEpochs, Math.ceil((maxSteps * batchSize) / fitRows.length)));
  const plateau = { factor: 0.5, patience: 5 };
  const { learner } = await fitModel({
    ...{ engine, rng, signal, feed: ({ inputs: into }, batch) => feed(into, batch), rows: fitRows, maxEpochs: epochs },
    objective: scaleObjective(model),
    optimiser: adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    clip: { norm: 5 },
    averaging: 0.9,
    schedule: schedule({ learningRate, schedule: "cosine", warmupEpochs: 0, plateau }),
    stopping: earlyStopping(patience),
    judge: async (fitted) => average(await costs(fitted)),
    diverged: (where, name, value) => divergence(`the scale of the errors, ${where}`, name, value),
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
    return { head: { inputs, ...moments, layers }, gains: gainsOf(request, await costs(learner)) };
  } finally {
    await learner.dispose();
  }
}

/** Mean and standard deviation of every column; of a constant one 1. */
function momentsOf({ values, width }: ScaleRows, rows: Int32Array) {
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

function feeder({ data, base, read }: HeadRequest, { centres, spreads }: ReturnType<typeof momentsOf>): Feed {
  const { errors, targets } = data;
  const { values, width } = read;
  return ({ z, error }, batch) => {
    for (let k = 0; k < batch.length; k++) {
      const row = batch[k];
      for (let j = 0; j < width; j++) z[k * width + j] = (values[row * width + j] - centres[j]) / spreads[j];
      for (let t = 0; t < targets; t++) error[k * targets + t] = errors[row * targets + t] / base[t];
    }
  };
}

/** Cost of held-out rows by the averaged weights, row-major [rows, targets]. */
async function heldCosts(learner: Learner<ScaleObjective>, feed: Feed, rows: Int32Array): Promise<Float64Array> {
  const { model, inputs } = learner.objective;
  const { targets } = model.architecture;
  const step = await learner.steps.get("scale", () =>
    evaluationStep("scale", learner.layout, inputs, (context, { z, error }) => ({
      each: scaledError(model.logScale(context, z as Tensor2D), error as Tensor2D),
    })),
  );
  const out = new Float64Array(rows.length * targets);
  await inBatches(rows, settings.batchSize, async (batch, start) => {
    feed(step.inputs, batch);
    await step.run();
    out.set(step.outputs.each.subarray(0, batch.length * targets), start * targets);
  });
  return out;
}

const average = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Per target; copies of a row are one row. */
function gainsOf({ data, base, heldRows }: HeadRequest, costs: Float64Array): Gain[] {
  const { targets, errors, rowOf } = data;
  return Array.from({ length: targets }, (_, t) => {
    const byRow = new Map<number, number[]>();
    heldRows.forEach((i, k) => {
      const gain = Math.abs(errors[i * targets + t]) / base[t] - costs[k * targets + t];
      byRow.set(rowOf[i], [...(byRow.get(rowOf[i]) ?? []), gain]);
    });
    const gains = [...byRow.values()].map(average);
    const mean = average(gains);
    const variance = average(gains.map((gain) => (gain - mean) ** 2));
    return { mean, error: Math.sqrt(variance / gains.length) };
  });
}
