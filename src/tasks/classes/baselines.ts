import { fitLogistic } from "../../models/baselines/logistic.js";
import { fitMean } from "../../models/baselines/mean.js";
import type { TaskBaselines } from "../measured-task.js";

/** The class shares of the training rows, and multinomial logistic regression whose penalty is chosen on the validation rows. */
export const classBaselines = {
  constant: {
    name: "class-shares",
    called: "the class shares of the training rows",
    fit: (values, columns) => fitMean(values, columns).predict,
  },
  linear: { name: "logistic", called: "logistic regression", fit: fitLogistic },
} as const satisfies TaskBaselines;
