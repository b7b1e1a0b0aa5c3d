import { Rng } from "../../math/rng.js";
import { heldOutBound, largestRatio } from "../bound.js";
import type { Critic } from "../critics/critic.js";
import { fitCritic } from "../critics/fit-critic.js";
import { heldOutInfoNce, heldOutLogMean, type ScoredParts } from "../critics/held-out.js";
import { type CriticKind, infoNceCritic, mineCritic, nwjCritic, smileCritic } from "../critics/kinds.js";
import { crossFitFolds, ratioOfFolds } from "../cross-fit.js";
import type { Estimate } from "../estimate.js";
import { normalScores } from "../normal-scores.js";
import { type Estimator, fitCounter, type PairRows, unlearnedRows } from "./estimator.js";
import type { EstimateIs } from "./information-types.js";

/** Folds unless others are asked for. */
const usualFolds = 5;
/** SMILE: where t of unrelated pairs is cut, nats. */
const smileCut = 5;

/** What is made of the scored rows of all folds. @param critic t of pairs of a fold, by the critic that saw neither row */
type Scoring = (critic: Critic, scored: ScoredParts, rng: Rng) => Estimate;

/**
 * A learned critic t(x, y), a network of both sides, cross-fitted: every row is scored by one that did not see it. Columns enter as
 * normal scores, a class as one column of zeros and ones for each.
 */
function criticEstimator(kind: CriticKind, is: EstimateIs, looksAt: string, value: Scoring): Estimator {
  return {
    name: kind.name,
    is,
    looksAt,
    refusal: unlearnedRows,
    estimate: async (rows, context) => {
      const { seed, folds: wanted = usualFolds, signal } = context;
      const { groups } = rows;
      const folds = crossFitFolds(rows.y[0].length, { folds: wanted, groups, seed });
      const sides = { x: rows.x.map(normalScores), y: sideOfY(rows) };
      const fitted = fitCounter(context, folds.length);
      const engine = await context.engine();
      const critics: Critic[] = [];
      for (const fold of folds) {
        critics.push(await fitCritic(kind, sides, fold, groups, { engine, rng: fold.rng.split(kind.name), signal }));
        fitted();
      }
      const scored = { parts: folds.map((fold) => fold.scored), groups };
      return value(ratioOfFolds(folds, critics), scored, new Rng(seed).split(`${kind.name}/scored`));
    },
  };
}

function sideOfY({ y, classes }: PairRows): Float64Array[] {
  if (classes === null) return y.map(normalScores);
  return Array.from({ length: classes }, (_, c) => y[0].map((code) => Number(code === c)));
}

/** Donsker and Varadhan's value of held-out rows. No bound: see `heldOutLogMean`. */
export const mine = criticEstimator(mineCritic, "estimate", "what a learned critic tells apart", (critic, scored) => {
  const cut: Critic = (i, j) => Math.min(critic(i, j), largestRatio);
  return heldOutLogMean(cut, cut, scored);
});

/** The held-out bound of a critic that was trained by it; not calibrated. */
export const nwj = criticEstimator(nwjCritic, "lower bound", "what a learned critic tells apart", (critic, scored) =>
  heldOutBound(
    critic,
    scored.parts.reduce((sum, { length }) => sum + length, 0),
    scored,
  ),
);

/** Donsker and Varadhan's value with the critic of unrelated pairs cut at e^5 and e^-5: less noise, and no bound. */
export const smile = criticEstimator(smileCritic, "estimate", "what a learned critic tells apart", (critic, scored) =>
  heldOutLogMean(critic, (i, j) => Math.min(smileCut, Math.max(-smileCut, critic(i, j))), scored),
);

/** Which y of a batch belongs to an x; 6 bits at most. */
export const infonce = criticEstimator(
  infoNceCritic,
  "lower bound",
  "which of 64 values of the one goes with the other, up to 6 bits",
  heldOutInfoNce,
);
