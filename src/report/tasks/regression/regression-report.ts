import { regressionTogether } from "../../../tasks/regression/metrics.js";
import { html } from "../../html.js";
import { intervalsSection } from "../../sections/intervals.js";
import { said } from "../../sentence.js";
import type { TaskReport } from "../task-report.js";
import { accuracyReading } from "./accuracy.js";
import { correctionSection } from "./correction.js";
import { linearWarnings } from "./linear-warnings.js";
import { predictionFigures } from "./prediction-figures.js";
import { predictionsSection } from "./predictions.js";
import { togetherSentences } from "./together-sentences.js";

/** How the prediction of numbers is told: errors and explained variance, predictions against truth, correction, intervals. */
export const regressionReport: TaskReport = {
  accuracy: accuracyReading,
  legend: html`MAE: mean absolute error. RMSE: root mean squared error, which weighs large errors more. R²: share of the
      variance that is explained. Ridge: the best linear prediction from the same columns, its penalty chosen on the
      training rows. Mean: the training mean for every row.`,
  sections: async (run, found) => [
    await predictionsSection(run, found),
    await correctionSection(run, found),
    await intervalsSection(run, found),
  ],
  predictionFigures,
  warnings: linearWarnings,
  together: ({ found, ...facts }) => said(togetherSentences, { ...facts, ...regressionTogether.parse(found) }),
};
