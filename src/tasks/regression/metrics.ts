import { evaluatePart } from "../../evaluation/metrics.js";
import type { TaskMetrics } from "../measured-task.js";

/** MAE, RMSE, R2 and Pearson correlation; models are compared by RMSE. */
export const regressionMetrics = {
  evaluate: evaluatePart,
  headline: {
    key: "rmse",
    name: "RMSE",
    oneOf: "an RMSE",
    rowCosts: (truth, prediction) => Float64Array.from(truth, (value, i) => (value - prediction[i]) ** 2),
    ofMeanCost: Math.sqrt,
  },
  shown: [
    { key: "mae", name: "MAE", inUnit: true },
    { key: "rmse", name: "RMSE", inUnit: true },
    { key: "r2", name: "R2", inUnit: false },
    { key: "pearson", name: "Pearson", inUnit: false },
  ],
} as const satisfies TaskMetrics;
