import { Rng } from "../../math/rng.js";
import { entropyOfTies } from "../../pid/estimate/target-entropy.js";
import { nnRatio, otherRows } from "../nn-ratio.js";
import { normalScores } from "../normal-scores.js";
import type { Estimator } from "./estimator.js";
import { mostRows } from "./nearest-neighbours.js";

/** Fewest rows that have neighbours on all sides. */
const fewestRows = 10;

/** Whether neighbours of unrelated pairs are pairs of rows or unrelated themselves. */
export const neighbourRatio: Estimator = {
  name: "nn-ratio",
  is: "estimate",
  looksAt: "nearest neighbours among rows and unrelated pairs",
  refusal: ({ x, y, classes, groups }) => {
    if (classes !== null) return "it is a reading of numbers, not of classes";
    if (groups !== null) return "rows of one group would be neighbours of one another";
    if (entropyOfTies(x) !== null || entropyOfTies(y) !== null)
      return "values repeat, and neighbours at no distance tell nothing";
    const rows = y[0].length;
    if (rows < fewestRows) return `${rows} rows are too few for neighbours; ${fewestRows} are needed`;
    return rows > mostRows ? `it takes long with more than ${mostRows} rows` : null;
  },
  estimate: async ({ x, y }, { seed }) =>
    nnRatio(x.map(normalScores), y.map(normalScores), otherRows(y[0].length, new Rng(seed).split("nn-ratio"))),
};
