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
import type { ForwardContext, ModuleSpec } from "../../models/module.js";
import tf from "../../tensorflow.js";

/** Sides of the same rows by name: columns about standard normal, each [rows]. */
export type Sides = Readonly<Record<string, readonly Float64Array[]>>;

/** Rows of a fit. */
export interface FlowParts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** Maps of sides to latents, and what a fit makes large. */
export interface MapModel extends ModuleSpec {
  readonly forward: (
    context: ForwardContext,
    sides: Readonly<Record<string, Tensor2D>>,
  ) => { readonly latents: Readonly<Record<string, Tensor2D>>; readonly score: Tensor1D };
}

/** Latents of rows that fitted maps made. */
export interface FittedMaps {
  /** By side: [rows] arrays of its columns, in the order of the rows asked for. */
  readonly latents: Readonly<Record<string, readonly Float32Array[]>>;
  /** Values of a parameter. @throws RangeError for one that is not there */
  readonly parameter: (name: string) => Float32Array;
}

/** How maps are fitted. */
export interface MapFitOptions {
  readonly engine: Engine;
  readonly rng: Rng;
  readonly signal?: AbortSignal | undefined;
}

/** Constants of every fit. */
const constants = {
  batch: 256,
  steps: 2000,
  /** Steps at least between two looks at the validation rows. */
  stepsPerLook: 40,
  patience: 15,
  learningRate: 5e-3,
  averaging: 0.9,
  clip: 5,
} as const;

interface MapObjective extends Objective {
  readonly model: MapModel;
}

/** Fits maps so that the mean score is large; the epoch that is best on the validation rows is kept. @param wanted rows whose latents are asked for */
export async function fitMaps(
  model: MapModel,
  sides: Sides,
  { train, validation }: FlowParts,
  wanted: Int32Array,
  { engine, rng, signal }: MapFitOptions,
): Promise<FittedMaps> {
  const batchSize = Math.min(constants.batch, train.length);
  const order = repeated(train, batchSize);
  const { learner } = await fitModel<MapObjective>({
    engine,
    objective: objectiveOf(model, sides, batchSize),
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
    feed: ({ inputs }, batch) => feed(sides, inputs, batch),
    judge: async (learner) => -mean((await evaluated(learner, sides, validation)).score),
    diverged: (where, name, value) => new RunError(`the flows did not converge: ${name} became ${value} in ${where}`),
    signal,
  });
  try {
    const { latents } = await evaluated(learner, sides, wanted);
    const { average } = await learner.snapshot();
    const values = learner.layout.parameters.unpackValues(average);
    return { latents, parameter: (name) => valuesOf(values, name) };
  } finally {
    await learner.dispose();
  }
}

function valuesOf(values: readonly { name: string; values: Float32Array }[], wanted: string): Float32Array {
  const found = values.find(({ name }) => name === wanted);
  if (found === undefined) throw new RangeError(`no parameter "${wanted}"`);
  return found.values;
}

function repeated(train: Int32Array, batch: number): Int32Array {
  const times = Math.max(1, Math.ceil((constants.stepsPerLook * batch) / train.length));
  return Int32Array.from({ length: times * train.length }, (_, i) => train[i % train.length]);
}

/** Mean negative score of a batch. */
function objectiveOf(model: MapModel, sides: Sides, batchSize: number): MapObjective {
  return {
    model,
    batchSize,
    inputs: Object.entries(sides).map(([name, columns]) => ({ name, shape: [batchSize, columns.length] })),
    ...{ noise: [], hyper: [], report: [] },
    value: ({ context, inputs }) => {
      const { score } = model.forward(context, inputs as Record<string, Tensor2D>);
      return { total: tf.neg(tf.mean(score)), report: [] };
    },
  };
}

function feed(sides: Sides, inputs: Readonly<Record<string, Float32Array>>, batch: ArrayLike<number>): void {
  for (const [name, columns] of Object.entries(sides)) {
    const width = columns.length;
    for (let i = 0; i < batch.length; i++) {
      for (let j = 0; j < width; j++) inputs[name][i * width + j] = columns[j][batch[i]];
    }
  }
}

/** Output of a step that holds the latents of a side. */
const outputOf = (side: string) => `latent/${side}`;

/** Latents and scores of rows by the averaged weights. */
async function evaluated(learner: Learner<MapObjective>, sides: Sides, of: Int32Array) {
  const { model, batchSize, inputs } = learner.objective;
  const step = await learner.steps.get("latents", () =>
    evaluationStep("latents", learner.layout, inputs, (context, given) => {
      const { latents, score } = model.forward(context, given as Record<string, Tensor2D>);
      return { ...Object.fromEntries(Object.entries(latents).map(([name, z]) => [outputOf(name), z])), score };
    }),
  );
  const latents: Record<string, Float32Array[]> = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  const score = new Float64Array(of.length);
  await inBatches(of, batchSize, async (batch, start) => {
    feed(sides, step.inputs, batch);
    await step.run();
    for (let i = 0; i < batch.length; i++) {
      for (const [name, { length: width }] of Object.entries(sides)) {
        latents[name].push(step.outputs[outputOf(name)].slice(i * width, (i + 1) * width));
      }
      score[start + i] = step.outputs.score[i];
    }
  });
  return { latents, score };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
