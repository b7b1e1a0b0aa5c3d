import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { Engine } from "../../engine/engine.js";
import { RunError } from "../../errors.js";
import { adam } from "../../fit/adam.js";
import { inBatches } from "../../fit/compiled-steps.js";
import { earlyStopping } from "../../fit/early-stopping.js";
import { evaluationStep } from "../../fit/evaluation.js";
import { fitModel } from "../../fit/fit-model.js";
import type { Learner } from "../../fit/learner.js";
import { schedule } from "../../fit/schedule.js";
import type { Objective } from "../../fit/step.js";
import type { Rng } from "../../math/rng.js";
import { type ForwardContext, joinSpecs, type ModuleSpec } from "../../models/module.js";
import { constantValues } from "../../models/parameters.js";
import tf from "../../tensorflow.js";
import { pairLogDensity } from "./base.js";
import { flow } from "./flow.js";

/** Two sides of the same rows, about standard normal column by column. */
export interface FlowRows {
  /** Columns, each [rows]. */
  readonly x: readonly Float64Array[];
  readonly y: readonly Float64Array[];
}

/** Rows of a fit. */
export interface FlowParts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** Latents of rows that two flows made, and how they go together. */
export interface PairLatents {
  /** [rows] arrays [dx], in the order of the rows asked for */
  readonly a: readonly Float32Array[];
  readonly b: readonly Float32Array[];
  /** Correlations of the first columns of both, in turn. */
  readonly rho: Float64Array;
}

/** Constants of every fit. */
const constants = {
  blocks: 2,
  units: 8,
  hidden: 64,
  batch: 256,
  steps: 1200,
  /** Steps at least between two looks at the validation rows. */
  stepsPerLook: 40,
  patience: 12,
  learningRate: 3e-3,
  averaging: 0.9,
  clip: 5,
  /** w of the correlations tanh(w) to begin with: their gradient is largest near 0 and not 0 there. */
  startingW: 0.2,
} as const;

interface PairModel extends ModuleSpec {
  /** Latents and log densities of rows. */
  readonly forward: (
    context: ForwardContext,
    x: Tensor2D,
    y: Tensor2D,
  ) => { readonly a: Tensor2D; readonly b: Tensor2D; readonly logDensity: Tensor1D };
}

interface PairObjective extends Objective {
  readonly model: PairModel;
}

/** Two flows and the normal law of their latents: log q(x, y) = log q(a, b) + log |det J_x| + log |det J_y|. */
export function pairModel(dimX: number, dimY: number): PairModel {
  const { blocks, units, hidden, startingW } = constants;
  const [ofX, ofY] = [
    flow("x", { columns: dimX, blocks, units, hidden }),
    flow("y", { columns: dimY, blocks, units, hidden }),
  ];
  const shared = Math.min(dimX, dimY);
  const w = {
    ...{ name: "w", shape: [shared], initial: constantValues(shared, startingW) },
    ...{ decay: false, group: "predictor" as const },
  };
  return {
    ...joinSpecs([ofX, ofY, { parameters: [w], moments: [], noise: [] }]),
    forward: (context, x, y) => {
      const [first, second] = [ofX.apply(context, x), ofY.apply(context, y)];
      const density = pairLogDensity(first.z, second.z, context.parameters.w as Tensor1D);
      return { a: first.z, b: second.z, logDensity: tf.addN([density, first.logDet, second.logDet]) };
    },
  };
}

/**
 * Fits two flows and the correlations of their latents by maximum likelihood of the pairs; the epoch that is best on the
 * validation rows is kept (MIENF, arXiv 2403.02187).
 * @param wanted rows whose latents are asked for
 */
export async function fitFlows(
  rows: FlowRows,
  { train, validation }: FlowParts,
  wanted: Int32Array,
  { engine, rng, signal }: { readonly engine: Engine; readonly rng: Rng; readonly signal?: AbortSignal | undefined },
): Promise<PairLatents> {
  const batchSize = Math.min(constants.batch, train.length);
  const order = repeated(train, batchSize);
  const { learner } = await fitModel<PairObjective>({
    engine,
    objective: pairObjective(rows, batchSize),
    optimiser: adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    clip: { norm: constants.clip },
    rng,
    rows: order,
    averaging: constants.averaging,
    schedule: schedule({
      ...{ learningRate: constants.learningRate, schedule: "cosine", warmupEpochs: 0 },
      plateau: { factor: 0.5, patience: constants.patience },
    }),
    stopping: earlyStopping(constants.patience),
    maxEpochs: Math.max(1, Math.ceil(constants.steps / Math.floor(order.length / batchSize))),
    feed: ({ inputs }, batch) => feed(rows, inputs, batch),
    judge: async (learner) => -mean((await evaluated(learner, rows, validation)).logDensity),
    diverged: (where, name, value) => new RunError(`the flows did not converge: ${name} became ${value} in ${where}`),
    signal,
  });
  try {
    const { a, b } = await evaluated(learner, rows, wanted);
    const { average } = await learner.snapshot();
    const w = learner.layout.parameters.unpackValues(average).find(({ name }) => name === "w");
    return { a, b, rho: Float64Array.from(w?.values ?? [], Math.tanh) };
  } finally {
    await learner.dispose();
  }
}

function repeated(train: Int32Array, batch: number): Int32Array {
  const times = Math.max(1, Math.ceil((constants.stepsPerLook * batch) / train.length));
  return Int32Array.from({ length: times * train.length }, (_, i) => train[i % train.length]);
}

/** Mean negative log density of a batch. */
function pairObjective({ x, y }: FlowRows, batchSize: number): PairObjective {
  const model = pairModel(x.length, y.length);
  return {
    model,
    batchSize,
    inputs: [
      { name: "x", shape: [batchSize, x.length] },
      { name: "y", shape: [batchSize, y.length] },
    ],
    ...{ noise: [], hyper: [], report: [] },
    value: ({ context, inputs }) => {
      const { logDensity } = model.forward(context, inputs.x as Tensor2D, inputs.y as Tensor2D);
      return { total: tf.neg(tf.mean(logDensity)), report: [] };
    },
  };
}

function feed({ x, y }: FlowRows, inputs: Readonly<Record<string, Float32Array>>, batch: ArrayLike<number>): void {
  for (let i = 0; i < batch.length; i++) {
    for (let j = 0; j < x.length; j++) inputs.x[i * x.length + j] = x[j][batch[i]];
    for (let j = 0; j < y.length; j++) inputs.y[i * y.length + j] = y[j][batch[i]];
  }
}

/** Latents and log densities of rows by the averaged weights. */
async function evaluated(learner: Learner<PairObjective>, rows: FlowRows, of: Int32Array) {
  const { model, batchSize, inputs } = learner.objective;
  const step = await learner.steps.get("latents", () =>
    evaluationStep("latents", learner.layout, inputs, (context, { x, y }) =>
      model.forward(context, x as Tensor2D, y as Tensor2D),
    ),
  );
  const [a, b]: [Float32Array[], Float32Array[]] = [[], []];
  const logDensity = new Float64Array(of.length);
  const [dx, dy] = [rows.x.length, rows.y.length];
  await inBatches(of, batchSize, async (batch, start) => {
    feed(rows, step.inputs, batch);
    await step.run();
    for (let i = 0; i < batch.length; i++) {
      a.push(step.outputs.a.slice(i * dx, (i + 1) * dx));
      b.push(step.outputs.b.slice(i * dy, (i + 1) * dy));
      logDensity[start + i] = step.outputs.logDensity[i];
    }
  });
  return { a, b, logDensity };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
