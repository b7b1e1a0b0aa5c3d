import { infonce, mine, nwj, smile } from "./critics.js";
import { denoising } from "./denoising.js";
import { density } from "./density.js";
import type { Estimator } from "./estimator.js";
import type { BenchmarkEstimatorName, EstimatorName } from "./estimator-names.js";
import { flow } from "./flow.js";
import { gaussian } from "./gaussian.js";
import { nearestNeighbours } from "./nearest-neighbours.js";
import { neighbourRatio } from "./neighbour-ratio.js";

/** All estimators of mutual information, by name. */
export const estimators: Readonly<Record<EstimatorName, Estimator>> = {
  gaussian,
  ksg: nearestNeighbours,
  density,
  flow,
};

/** The same, and those of the literature that they are compared with. */
export const benchmarkEstimators: Readonly<Record<BenchmarkEstimatorName, Estimator>> = {
  ...estimators,
  mine,
  nwj,
  smile,
  infonce,
  "nn-ratio": neighbourRatio,
  minde: denoising,
};
