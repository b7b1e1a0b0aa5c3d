import { Rng } from "../../math/rng.js";
import { calibrate, calibrated, heldOutBound } from "../bound.js";
import { crossFitFolds, ratioOfFolds } from "../cross-fit.js";
import { pairLogRatio } from "../flow/base.js";
import { fitFlows } from "../flow/flow-fit.js";
import { brokenScores } from "../normal-scores.js";
import { type Estimator, fitCounter, unlearnedNumbers } from "./estimator.js";

/** Folds unless others are asked for: fits are long. */
const usualFolds = 3;
/** Most columns of a side. */
const mostColumns = 16;
/** Log-ratios below it count as it, nats: one latent far out takes no mean with it. A bound holds for any ratio. */
const leastRatio = -10;

/**
 * Normalising flows: each side through a map of its own that can be undone, the pairs of latents normal (MIENF, arXiv 2403.02187).
 * No such map makes a square or a spread of one column straight, and it sees nothing of them; a product of two in part.
 * Cross-fitted, calibrated on validation rows, a lower bound.
 */
export const flow: Estimator = {
  name: "flow",
  is: "lower bound",
  looksAt: "relations that are straight after a smooth map of each side",
  refusal: (given) => unlearnedNumbers(given, mostColumns),
  estimate: async ({ x, y, groups }, context) => {
    const n = y[0].length;
    const { seed, folds: wanted = usualFolds, signal } = context;
    const folds = crossFitFolds(n, { folds: wanted, groups, seed });
    const rng = new Rng(seed).split("flow");
    const scores = (side: string) => (column: Float64Array, j: number) =>
      brokenScores(column, rng.split(`${side}/${j}`));
    const rows = { x: x.map(scores("x")), y: y.map(scores("y")) };
    const fitted = fitCounter(context, folds.length);
    const engine = await context.engine();
    const ratioOf: ((i: number, j: number) => number)[] = [];
    for (const fold of folds) {
      const held = Int32Array.from([...fold.validation, ...fold.scored]);
      const { a, b, rho } = await fitFlows(rows, fold, held, { engine, rng: fold.rng.split("flow"), signal });
      const place = new Map(Array.from(held, (r, at) => [r, at]));
      const ratio = (i: number, j: number) =>
        Math.max(leastRatio, pairLogRatio(a[place.get(i) as number], b[place.get(j) as number], rho));
      ratioOf.push(calibrated(ratio, calibrate(ratio, fold.validation, groups)));
      fitted();
    }
    return heldOutBound(ratioOfFolds(folds, ratioOf), n, { parts: folds.map(({ scored }) => scored), groups });
  },
};
