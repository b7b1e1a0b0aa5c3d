import type { Tensor2D } from "@tensorflow/tfjs";
import { fitModel } from "../../fit/fit-model.js";
import type { Objective } from "../../fit/step.js";
import type { RowGroups } from "../../pid/estimate/row-groups.js";
import tf from "../../tensorflow.js";
import type { CrossFitFold } from "../cross-fit.js";
import { averagedParameters, batchOf, type FitConstants, type FitRun, fitOptions } from "../fit-options.js";
import { feedSides } from "../sides.js";
import { type Critic, criticOf } from "./critic.js";
import type { CriticKind } from "./kinds.js";
import { criticNetwork } from "./network.js";

/** Two sides of the same rows, about standard, columns each [rows]. */
export interface CriticRows {
  readonly x: readonly Float64Array[];
  readonly y: readonly Float64Array[];
}

/** Constants of every fit. */
const constants: Omit<FitConstants, "batch"> = {
  steps: 1000,
  stepsPerLook: 20,
  patience: 8,
  learningRate: 3e-3,
  averaging: 0.9,
  clip: 5,
};

/**
 * Fits a critic to the training rows of a fold; the epoch whose own objective is largest on the validation rows is kept.
 * @returns t of the rows that the fold scores
 */
export async function fitCritic(
  kind: CriticKind,
  { x, y }: CriticRows,
  fold: CrossFitFold,
  groups: RowGroups | null,
  run: FitRun,
): Promise<Critic> {
  const { train, validation, scored } = fold;
  const own = { ...constants, batch: kind.batch };
  const judged = { rows: validation, groups, rng: run.rng.split("judged") };
  const { learner } = await fitModel<Objective>({
    ...fitOptions(`the critic of ${kind.name}`, train, own, run),
    objective: objectiveOf(kind, x.length, y.length, batchOf(train, own)),
    feed: ({ inputs }, batch) => feedSides({ x, y }, inputs, batch),
    judge: async (learner) => -kind.judged(criticOf(await averagedParameters(learner), x, y, validation), judged),
  });
  try {
    return criticOf(await averagedParameters(learner), x, y, scored);
  } finally {
    await learner.dispose();
  }
}

function objectiveOf(kind: CriticKind, dimX: number, dimY: number, batchSize: number): Objective {
  const model = criticNetwork(dimX, dimY);
  return {
    model,
    batchSize,
    inputs: [
      { name: "x", shape: [batchSize, dimX] },
      { name: "y", shape: [batchSize, dimY] },
    ],
    ...{ noise: [], hyper: [], report: [] },
    value: ({ context, inputs: { x, y } }) => ({
      total: tf.neg(kind.objective(model, context, x as Tensor2D, y as Tensor2D)),
      report: [],
    }),
  };
}
