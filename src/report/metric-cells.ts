import type { AnyMetrics } from "../evaluation/metrics.js";
import type { ShownMetric, TaskMetrics } from "../tasks/measured-task.js";
import { amount } from "./amount.js";
import type { HtmlValue } from "./html.js";
import { formatNumber, formatShare } from "./text.js";

/** Those of the metrics that are errors. */
export function errorsOf({ shown }: Pick<TaskMetrics, "shown">): readonly ShownMetric[] {
  return shown.filter(({ isError }) => isError);
}

/** Heads of the columns of metrics. */
export function metricHeads(shown: readonly ShownMetric[]): (readonly [string, "number"])[] {
  return shown.map(({ title }) => [title, "number"] as const);
}

/** How a metric is written: errors by their digits, shares and the like by decimals. */
export function metricFormat({ isError }: ShownMetric): (value: number) => string {
  return isError ? formatNumber : formatShare;
}

/** Cells under those heads; a dash where a metric does not exist. */
export function metricCells(shown: readonly ShownMetric[], metrics: AnyMetrics): HtmlValue[] {
  return shown.map(({ key, isError }) => {
    const value = metrics[key] ?? null;
    return isError ? amount(value, 3, formatShare(null)) : formatShare(value);
  });
}
