import { fitMean } from "../../models/baselines/mean.js";
import { fitRidge } from "../../models/baselines/ridge.js";
import type { TaskBaselines } from "../measured-task.js";

/** The training mean, and ridge regression whose penalty is chosen by generalised cross-validation. */
export const regressionBaselines = {
  constant: { name: "mean", called: "the training mean", fit: (values, targets) => fitMean(values, targets).predict },
  linear: {
    name: "ridge",
    called: "ridge regression",
    fit: ({ features, values, rows }) => {
      const model = fitRidge(features, values, { rows });
      return (given) => model.predict(given);
    },
  },
} as const satisfies TaskBaselines;
