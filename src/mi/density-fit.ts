import type { Tensor2D } from "@tensorflow/tfjs";
import { inBatches } from "../fit/compiled-steps.js";
import { evaluationStep } from "../fit/evaluation.js";
import { fitModel } from "../fit/fit-model.js";
import type { Learner } from "../fit/learner.js";
import type { Objective } from "../fit/step.js";
import { type DensityHead, densityHead } from "../models/density-head.js";
import tf from "../tensorflow.js";
import { batchOf, type FitRun, fitOptions } from "./fit-options.js";
import { Mixtures } from "./mixtures.js";

/** What a density is fitted to: inputs of the network, and a linear reading to begin with. */
export interface DensityRows {
  /** [rows, width] row-major, about standard. */
  readonly inputs: Float32Array;
  readonly width: number;
  /** [rows] linear prediction of y. */
  readonly means: Float64Array;
  /** [rows] */
  readonly target: Float64Array;
  /** Standard deviation of y about the prediction. */
  readonly deviation: number;
}

/** Rows of a fit, as positions in `DensityRows`. */
export interface DensityParts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** A fitted conditional density. */
export interface FittedDensity {
  /** Of the scored rows, in their order; those of the linear reading where no epoch was better on the validation rows. */
  readonly mixtures: Mixtures;
  /** Whether the network was better than the linear reading on the validation rows. */
  readonly improved: boolean;
}

/** Constants of every fit, as measured on tables of known information. */
const constants = {
  components: 5,
  hidden: 32,
  /** Rows from which the layers are twice as wide. */
  manyRows: 5000,
  dropout: 0.1,
  batch: 128,
  steps: 600,
  stepsPerLook: 20,
  patience: 8,
  learningRate: 3e-3,
  averaging: 0.9,
  clip: 5,
  /** Least deviation of a component, in units of y, whose own is 1. */
  narrowest: 0.01,
} as const;

/** Least deviation of any density here, in units of the deviation of y. */
export const narrowest = constants.narrowest;

interface DensityObjective extends Objective {
  readonly model: DensityHead;
}

/**
 * Fits q(y | z) = sum_k w_k(z) N(y; B'z + c + s delta_k(z), s^2 exp(2 g_k(z))) to the training rows, from the linear Gaussian
 * reading on; of the epochs, and of the reading itself, the one that is best on the validation rows is kept. The scale of a
 * component is 0.01 of that of y or more.
 * @param scored rows whose densities will be asked for
 */
export async function fitDensity(
  rows: DensityRows,
  { train, validation }: DensityParts,
  scored: Int32Array,
  run: FitRun,
): Promise<FittedDensity> {
  const floor = Math.log(constants.narrowest / rows.deviation);
  const linear = (of: Int32Array) => Mixtures.normal(pick(rows.means, of), rows.deviation);
  const fitted = (shapes: Float32Array, of: Int32Array) =>
    new Mixtures(shapes, pick(rows.means, of), rows.deviation, floor);
  const feed = (inputs: Readonly<Record<string, Float32Array>>, batch: ArrayLike<number>) => {
    feedRows(rows, inputs, batch);
    inputs.floor[0] = floor;
  };
  const shapesOf = (learner: Learner<DensityObjective>, of: Int32Array) => mixtureShapes(learner, rows, of);
  const { learner, best } = await fitModel<DensityObjective>({
    ...fitOptions("the conditional density", train, constants, run),
    objective: densityObjective(rows.width, train.length, batchOf(train, constants)),
    feed: ({ inputs }, batch) => feed(inputs, batch),
    judge: async (learner) =>
      -meanLogDensity(fitted(await shapesOf(learner, validation), validation), rows, validation),
  });
  try {
    const improved = best.loss < -meanLogDensity(linear(validation), rows, validation);
    return { improved, mixtures: improved ? fitted(await shapesOf(learner, scored), scored) : linear(scored) };
  } finally {
    await learner.dispose();
  }
}

/** Mean negative log density of a batch. */
function densityObjective(width: number, trainRows: number, batchSize: number): DensityObjective {
  const hidden = trainRows > constants.manyRows ? 2 * constants.hidden : constants.hidden;
  const { dropout, components } = constants;
  const model = densityHead("density", { inputWidth: width, hidden: [hidden, hidden], dropout, components });
  return {
    model,
    batchSize,
    inputs: [
      { name: "z", shape: [batchSize, width] },
      { name: "residual", shape: [batchSize, 1] },
      { name: "floor", shape: [1] },
    ],
    noise: [],
    hyper: [],
    report: [],
    value: ({ context, inputs }) => {
      const each = model.logDensity(context, inputs.z as Tensor2D, inputs.residual as Tensor2D, inputs.floor);
      return { total: tf.neg(tf.mean(each)), report: [] };
    },
  };
}

function feedRows(rows: DensityRows, inputs: Readonly<Record<string, Float32Array>>, batch: ArrayLike<number>): void {
  const { width, means, target, deviation } = rows;
  for (let i = 0; i < batch.length; i++) {
    const r = batch[i];
    inputs.z.set(rows.inputs.subarray(r * width, (r + 1) * width), i * width);
    inputs.residual[i] = (target[r] - means[r]) / deviation;
  }
}

/** Mixtures of rows by the averaged weights, [rows, 3K]. */
async function mixtureShapes(
  learner: Learner<DensityObjective>,
  rows: DensityRows,
  of: Int32Array,
): Promise<Float32Array> {
  const { model, batchSize } = learner.objective;
  const { width } = rows;
  const each = 3 * model.architecture.components;
  const inputs = [{ name: "z", shape: [batchSize, width] }];
  const step = await learner.steps.get("shapes", () =>
    evaluationStep("shapes", learner.layout, inputs, (context, { z }) => ({
      shapes: model.shapes(context, z as Tensor2D),
    })),
  );
  const out = new Float32Array(of.length * each);
  await inBatches(of, batchSize, async (batch, start) => {
    batch.forEach((r, i) => void step.inputs.z.set(rows.inputs.subarray(r * width, (r + 1) * width), i * width));
    await step.run();
    out.set(step.outputs.shapes.subarray(0, batch.length * each), start * each);
  });
  return out;
}

function meanLogDensity(mixtures: Mixtures, { target }: DensityRows, of: Int32Array): number {
  let sum = 0;
  of.forEach((r, i) => {
    sum += mixtures.logDensity(i, target[r]);
  });
  return sum / of.length;
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (r) => values[r]);
}
