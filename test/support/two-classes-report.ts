import { html } from "../../src/report/html.js";
import type { TaskReport } from "../../src/report/tasks/task-report.js";
import { formatNumber } from "../../src/report/text.js";

/** What is said of two classes. */
export const twoClassesReport: TaskReport = {
  accuracy: ({ metrics }, { target }, { rows }) => [
    html`On ${rows} test rows the log loss of <b>${target}</b> is ${formatNumber(metrics.test.perTarget[target].logLoss)} nats.`,
  ],
  legend: html`Log loss: minus the mean logarithm of the probability of the class that is true. Accuracy: share of rows whose
    likelier class is true.`,
  sections: async () => [],
  warnings: () => [],
  together: ({ target, found }) => [
    `All folds together, the log loss of ${target} is ${formatNumber(found.logLoss)} nats.`,
  ],
};
