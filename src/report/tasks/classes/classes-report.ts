import { classesTogether } from "../../../tasks/classes/metrics.js";
import { html } from "../../html.js";
import { said } from "../../sentence.js";
import type { TaskReport } from "../task-report.js";
import { classAccuracy } from "./accuracy.js";
import { probabilitiesSection } from "./probabilities.js";
import { classesTogetherSentences } from "./together-sentences.js";

/** How the prediction of classes is told: log loss, confusions, calibration, curves. */
export const classesReport: TaskReport = {
  accuracy: classAccuracy,
  legend: html`Log loss: minus the mean logarithm of the probability of the class that is true, nats; 0 at best. Balanced accuracy:
      share of rows whose likeliest class is true, the mean over the classes. AUC: area under the curve of one class against the rest,
      the mean over the classes. Brier: mean squared difference of the probabilities from 0 and 1, summed over the classes. ECE: how
      far the share of rows that are right is from the probability of the likeliest class, the mean over ten bins of equal width.
      Probabilities are calibrated by one temperature on the validation rows. Class-shares: the shares of the training rows for every
      row. Logistic: multinomial logistic regression on the same columns, its penalty chosen on the validation rows.`,
  sections: async (run, found) => [await probabilitiesSection(run, found)],
  warnings: () => [],
  together: ({ found, ...facts }) => said(classesTogetherSentences, { ...facts, ...classesTogether.parse(found) }),
};
