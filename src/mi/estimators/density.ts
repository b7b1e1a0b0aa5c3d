import { Rng } from "../../math/rng.js";
import { fewestClassRows } from "../../pid/discrete/class-types.js";
import { fewestCheckRows } from "../check-cost.js";
import type { FitContext } from "../conditionals.js";
import { crossFitFolds } from "../cross-fit.js";
import { bitsPerNat, type Estimate, errorOfMean } from "../estimate.js";
import { blockOf } from "../features.js";
import { brokenScores, normalScores } from "../normal-scores.js";
import { classPosterior, sharesOf } from "../posterior.js";
import { readScalar } from "../readings.js";
import { readPairs } from "../vector-bound.js";
import { type Estimator, type EstimatorContext, fewGroups, fitCounter, type PairRows } from "./estimator.js";

/** Folds unless others are asked for. */
const usualFolds = 5;
/** Most columns of the side that is read column after column, and most rows where it has several. */
const most = { columns: 16, rows: 20_000 } as const;

/**
 * The density reading: a conditional density of the one given the other that starts from the linear Gaussian reading, cross-fitted;
 * of a class the held-out posterior, H(Y) less the cross entropy. Of two sides of several columns the narrower one is read column
 * after column, each given those before it. A lower bound in each case.
 */
export const density: Estimator = {
  name: "density",
  is: "lower bound",
  looksAt: "any relation that a small network finds",
  refusal: (given) => {
    const { x, y, classes } = given;
    const rows = y[0].length;
    const [fewest, narrow] = [classes === null ? fewestCheckRows : fewestClassRows, Math.min(x.length, y.length)];
    if (rows < fewest) return `${rows} rows are too few to learn from; ${fewest} are needed`;
    if (classes !== null) return null;
    const few = fewGroups(given);
    if (few !== null || narrow === 1) return few;
    if (narrow > most.columns) return `both sides have more than ${most.columns} columns`;
    return rows > most.rows ? `of two sides of several columns it reads at most ${most.rows} rows` : null;
  },
  estimate: async (rows, context) => {
    if (rows.classes !== null) return ofClass(rows, rows.classes, context);
    const [given, of] = rows.y.length <= rows.x.length ? [rows.x, rows.y] : [rows.y, rows.x];
    const { seed, folds: wanted = usualFolds, signal } = context;
    const { groups } = rows;
    const folds = crossFitFolds(of[0].length, { folds: wanted, groups, seed });
    const fits = folds.length * (2 * of.length - 1);
    const fitting: FitContext = { engine: await context.engine(), groups, signal, fitted: fitCounter(context, fits) };
    const rng = new Rng(seed).split("check");
    const targets = of.map((column, j) => brokenScores(column, rng.split(`target/${j}`)));
    const blocks = [blockOf(given.map(normalScores))];
    return of.length === 1
      ? (await readScalar(blocks, targets[0], folds, "0", fitting)).density
      : readPairs(blocks, targets, folds, "0", fitting);
  },
};

/** H(Y) - cross entropy of held-out posteriors: the mean of log p(y | x) / share, whose mean over classes is 1 exactly. */
async function ofClass({ x, y, groups }: PairRows, classes: number, context: EstimatorContext): Promise<Estimate> {
  const labels = Int32Array.from(y[0]);
  const shares = sharesOf(labels, classes);
  const { seed, folds = usualFolds, signal, onProgress } = context;
  const posterior = await classPosterior(
    x,
    { labels, classes, groups },
    { engine: await context.engine(), seed, folds, signal, onProgress },
  );
  const ratios = Float64Array.from(labels, (c, r) => Math.log(posterior[r * classes + c] / shares[c]));
  return {
    bits: (ratios.reduce((sum, t) => sum + t, 0) / ratios.length) * bitsPerNat,
    standardError: errorOfMean(ratios, groups) * bitsPerNat,
    n: ratios.length,
    converged: true,
    warnings: [],
    correction: 0,
  };
}
