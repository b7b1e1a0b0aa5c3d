import { z } from "zod";
import { calibrationLine } from "../../evaluation/calibration-line.js";
import { evaluatePart, r2 } from "../../evaluation/metrics.js";
import { standardDeviation } from "../../math/descriptive.js";
import type { TaskMetrics } from "../measured-task.js";

/** The metrics of one target in a file. */
export const storedRegressionMetrics = z.object({
  mae: z.number().min(0),
  rmse: z.number().min(0),
  r2: z.number().max(1).nullable(),
  pearson: z.number().min(-1).max(1).nullable(),
  crps: z.number().min(0).optional().describe("of predictive distributions, of the test part only"),
  logScore: z.number().optional(),
});

/** What predictions of different trainings tell of one target. */
export const regressionTogether = z.object({
  /** Null where the target is constant. */
  r2: z.number().nullable(),
  /** -1/2 log2(1 - R2), 0 where R2 is below 0: the information of Gaussian variables; null where R2 is null or 1. */
  bits: z.number().nullable(),
});

/** MAE, RMSE, R2 and Pearson correlation; models are compared by RMSE. */
export const regressionMetrics = {
  evaluate: evaluatePart,
  headline: {
    key: "rmse",
    name: "RMSE",
    oneOf: "an RMSE",
    rowCosts: (truth, prediction) => Float64Array.from(truth, (value, i) => (value - prediction[i]) ** 2),
    ofMeanCost: Math.sqrt,
    scale: { name: "sd", called: "standard deviation", of: standardDeviation },
  },
  shown: [
    { key: "mae", name: "MAE", title: "MAE", called: "mean absolute error", inUnit: true, isError: true },
    { key: "rmse", name: "RMSE", title: "RMSE", called: "root mean squared error", inUnit: true, isError: true },
    {
      key: "r2",
      name: "R2",
      title: "R²",
      called: "share of the variance that is explained",
      inUnit: false,
      isError: false,
    },
    {
      key: "pearson",
      name: "Pearson",
      title: "Pearson",
      called: "Pearson correlation",
      inUnit: false,
      isError: false,
      range: [-1, 1],
    },
  ],
  stored: storedRegressionMetrics,
  together: (truth, prediction): z.infer<typeof regressionTogether> => {
    const found = r2(truth, prediction);
    return { r2: found, bits: found === null || found >= 1 ? null : Math.max(0, -0.5 * Math.log2(1 - found)) };
  },
  calibration: {
    measure: calibrationLine,
    shown: [
      { key: "slope", name: "calibration slope", inUnit: false, ideal: 1 },
      { key: "intercept", name: "calibration intercept", inUnit: true, ideal: 0 },
    ],
    called: "true value = intercept + slope x prediction, by least squares",
  },
} as const satisfies TaskMetrics;
