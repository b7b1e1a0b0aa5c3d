import { mean } from "../../math/descriptive.js";
import { crossFit, crossFitFolds } from "../cross-fit.js";
import { fitDenoiser } from "../denoising/fit-denoiser.js";
import { bitsPerNat, errorOfMean } from "../estimate.js";
import { normalScores } from "../normal-scores.js";
import { type Estimator, fitCounter, unlearnedNumbers } from "./estimator.js";

/** Folds unless others are asked for: fits are long. */
const usualFolds = 3;
/** Most columns of a side. */
const mostColumns = 2;

/**
 * Denoising networks (MINDE, arXiv 2310.09031): how much better noise is told apart from x with y than without, x the narrower side,
 *   I = 1/2 integral E |e(x_t) - e(x_t, y)|^2 d log-SNR,
 * which is exact for the best denoisers (I-MMSE, Guo, Shamai & Verdu 2005). One network has y or nothing. The value is a mean of
 * squares, so that whatever the network is wrong by makes it larger, and whatever it did not learn smaller: no bound. The standard
 * error is of the scored rows alone, and says nothing of either.
 */
export const denoising: Estimator = {
  name: "minde",
  is: "estimate",
  looksAt: "what a denoising network gains by the other side, of few columns",
  refusal: (given) => unlearnedNumbers(given, mostColumns),
  estimate: async ({ x, y, groups }, context) => {
    const { seed, folds: wanted = usualFolds, signal } = context;
    const n = y[0].length;
    const folds = crossFitFolds(n, { folds: wanted, groups, seed });
    const [narrow, other] = x.length <= y.length ? [x, y] : [y, x];
    const sides = { x: narrow.map(normalScores), y: other.map(normalScores) };
    const fitted = fitCounter(context, folds.length);
    const engine = await context.engine();
    const { halves } = await crossFit(folds, async (fold) => {
      const run = { engine, rng: fold.rng.split("minde"), signal };
      const found = await fitDenoiser(sides, fold, run);
      fitted();
      return { halves: found };
    });
    return {
      bits: mean(halves) * bitsPerNat,
      standardError: errorOfMean(halves, groups) * bitsPerNat,
      n,
      converged: true,
      warnings: [],
    };
  },
};
