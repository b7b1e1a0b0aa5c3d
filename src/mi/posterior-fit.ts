import type { Tensor2D } from "@tensorflow/tfjs";
import { inBatches } from "../fit/compiled-steps.js";
import { evaluationStep } from "../fit/evaluation.js";
import { fitModel } from "../fit/fit-model.js";
import type { Learner } from "../fit/learner.js";
import type { Objective } from "../fit/step.js";
import { type PosteriorHead, posteriorHead } from "../models/posterior-head.js";
import tf from "../tensorflow.js";
import { batchOf, type FitRun, fitOptions } from "./fit-options.js";

/** What a posterior is fitted to: inputs of the network, and linear logits to begin with. */
export interface PosteriorRows {
  /** [rows, width] row-major, about standard. */
  readonly inputs: Float32Array;
  readonly width: number;
  /** [rows, classes] logits of a linear reading. */
  readonly linear: Float64Array;
  /** [rows] 0 .. classes - 1 */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** Rows of a fit, as positions in `PosteriorRows`. */
export interface PosteriorParts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** Constants of every fit, as measured on tables of known information (experiments/classes). */
const constants = {
  hidden: 32,
  /** Rows from which the layers are twice as wide. */
  manyRows: 5000,
  dropout: 0.1,
  batch: 128,
  steps: 1200,
  stepsPerLook: 20,
  patience: 8,
  learningRate: 3e-3,
  averaging: 0.9,
  clip: 5,
} as const;

interface PosteriorObjective extends Objective {
  readonly model: PosteriorHead;
}

/**
 * Fits log softmax(linear + network(z)) to the training rows, from the linear logits on; the epoch that is best on the
 * validation rows is kept.
 * @param wanted rows whose posteriors are asked for
 * @returns log p(y | z) of these, nats, [wanted, classes]
 */
export async function fitPosterior(
  rows: PosteriorRows,
  { train, validation }: PosteriorParts,
  wanted: Int32Array,
  run: FitRun,
): Promise<Float64Array> {
  const { learner } = await fitModel<PosteriorObjective>({
    ...fitOptions("the posterior of the classes", train, constants, run),
    objective: posteriorObjective(rows, train.length, batchOf(train, constants)),
    feed: ({ inputs }, batch) => feed(rows, inputs, batch),
    judge: async (learner) => crossEntropy(await logPosteriors(learner, rows, validation), rows, validation),
  });
  try {
    return await logPosteriors(learner, rows, wanted);
  } finally {
    await learner.dispose();
  }
}

/** Mean of -log p of each row's own class, nats. @param logs [of, classes] */
export function crossEntropy(
  logs: Float64Array,
  { labels, classes }: Pick<PosteriorRows, "labels" | "classes">,
  of: Int32Array,
): number {
  let sum = 0;
  for (const [i, r] of of.entries()) sum -= logs[i * classes + labels[r]];
  return sum / of.length;
}

/** Mean cross entropy of a batch. */
function posteriorObjective({ width, classes }: PosteriorRows, trainRows: number, batchSize: number) {
  const hidden = trainRows > constants.manyRows ? 2 * constants.hidden : constants.hidden;
  const { dropout } = constants;
  const model = posteriorHead("posterior", { inputWidth: width, hidden: [hidden, hidden], dropout, classes });
  const objective: PosteriorObjective = {
    model,
    batchSize,
    inputs: ["z", "linear", "class"].map((name) => ({ name, shape: [batchSize, name === "z" ? width : classes] })),
    noise: [],
    hyper: [],
    report: [],
    value: ({ context, inputs }) => {
      const logs = model.logPosterior(context, inputs.z as Tensor2D, inputs.linear as Tensor2D);
      return { total: tf.neg(tf.mean(tf.sum(tf.mul(logs, inputs.class), 1))), report: [] };
    },
  };
  return objective;
}

function feed(rows: PosteriorRows, inputs: Readonly<Record<string, Float32Array>>, batch: ArrayLike<number>): void {
  const { width, classes, linear, labels } = rows;
  for (let i = 0; i < batch.length; i++) {
    const r = batch[i];
    inputs.z.set(rows.inputs.subarray(r * width, (r + 1) * width), i * width);
    for (let y = 0; y < classes; y++) {
      inputs.linear[i * classes + y] = linear[r * classes + y];
      if (inputs.class !== undefined) inputs.class[i * classes + y] = labels[r] === y ? 1 : 0;
    }
  }
}

/** log p(y | z) of rows by the averaged weights, [of, classes]. */
async function logPosteriors(
  learner: Learner<PosteriorObjective>,
  rows: PosteriorRows,
  of: Int32Array,
): Promise<Float64Array> {
  const { model, batchSize, inputs } = learner.objective;
  const { classes } = rows;
  const step = await learner.steps.get("posteriors", () =>
    evaluationStep(
      "posteriors",
      learner.layout,
      inputs.filter(({ name }) => name !== "class"),
      (context, { z, linear }) => ({ logs: model.logPosterior(context, z as Tensor2D, linear as Tensor2D) }),
    ),
  );
  const out = new Float64Array(of.length * classes);
  await inBatches(of, batchSize, async (batch, start) => {
    feed(rows, step.inputs, batch);
    await step.run();
    out.set(step.outputs.logs.subarray(0, batch.length * classes), start * classes);
  });
  return out;
}
