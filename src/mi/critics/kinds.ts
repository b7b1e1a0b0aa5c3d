import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { mean } from "../../math/descriptive.js";
import type { Rng } from "../../math/rng.js";
import type { ForwardContext } from "../../models/module.js";
import type { RowGroups } from "../../pid/estimate/row-groups.js";
import tf from "../../tensorflow.js";
import { pairSums } from "../bound.js";
import { type Pairs, pairsOf } from "../pairs.js";
import type { Critic } from "./critic.js";
import { batchesOf, infoNceOf, infoNceRows } from "./held-out.js";
import type { CriticNetwork } from "./network.js";
import { donskerVaradhan, infoNce, jensenShannon, nguyenWainwrightJordan, type PairObjective } from "./objectives.js";

/** Rows that took no part in training, by which a fit is judged. */
export interface JudgedRows {
  readonly rows: Int32Array;
  /** Null where rows are independent. */
  readonly groups: RowGroups | null;
  /** Stream of batches. */
  readonly rng: Rng;
}

/** One way to train a critic: what is made large on batches, and the same of rows that are not trained on. */
export interface CriticKind {
  readonly name: string;
  /** Rows of a batch. */
  readonly batch: number;
  /** Traced, nats, scalar. @param x [batch, dx] @param y [batch, dy] */
  objective(network: CriticNetwork, context: ForwardContext, x: Tensor2D, y: Tensor2D): Tensor;
  /** The same objective in float64, nats. */
  judged(critic: Critic, of: JudgedRows): number;
}

/** Rows further on in the batch with whose y a row makes unrelated pairs. The same row comes up twice in a batch, and so as a pair, once in as many as there are. */
const shifts = [1, 2, 3, 4] as const;

/** Rows that judge up to which all their pairs do, not those of 64 shifts. */
const allPairs = 64;

function ofShifts(
  name: string,
  objective: PairObjective,
  judged: (critic: Critic, rows: Int32Array, pairs: Pairs) => number,
): CriticKind {
  return {
    name,
    batch: 128,
    objective: (network, context, x, y) =>
      objective(
        network.shifted(context, x, y, 0),
        tf.concat(shifts.map((shift) => network.shifted(context, x, y, shift))),
      ),
    judged: (critic, { rows, groups }) => judged(critic, rows, pairsOf(rows, groups, rows.length, allPairs)),
  };
}

/** Trained by Donsker and Varadhan's value (MINE, arXiv 1801.04062). */
export const mineCritic = ofShifts(
  "mine",
  donskerVaradhan,
  (critic, rows, pairs) => meanOwn(critic, rows) - Math.log(pairSums(critic, rows, pairs).m),
);

/** Trained by the bound of Nguyen, Wainwright and Jordan (2010). */
export const nwjCritic = ofShifts(
  "nwj",
  nguyenWainwrightJordan,
  (critic, rows, pairs) => meanOwn(critic, rows) - (pairSums(critic, rows, pairs).m - 1),
);

/** Trained to tell rows from unrelated pairs (SMILE, arXiv 1910.06222). */
export const smileCritic = ofShifts("smile", jensenShannon, (critic, rows, pairs) => {
  let sum = 0;
  pairs.each((i, j) => {
    sum += softplus(critic(rows[i], rows[j]));
  });
  return -mean(Float64Array.from(rows, (r) => softplus(-critic(r, r)))) - sum / pairs.count;
});

/** Trained to find the y of an x among those of a batch (arXiv 1807.03748). */
export const infoNceCritic: CriticKind = {
  name: "infonce",
  batch: infoNceRows,
  objective: (network, context, x, y) => infoNce(network.every(context, x, y)),
  judged: (critic, { rows, groups, rng }) => {
    const batches = batchesOf(rows, groups, rng);
    return batches.reduce((sum, batch) => sum + infoNceOf(critic, batch) * batch.length, 0) / rows.length;
  },
};

function meanOwn(critic: Critic, rows: Int32Array): number {
  return mean(Float64Array.from(rows, (r) => critic(r, r)));
}

function softplus(v: number): number {
  return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
}
