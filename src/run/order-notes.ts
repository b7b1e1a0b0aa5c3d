import type { Config } from "../config/schema.js";
import type { Target } from "../data/dataset.js";
import { isAlike } from "../data/order/suggest-order.js";
import { indicatorTargets } from "../data/target/indicators.js";
import { baselineDifferences } from "../evaluation/baseline-differences.js";
import { columnsOfTarget } from "../evaluation/row-values.js";
import { serialCorrelation } from "../math/serial-correlation.js";
import { fitNearestInTime } from "../models/baselines/nearest-in-time.js";
import type { RunWarning } from "../record/run-schemas.js";
import { inNumbers, wins } from "../report/baseline-beside.js";
import { takeTrueValues } from "../training/data.js";
import type { EvaluatedRows } from "./calibration.js";
import { offersOrder } from "./order-cautions.js";
import { groupColumn } from "./prediction-table.js";
import type { PreparedRun } from "./prepare.js";
import { coded } from "./warnings.js";

/** Of a target that is sorted in the file, neighbours tell everything, and nothing of time. */
const sortedShare = 0.98;

/**
 * Says where the test rows are predicted as well by the training rows before and after them in the file, which know no
 * feature: the rows follow each other in time, or belong together, and the config says nothing of it. Asked of rows that were
 * drawn at random, by the paired difference of the errors, and only where neighbours in the file are alike.
 */
export function fileOrderNotes(
  { task, dataset, split, training, coding, cautions }: PreparedRun,
  { data }: Pick<Config, "data">,
  { truth, prediction }: EvaluatedRows,
): RunWarning[] {
  const drawn = data.split.by === "random" || data.split.by === "group";
  if (!drawn || data.order !== undefined || cautions.some(({ code }) => code === offersOrder)) return [];
  const { targetNames: targets } = training;
  const { headline: error } = task.metrics;
  const values = coding.asPredictions(takeTrueValues(training, split.train));
  const byFile = coding.limit(fitNearestInTime(Float64Array.from(split.train), values)(split.test));
  const column = (values: Float64Array, t: number) => columnsOfTarget(values, split.test.length, targets.length, t);
  const errorOf = (values: Float64Array, t: number) => {
    const costs = error.rowCosts(column(truth, t), column(values, t));
    return error.ofMeanCost(costs.reduce((sum, cost) => sum + cost, 0) / costs.length);
  };
  const texts = targets.flatMap((target, t) => {
    const [own, nearest] = [errorOf(prediction, t), errorOf(byFile, t)];
    // Farther apart than this, no interval of so many rows holds 0 that matters here; and the draws take time.
    const values = columnsOfTarget(training.rawTarget, dataset.rows, targets.length, t);
    if (nearest > 1.1 * own || isSorted(values) || !hasAlikeNeighbours(dataset.targets[t])) return [];
    const pair = { truth: column(truth, t), prediction: column(prediction, t), baselines: { file: column(byFile, t) } };
    const groups = groupColumn(dataset, split.test);
    const difference = baselineDifferences({ targets: [target], ...pair, error, ...groups })[target].file;
    const beside = { name: "file", called: "", error: nearest, difference };
    if (wins(own, beside)) return [];
    return [
      `the training rows before and after each test row in the file, which know no feature, predict ${target} at least as well as the ` +
        `model (${inNumbers(error.name, own, beside)}). If rows follow each other in time, name the column that says when they ` +
        "were measured in data.order, and test on later rows with data.split.by: time; if rows beside each other belong " +
        "together (one subject, one batch), name that column in data.group",
    ];
  });
  return coded(offersOrder, texts);
}

/** Whether rows that follow each other in the file have like values of a target, or are of one class more often than by chance. */
function hasAlikeNeighbours(target: Target): boolean {
  return indicatorTargets([target]).some(({ values }) => isAlike(serialCorrelation(values)));
}

function isSorted(values: Float64Array): boolean {
  let [up, down] = [0, 0];
  for (let i = 1; i < values.length; i++) {
    up += Number(values[i] >= values[i - 1]);
    down += Number(values[i] <= values[i - 1]);
  }
  return Math.max(up, down) >= sortedShare * (values.length - 1);
}
