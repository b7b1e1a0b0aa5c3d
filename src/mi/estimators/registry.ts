import { density } from "./density.js";
import type { Estimator } from "./estimator.js";
import type { EstimatorName } from "./estimator-names.js";
import { flow } from "./flow.js";
import { gaussian } from "./gaussian.js";
import { nearestNeighbours } from "./nearest-neighbours.js";

/** All estimators of mutual information, by name. */
export const estimators: Readonly<Record<EstimatorName, Estimator>> = {
  gaussian,
  ksg: nearestNeighbours,
  density,
  flow,
};
