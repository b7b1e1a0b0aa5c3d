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

/** Whether a metric is written by its digits, as errors are; shares and the like have decimals. */
export function hasDigits({ isError, isShare = false }: ShownMetric): boolean {
  return isError && !isShare;
}

/** How a metric is written. */
export function metricFormat(metric: ShownMetric): (value: number) => string {
  return hasDigits(metric) ? formatNumber : formatShare;
}

/** Cells under those heads; a dash where a metric does not exist. */
export function metricCells(shown: readonly ShownMetric[], metrics: AnyMetrics): HtmlValue[] {
  return shown.map((metric) => {
    const value = metrics[metric.key] ?? null;
    return hasDigits(metric) ? amount(value, 3, formatShare(null)) : formatShare(value);
  });
}
