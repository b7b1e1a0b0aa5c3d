import { entropyOfTies } from "../../pid/estimate/target-entropy.js";
import { ksg, mostKsgDimensions } from "../ksg.js";
import { ksgClasses } from "../ksg-classes.js";
import type { Estimator } from "./estimator.js";

/** Rows beyond which looking for neighbours takes long. */
export const mostRows = 20_000;

/** Distances to nearest neighbours, of at most 4 columns of both sides together; a class counts as one. */
export const nearestNeighbours: Estimator = {
  name: "ksg",
  is: "estimate",
  looksAt: "nearest neighbours, of few columns",
  refusal: ({ x, y, classes, groups }) => {
    const columns = x.length + y.length;
    if (columns > mostKsgDimensions)
      return `${columns} columns of both sides together; beyond ${mostKsgDimensions} neighbours are too far away`;
    if (groups !== null) return "rows of one group would be neighbours of one another";
    if (classes === null && (entropyOfTies(x) !== null || entropyOfTies(y) !== null))
      return "values repeat, and neighbours at no distance tell nothing";
    return y[0].length > mostRows ? `it takes long with more than ${mostRows} rows` : null;
  },
  estimate: async ({ x, y, classes }) => (classes === null ? ksg(x, y) : ksgClasses(x, y[0])),
};
